"""Sources and documents in the workspace, and nothing else."""

from contextlib import suppress
from pathlib import Path

import pytest

from ltmc_server.documentation.sources import DOCUMENT_BYTES_MAX, WorkspaceReader
from ltmc_server.errors import (
    BoundExceeded,
    Conflict,
    LtmcError,
    NoSuchPath,
    OutsideWorkspace,
    Unreadable,
    UnreadableSource,
)
from ltmc_server.syntax.sources import SourceReader
from tests.workspace.places import ATTACKS, CANARY, OUTSIDE, attack, make_traps

pytestmark = pytest.mark.anyio

SOURCES = ["src/cart.ts", "src/shop.py", "src/till.go"]


async def test_sources_are_listed_in_order_without_what_is_made(reader: SourceReader) -> None:
    assert await reader.list_sources(".", limit=10) == SOURCES
    assert await reader.list_sources("src", limit=2) == SOURCES[:2]
    assert "def close" in await reader.read("src/shop.py")


async def test_files_and_folders_are_each_listed_once(reader: WorkspaceReader) -> None:
    found = await reader.sources_at(["./src/till.go", "src", "src/../src/shop.py"], limit=10)

    assert found == ["src/till.go", "src/cart.ts", "src/shop.py"]


@pytest.mark.parametrize("path", ATTACKS)
async def test_nothing_outside_is_read_or_written(
    reader: WorkspaceReader, root: Path, path: str
) -> None:
    make_traps(root)
    asked = attack(path, root)

    for read in (reader.read, reader.document):
        with suppress(LtmcError):
            assert CANARY not in await read(asked)
    for listed in (reader.list_sources(asked, limit=9), reader.sources_at([asked], limit=9)):
        with suppress(LtmcError):
            assert not [one for one in await listed if "tale" in one]
    with suppress(LtmcError):
        await reader.replace(asked, None, "gone")
    beside = root.parent / OUTSIDE
    assert names_in(beside) == {"tale.py", "tale.txt"}
    assert CANARY in (beside / "tale.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "error"),
    [("src", Unreadable), ("none.py", NoSuchPath), ("../x.py", OutsideWorkspace)],
)
async def test_what_is_no_source_is_refused(
    reader: WorkspaceReader, path: str, error: type[LtmcError]
) -> None:
    with pytest.raises(error):
        await reader.read(path)


async def test_secrets_and_binaries_are_not_read(reader: WorkspaceReader, root: Path) -> None:
    (root / ".env").write_text(CANARY, "utf-8")
    (root / "data.py").write_bytes(b"\0")

    for path in (".env", "data.py"):
        for read in (reader.read, reader.document):
            with pytest.raises(Unreadable):
                await read(path)


async def test_files_over_the_bound_are_refused(reader: WorkspaceReader, root: Path) -> None:
    (root / "long.py").write_text("#" * 1_000_001, "utf-8")
    (root / "long.md").write_text("#" * (DOCUMENT_BYTES_MAX + 1), "utf-8")

    with pytest.raises(UnreadableSource, match=r"long\.py has more than 1000000 bytes"):
        await reader.read("long.py")
    with pytest.raises(BoundExceeded, match=f"documents have at most {DOCUMENT_BYTES_MAX}"):
        await reader.document("long.md")


async def test_a_document_comes_and_goes_byte_for_byte(reader: WorkspaceReader, root: Path) -> None:
    content = b"\xef\xbb\xbf# \xff\xc3\x28\r\nx\r\x0c\n"
    (root / "a.md").write_bytes(content)

    text = await reader.document("a.md")
    await reader.replace("a.md", text, f"{text}!")

    assert (root / "a.md").read_bytes() == content + b"!"


def names_in(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


async def test_what_somebody_else_wrote_meanwhile_stays(
    reader: WorkspaceReader, root: Path
) -> None:
    (root / "a.md").write_text("theirs", "utf-8")
    before = names_in(root)

    for old in ("mine", None):
        with pytest.raises(Conflict, match="was changed while"):
            await reader.replace("a.md", old, "new")

    assert (root / "a.md").read_text("utf-8") == "theirs"
    assert names_in(root) == before
