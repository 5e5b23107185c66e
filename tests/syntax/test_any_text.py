"""Whatever text is given: it is read, or refused as unreadable, and its lines are in it."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.errors import UnreadableSource
from ltmc_server.syntax.analysis import between, findings
from ltmc_server.syntax.classes import classes
from ltmc_server.syntax.functions import functions, module_complexity
from ltmc_server.syntax.grammars import LANGUAGES, language_of
from ltmc_server.syntax.imports import imports
from ltmc_server.syntax.parsing import SOURCE_BYTES_MAX, Source, source
from ltmc_server.syntax.remarks import comments
from tests.syntax.test_languages import FUNCTIONS, SAMPLES

TEXTS = [(SAMPLES / name).read_text("utf-8") for name in FUNCTIONS]
TOKENS = sorted({token for text in TEXTS for token in text.split()} | {"\n", "\r", "\0", "\ud800"})


@st.composite
def cut_up(draw: st.DrawFn) -> str:
    """Return code with a piece gone, or its words in another order."""
    if draw(st.booleans()):
        return " ".join(draw(st.lists(st.sampled_from(TOKENS), max_size=60)))
    text = draw(st.sampled_from(TEXTS))
    begin, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    return text[:begin] + text[end:]


def lines_of(read: Source) -> Iterator[int]:
    """Yield every line that anything says of the source."""
    found, defined = findings(read, None)
    for stretch in (*defined, *classes(read)):
        assert stretch.line_start <= stretch.line_end
        yield from (stretch.line_start, stretch.line_end)
    for one in classes(read):
        yield from (method.line for method in one.methods)
        yield from (attribute.line for attribute in one.attributes)
    yield from (line for one in comments(read) for line in (one.line, one.line_end))
    yield from (one.line for one in imports(read))
    yield from (one.line for one in read.faults)
    yield from (one.where.line for one in (*found, *between([(None, each) for each in defined])))


@settings(deadline=None, max_examples=150)
@given(text=st.text() | cut_up(), language=st.sampled_from(LANGUAGES))
def test_any_text_in_any_language(text: str, language: str) -> None:
    read = source(text, language)
    try:
        lines = set(lines_of(read))
    except UnreadableSource:
        return

    assert module_complexity(read) >= 1
    assert lines <= set(range(1, read.lines + 1))


@settings(deadline=None, max_examples=100)
@given(text=st.text() | cut_up(), name=st.text(max_size=20))
def test_any_text_is_of_a_known_language_or_none(text: str, name: str) -> None:
    assert language_of(name, text) in (None, *LANGUAGES)


DEEP = {
    "open brackets": "(" * 300_000,
    "closed brackets": "x = " + "[" * 100_000 + "]" * 100_000,
    "a chain": "a" + ".b" * 200_000,
    "signs": "x = " + "-" * 200_000 + "1",
    "functions in functions": "f = () => " * 20_000,
    "blocks in blocks": "{" * 100_000 + "}" * 100_000,
    "one after another": "if (a) b();\n" * 20_000,
}


@pytest.mark.parametrize("language", ["python", "javascript", "cpp"])
@pytest.mark.parametrize("shape", DEEP)
def test_a_deep_source_is_read_or_refused_in_time(shape: str, language: str) -> None:
    read = source(DEEP[shape], language)
    with suppress(UnreadableSource):
        assert set(lines_of(read)) <= set(range(1, read.lines + 1))


def test_a_source_over_the_bound_is_refused_with_the_way_out() -> None:
    with pytest.raises(UnreadableSource, match=f"at most {SOURCE_BYTES_MAX} are read") as refused:
        functions(source("é" * SOURCE_BYTES_MAX, "python"))

    assert refused.value.hint == "Send a part of it."
