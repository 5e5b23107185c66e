"""Generated sections: found again, replaced, and nothing else in a document touched."""

from dataclasses import replace

import pytest
from hypothesis import example, given, strategies as st

from ltmc_server.documentation.drift import drift, is_current
from ltmc_server.documentation.names import Module, PublicName
from ltmc_server.documentation.rendering import rendered
from ltmc_server.documentation.sections import (
    hand_written,
    names_in,
    replaced,
    section,
    sections,
)
from tests.documentation.sources import SHOP, made

ANY = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\r\n`#<!->\x0c\x85\u2028\udc80"), max_size=60
) | st.sampled_from(
    ["<!-- ltmc:begin a 0123456789abcdef -->\n", "<!-- ltmc:end a -->\n", "x\r\n", "```\n"]
)
LINES = ANY.map(lambda text: text if not text or text.endswith("\n") else f"{text}\n")
PATHS = st.text(min_size=1, max_size=10)


@given(
    texts=st.lists(LINES, min_size=3, max_size=3), bodies=st.lists(LINES, min_size=4, max_size=4)
)
def test_hand_written_text_is_untouched(texts: list[str], bodies: list[str]) -> None:
    before, between, after = texts
    first, second = section("one.py", bodies[0]), section("two.py", bodies[1])
    document = f"{before}{first}{between}{second}{after}"
    new: dict[str, str | None] = {
        path: section(path, body)
        for path, body in zip(("one.py", "two.py"), bodies[2:], strict=True)
    }

    changed = replaced(document, new, [section("three.py", "")])

    *old, old_last = hand_written(document, sections(document))
    *now, now_last, end = hand_written(changed, sections(changed))
    assert now == old
    # A section that is added stands apart from what is before it.
    assert now_last in (f"{old_last}\n", f"{old_last}\n\n")
    assert end == ""


@given(text=ANY)
def test_a_document_without_changes_is_the_same(text: str) -> None:
    assert replaced(text, {}) == text
    assert "".join(hand_written(text, [])) == text


@given(path=PATHS, body=LINES)
@example(path="a --> b.py", body="<!-- x\n")
def test_a_section_is_found_again(path: str, body: str) -> None:
    [one] = sections(f"before\n{section(path, body)}after\n")

    assert one.path == path
    assert not one.edited
    assert one.line == 2


def test_a_section_that_was_edited_is_told() -> None:
    text = rendered(made(SHOP))

    assert [one.edited for one in sections(text.replace("Sells.", "Sells goods."))] == [True]
    assert [one.edited for one in sections(text)] == [False]


def test_windows_line_breaks_stay_and_are_no_edit() -> None:
    text = f"# Mine\n\n{rendered(made(SHOP))}".replace("\n", "\r\n")

    [one] = sections(text)
    changed = replaced(text, {one.path: rendered(made(SHOP.replace("close", "shut")))})

    assert not one.edited
    assert is_current(one, made(SHOP))
    assert "\n" not in changed.replace("\r\n", "")
    assert "def shut(" in changed


@pytest.mark.parametrize("mark", ["<!-- ltmc:end src/shop.py -->", "<!-- ltmc:name other -->"])
def test_markers_in_docstrings_end_nothing(mark: str) -> None:
    code = f'def f():\n    """Say.\n\n    {mark}\n    ```\n    """\n\ndef g(): ...\n'

    [one] = sections(rendered(made(code)))

    assert set(names_in(one)) == {"f", "g"}
    assert names_in(one)["g"].signature == "def g()"


@given(docs=ANY, signature=ANY, name=st.text(min_size=1, max_size=10))
def test_whatever_is_told_is_read_back(docs: str, signature: str, name: str) -> None:
    one = PublicName(
        qualified_name=name, kind="function", line=1, signature=signature, docs=docs or None
    )
    module = Module(path="a.py", language="python", docs=docs, names=[one], known=frozenset())

    [written] = sections(rendered(module))

    assert len(names_in(written)) == 1
    assert is_current(written, module)
    assert drift(rendered(module), {"a.py": module}) == []
    assert drift(rendered(module), {"a.py": replace(module, names=[])})


def test_a_changed_signature_is_told_with_old_and_new() -> None:
    text = f"# Shop\n\n{rendered(made(SHOP))}"
    now = SHOP.replace("count: int = 1", "count: int = 2").replace("def close", "def shut")
    now = now.replace('"""Sells."""', '"""Sells goods."""')

    changes = {one.kind: one for one in drift(text, {"src/shop.py": made(now)})}

    signature = changes["signature"]
    assert (signature.name, signature.file, signature.line) == ("Shop.sell", "src/shop.py", 20)
    assert signature.old == "def sell(self, what: str, *, count: int = 1) -> float"
    assert signature.new == "def sell(self, what: str, *, count: int = 2) -> float"
    assert text.split("\n")[(signature.document_line or 0) - 1] == "<!-- ltmc:name Shop.sell -->"
    assert (changes["removed"].name, changes["added"].name) == ("close", "shut")
    assert changes["removed"].old == "def close(shop, /, *rest, **more)"
    assert changes["description"].name == "Shop"


def test_code_that_only_moved_has_not_drifted() -> None:
    assert drift(rendered(made(SHOP)), {"src/shop.py": made(f"# one line more\n{SHOP}")}) == []


def test_a_source_that_is_gone_is_told() -> None:
    [change] = drift(rendered(made(SHOP)), {"src/shop.py": None})

    assert (change.kind, change.file) == ("source_removed", "src/shop.py")


def test_a_fence_that_a_docstring_leaves_open_is_closed() -> None:
    text = rendered(made('def f():\n    """Say.\n\n    ```\n    code\n    """\n'))

    assert text.count("```") == 4
