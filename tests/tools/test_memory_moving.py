"""export and import of memory_action: nothing is lost, nothing is half-done."""

import json
from pathlib import Path

import anyio
import pytest

from ltmc_server.dispatch import Dispatcher
from ltmc_server.errors import Conflict, NoSuchPath, OutsideWorkspace, Unreadable, Unwritable
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from ltmc_server.stores.archive import Archived
from ltmc_server.tools.memory import MemoryTool, archives
from tests.builders import PROJECT, memory_tool

pytestmark = pytest.mark.anyio

MOMENT = "2020-01-01T00:00:00.000007Z"


@pytest.fixture
def memory(tmp_path: Path) -> MemoryTool:
    return memory_tool(PROJECT, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "memory.jsonl"


def kept(memory: MemoryTool, project: str = PROJECT) -> list[Archived]:
    with memory.archive.snapshot(project) as documents:
        return list(documents)


def content(file: Path) -> bytes:
    return file.read_bytes()


def append(file: Path, text: str) -> None:
    with file.open("a") as opened:
        opened.write(text)


def line(number: int = 1, **changed: object) -> dict[str, object]:
    text = {"version": 1, "created_at": MOMENT, "content": f"text {number}"}
    return {
        "id": f"mem_{number:026}",
        "file_name": f"{number}.md",
        "resource_type": "note",
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "versions": [text],
    } | changed


def write(file: Path, *lines: object) -> None:
    header = {"format": "ltmc-memory", "version": 1}
    file.write_text("\n".join(json.dumps(each) for each in (header, *lines)), encoding="utf-8")


async def test_a_memory_is_carried_to_another_record(
    memory: MemoryTool, tmp_path: Path, file: Path
) -> None:
    await memory.store(file_name="a.md", content="green tea", tags=("x",), metadata={"n": None})
    await memory.store(file_name="a.md", content="black tea\nwith milk")
    await memory.store(file_name="b.md", content="grün\x00茶 🍵\u2028", conversation_id="c")
    other = memory_tool("other", tmp_path)

    told = await memory.export(path="memory.jsonl")
    imported = await other.import_(path="memory.jsonl")

    assert (told["exported"], told["versions"], told["complete"]) == (2, 3, True)
    assert told["bytes"] == len(content(file))
    counts = {name: value for name, value in imported.items() if isinstance(value, int)}
    assert counts == {"found": 2, "imported": 2, "unchanged": 0, "skipped": 0, "expired": 0}
    assert kept(other, "other") == kept(memory)
    assert (await other.retrieve(query="black tea"))["documents"][0]["file_name"] == "a.md"


async def test_a_second_import_changes_nothing(memory: MemoryTool, file: Path) -> None:
    write(file, line(1), line(2))
    await memory.import_(path="memory.jsonl")
    before = kept(memory)

    again = await memory.import_(path="memory.jsonl")

    assert (again["imported"], again["unchanged"]) == (0, 2)
    assert kept(memory) == before


async def test_the_file_says_what_it_is(memory: MemoryTool, file: Path) -> None:
    stored = await memory.store(file_name="a.md", content="green tea")

    await memory.export(path="memory.jsonl")

    header, document = map(json.loads, content(file).splitlines())
    assert (header["format"], header["version"]) == ("ltmc-memory", 1)
    assert (header["embedding_model"], header["project_id"]) == (
        memory.indexer.embedder().model,
        PROJECT,
    )
    assert document["id"] == stored["id"]
    assert document["versions"][0]["content"] == "green tea"
    assert "tags" not in document


async def test_conflicts_are_counted_and_named_and_the_rest_is_imported(
    memory: MemoryTool, file: Path
) -> None:
    write(file, line(1), line(2))
    await memory.import_(path="memory.jsonl")
    write(file, line(1, tags=["new"]), line(7, file_name="2.md"), line(3), line(2))

    told = await memory.import_(path="memory.jsonl")

    assert (told["imported"], told["unchanged"], told["skipped"]) == (1, 1, 2)
    assert [(each["line"], each["file_name"]) for each in told["conflicts"]] == [
        (2, "1.md"),
        (3, "2.md"),
    ]
    assert [each.file_name for each in kept(memory)] == ["1.md", "2.md", "3.md"]


async def test_what_has_expired_is_not_imported(memory: MemoryTool, file: Path) -> None:
    write(file, line(1, expires_at=MOMENT))

    assert (await memory.import_(path="memory.jsonl"))["expired"] == 1
    assert kept(memory) == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("{", "line 3"),
        ("[]", "line 3"),
        ('{"id": "x"}', "line 3"),
        (json.dumps(line(2, id="mem_1")), "id"),
        (json.dumps(line(2, more=1)), "more"),
        (json.dumps(line(2, versions=[])), "versions"),
        (json.dumps(line(2, versions=[*line()["versions"]] * 2)), "oldest first"),  # type: ignore[misc]
        (json.dumps(line(2, file_name="\ud800")), "line 3"),
        (json.dumps(line(2, created_at="soon")), "created_at"),
        (json.dumps(line(2, metadata={"x": "y" * 9_000})), "metadata"),
        ("[" * 100_000, "line 3"),
    ],
    ids=lambda each: each[:40],
)
async def test_a_broken_line_is_named_and_nothing_is_imported(
    memory: MemoryTool, file: Path, broken: str, said: str
) -> None:
    write(file, line(1))
    append(file, f"\n{broken}\n")

    with pytest.raises(Unreadable, match="is broken: line 3") as refused:
        await memory.import_(path="memory.jsonl")

    assert said in str(refused.value)
    assert "Nothing was imported" in str(refused.value.hint)
    assert kept(memory) == []


@pytest.mark.parametrize(
    "begins", ["", "\n", "text", "{}", '{"format": "x", "version": 1}', "\x00" * 20_000]
)
async def test_another_file_is_not_imported_and_not_replaced(
    memory: MemoryTool, file: Path, begins: str
) -> None:
    append(file, begins)

    with pytest.raises(Unreadable, match="line 1"):
        await memory.import_(path="memory.jsonl")
    with pytest.raises(Conflict, match="no file that export wrote"):
        await memory.export(path="memory.jsonl")

    assert content(file) == begins.encode()


async def test_a_newer_format_is_refused(memory: MemoryTool, file: Path) -> None:
    append(file, '{"format": "ltmc-memory", "version": 2}\n')

    with pytest.raises(Unreadable, match="version 2; this LTMC knows 1"):
        await memory.import_(path="memory.jsonl")


async def test_an_export_is_replaced_by_the_next(memory: MemoryTool, file: Path) -> None:
    await memory.export(path="memory.jsonl")
    await memory.store(file_name="a.md", content="green tea")

    assert (await memory.export(path="memory.jsonl"))["exported"] == 1


async def test_paths_stay_inside(memory: MemoryTool) -> None:
    with pytest.raises(Unwritable, match="goes up"):
        await memory.export(path="new/../memory.jsonl")
    with pytest.raises(OutsideWorkspace):
        await memory.export(path="../memory.jsonl")
    with pytest.raises(OutsideWorkspace):
        await memory.import_(path="../memory.jsonl")
    with pytest.raises(NoSuchPath):
        await memory.import_(path="nothing.jsonl")


async def test_a_text_with_too_long_a_line_is_named(
    memory: MemoryTool, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ltmc_server.tools.memory.moving.LINE_BYTES_MAX", 1_000)
    monkeypatch.setattr(archives, "LINE_BYTES_MAX", 1_000)
    await memory.store(file_name="long.md", content="x" * 1_000)
    await memory.store(file_name="short.md", content="x")

    told = await memory.export(path="memory.jsonl")

    assert (told["exported"], told["complete"]) == (1, False)
    assert [each["file_name"] for each in told["left_out"]] == ["long.md"]
    append(file, " " * 1_001)
    with pytest.raises(Unreadable, match="line 3 is longer than 1000 bytes"):
        await memory.import_(path="memory.jsonl")


async def test_other_calls_take_their_turns_while_a_file_is_imported(tmp_path: Path) -> None:
    count = archives.BATCH_LINES - 1
    write(tmp_path / "memory.jsonl", *(line(number) for number in range(count)))
    settings = Settings(data_dir=tmp_path / "data", workspace_roots=(tmp_path,))
    seen: set[int] = set()

    async def imported(server: Dispatcher) -> None:
        reply = await server.call("memory_action", {"action": "import", "path": "memory.jsonl"})
        assert reply.payload["imported"] == count

    async with open_dispatcher(settings) as server, anyio.create_task_group() as tasks:
        tasks.start_soon(imported, server)
        with anyio.fail_after(30):
            while count not in seen:
                seen.add((await server.call("memory_action", {"action": "list"})).payload["total"])
                await anyio.lowlevel.checkpoint()

    assert seen - {0, count}
