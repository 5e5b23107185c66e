"""Whatever text is given as code: it is described, or refused as unreadable, and read back."""

from hypothesis import given, settings, strategies as st

from ltmc_server.documentation.consistency import add_document, consistency
from ltmc_server.documentation.drift import drift
from ltmc_server.documentation.names import module
from ltmc_server.documentation.references import Known, dead_references, references
from ltmc_server.documentation.rendering import rendered
from ltmc_server.errors import UnreadableSource
from ltmc_server.syntax.grammars import LANGUAGES
from ltmc_server.syntax.parsing import source
from tests.syntax.test_any_text import cut_up


@settings(deadline=None, max_examples=200)
@given(text=st.text() | cut_up(), language=st.sampled_from(LANGUAGES))
def test_any_text_in_any_language(text: str, language: str) -> None:
    read = source(text, language)
    try:
        one = module(read, "a b/-->.py")
    except UnreadableSource:
        return

    names = [name.qualified_name for name in one.names]
    assert len(names) == len(set(names))
    assert all(1 <= name.line <= read.lines for name in one.names)
    document = rendered(one)
    assert drift(document, {"a b/-->.py": one}) == []
    result = consistency([one])
    add_document(result, document, [one], "api.md")
    assert result.parts.get("covered", 1.0) == 1.0
    assert result.score is None or 0 <= result.score <= 1
    assert set(result.parts.values()) <= {part for part in result.parts.values() if 0 <= part <= 1}


@settings(deadline=None, max_examples=200)
@given(text=st.text() | cut_up(), document=st.text(st.sampled_from("`.:#()[]/\n abcAB_<!->")))
def test_any_document_can_be_judged(text: str, document: str) -> None:
    try:
        one = module(source(text, "python"), "a.py")
    except UnreadableSource:
        return

    dead, judged = dead_references(references(document), Known.of([one]), frozenset(), {})

    assert 0 <= len(dead) <= judged
    assert all(1 <= each.line <= document.count("\n") + 1 for each in dead)
