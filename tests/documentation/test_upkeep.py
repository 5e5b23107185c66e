"""Documents in a workspace, held against the code in it."""

from pathlib import Path

import pytest

from ltmc_server.documentation import reading
from ltmc_server.documentation.reading import CodeReader, Kept
from ltmc_server.documentation.upkeep import Upkeep
from ltmc_server.errors import BoundExceeded
from tests.documentation.sources import SHOP, made

pytestmark = pytest.mark.anyio


async def written(upkeep: Upkeep, document: str = "api.md") -> None:
    await upkeep.write(await upkeep.update(document, ["src"], title="API"))


async def test_a_document_is_made_kept_and_mended(upkeep: Upkeep, root: Path) -> None:
    await written(upkeep)
    document = root / "api.md"
    mine = f"My own words.\n\n{document.read_text('utf-8')}\nAnd more.\n"
    document.write_text(mine, "utf-8")
    (root / "src/shop.py").write_text(SHOP.replace("def close", "def shut"), "utf-8")
    (root / "src/cart.ts").unlink()

    update = await upkeep.update("api.md", ["src"])
    await upkeep.write(update)

    assert update.outcomes == {
        "src/cart.ts": "removed",
        "src/shop.py": "updated",
        "src/till.go": "unchanged",
    }
    now = document.read_text("utf-8")
    assert now.startswith("My own words.\n\n# API\n")
    assert now.endswith("\nAnd more.\n")
    assert "def shut(" in now
    assert "cart.ts" not in now
    assert (await upkeep.drift("api.md", ["src"]))[0] == []


async def test_an_edited_section_is_left_unless_forced(upkeep: Upkeep, root: Path) -> None:
    await written(upkeep)
    document = root / "api.md"
    document.write_text(document.read_text("utf-8").replace("Sells.", "Sells tea."), "utf-8")

    left, forced = await upkeep.update("api.md"), await upkeep.update("api.md", force=True)

    assert left.outcomes["src/shop.py"] == "edited_by_hand"
    assert left.new == left.old
    assert forced.outcomes["src/shop.py"] == "updated"
    assert "Sells tea." not in forced.new
    [change] = [one for one in (await upkeep.drift("api.md"))[0] if one.name is None]
    assert change.kind == "edited_by_hand"


async def test_what_can_not_be_read_keeps_its_section(upkeep: Upkeep, root: Path) -> None:
    await written(upkeep)
    (root / "src/till.go").write_bytes(b"\0")

    update = await upkeep.update("api.md")

    assert update.outcomes["src/till.go"] == "unread"
    assert update.new == update.old
    assert list(update.read.unread) == ["src/till.go"]


async def test_a_source_without_a_section_is_drift(upkeep: Upkeep, root: Path) -> None:
    await written(upkeep)
    (root / "src/new.py").write_text("def new(): ...\n", "utf-8")

    [change], _ = await upkeep.drift("api.md", ["src"])

    assert (change.kind, change.file) == ("source_added", "src/new.py")
    assert (await upkeep.drift("api.md"))[0] == []


async def test_changed_files_tell_what_is_out_of_step(upkeep: Upkeep, root: Path) -> None:
    await written(upkeep)
    (root / "notes.md").write_text("Nothing generated.\n", "utf-8")
    assert not (await upkeep.out_of_step(["src/shop.py", "src/till.go"])).changes
    (root / "src/shop.py").write_text(SHOP.replace("count: int = 1", "count: int = 2"), "utf-8")
    (root / "src/till.go").unlink()

    found = await upkeep.out_of_step(["src/shop.py", "src/till.go", "src/none.py", "notes.md"])

    kinds = [(one.kind, one.file) for one in found.changes["api.md"]]
    assert kinds == [("signature", "src/shop.py"), ("source_removed", "src/till.go")]
    assert list(found.changes) == ["api.md"]
    assert [one.name for one in found.consistency.issues] == ["close"]
    # A document that was touched is held against all of its sources.
    assert list((await upkeep.out_of_step(["api.md"])).changes) == ["api.md"]


async def test_links_and_paths_of_a_document_are_looked_up(upkeep: Upkeep, root: Path) -> None:
    await written(upkeep, "sub/api.md")
    document = root / "sub/api.md"
    document.write_text(
        "[a](../src/shop.py#x) [b](gone.md) [c](https://a.example/x) [d](../../up.md)\n"
        "`src/till.go` `src/gone.go` `Shop.sell` `Shop.lend`\n" + document.read_text("utf-8"),
        "utf-8",
    )

    result, _ = await upkeep.judged(["src"], "sub/api.md")

    dead = [(one.name, one.line) for one in result.issues if one.kind == "dead_reference"]
    assert dead == [("gone.md", 1), ("src/gone.go", 2), ("Shop.lend", 2)]
    assert result.parts["references"] == 0.5


async def test_too_many_files_are_refused(
    upkeep: Upkeep, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FILES_MAX", 2)

    with pytest.raises(BoundExceeded, match="more than 2 files"):
        await upkeep.code.read(["src"])


async def test_too_much_text_is_refused(upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHARS_MAX", 100)

    with pytest.raises(BoundExceeded, match="too much for one call"):
        await upkeep.code.read(["src"])


async def test_a_source_is_parsed_once_for_each_text(upkeep: Upkeep) -> None:
    first = await upkeep.code.read(["src/shop.py"])
    again = await upkeep.code.read(["src/shop.py"])
    other = await upkeep.code.read_texts({"src/shop.py": f"{SHOP}\n"})

    assert again.modules["src/shop.py"] is first.modules["src/shop.py"]
    assert other.modules["src/shop.py"] is not first.modules["src/shop.py"]


def test_what_is_kept_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "KEPT_CHARS_MAX", 10)
    kept, one = Kept(), made("x = 1\n")
    for key in (b"a", b"b"):
        kept.put(key, one, 5)
    kept.get(b"a")

    kept.put(b"c", one, 5)

    assert list(kept.modules) == [b"a", b"c"]
    assert kept.size == 10


async def test_texts_that_are_no_code_are_told(upkeep: Upkeep) -> None:
    read = await upkeep.code.read_texts({"a.txt": "hello, world", "a.py": "def f(): ...\n"})

    assert list(read.unread) == ["a.txt"]
    assert [one.path for one in read.there] == ["a.py"]
    assert isinstance(upkeep.code, CodeReader)
