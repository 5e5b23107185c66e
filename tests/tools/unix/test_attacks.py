"""Every action, asked for what is outside: a refusal or a bounded answer, and no byte of it."""

import os
from pathlib import Path

import anyio
import pytest

from ltmc_server.dispatch import Dispatcher
from ltmc_server.observability.metrics import Metrics
from ltmc_server.settings import Settings
from ltmc_server.tools.unix import UnixTool
from ltmc_server.workspace.confinement import Workspace
from tests.workspace.places import ATTACKS, CANARY, OUTSIDE, attack, make_traps

pytestmark = pytest.mark.anyio

# Each with where the path goes.
BY_THREAD: dict[str, tuple[str, dict[str, object]]] = {
    "ls": ("path", {"all": True, "long": True}),
    "list_modern": ("path", {"all": True}),
    "tree": ("path", {"all": True}),
    "cat": ("file_path", {}),
    "grep": ("path", {"pattern": "canary", "all": True}),
    "find": ("path", {"pattern": "*", "all": True}),
    "disk_usage": ("path", {}),
}
BY_PROCESS: dict[str, tuple[str, dict[str, object]]] = {
    "jq": ("file_path", {}),
    "diff_highlight": ("file2", {"file1": "a.txt"}),
    "parse_syntax": ("file_path", {"language": "python"}),
    "syntax_highlight": ("file_path", {}),
    "syntax_query": ("file_path", {"language": "python"}),
}
NAMES_OF_OUTSIDE = ("tale.txt", "tale.json")


@pytest.fixture
def dispatcher(unix: UnixTool, root: Path) -> Dispatcher:
    make_traps(root)
    (root / ".env").unlink()  # It holds the canary, too.
    return Dispatcher([unix], metrics=Metrics(), response_bytes_max=15_000)


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: repr(path)[:40])
@pytest.mark.parametrize("action", BY_THREAD)
async def test_nothing_outside_is_shown(
    dispatcher: Dispatcher, root: Path, action: str, path: str
) -> None:
    name, others = BY_THREAD[action]
    await held(dispatcher, root, {"action": action, name: attack(path, root), **others})


@pytest.mark.parametrize("action", BY_PROCESS)
async def test_nothing_outside_is_handed_on(
    dispatcher: Dispatcher, root: Path, action: str
) -> None:
    name, others = BY_PROCESS[action]
    for path in ATTACKS:
        await held(dispatcher, root, {"action": action, name: attack(path, root), **others})


async def held(dispatcher: Dispatcher, root: Path, said: dict[str, object]) -> None:
    with anyio.fail_after(10):
        reply = await dispatcher.call("unix_action", said)

    asked = "".join(str(value) for value in said.values())
    assert CANARY not in reply.text
    assert len(reply.text) <= 25_000
    for name in (*NAMES_OF_OUTSIDE, str(root.parent)):
        assert name in asked or name not in reply.text


async def test_a_folder_of_all_traps_is_listed_whole(dispatcher: Dispatcher, root: Path) -> None:
    (root / "two\nlines").touch()
    (root / "--help").touch()
    (root / "-rf").touch()
    (root / os.fsdecode(b"\xff")).touch()

    listed = await dispatcher.call("unix_action", {"action": "ls"})
    opened = await dispatcher.call("unix_action", {"action": "cat", "file_path": "-rf"})

    names = [one["name"] for one in listed.payload["items"]]
    assert {"-rf", "--help", r"two\nlines", r"\xff"} <= set(names)
    assert not opened.is_error


async def test_other_calls_are_answered_while_one_works(unix: UnixTool, root: Path) -> None:
    for number in range(2_000):
        (root / f"{number}.txt").write_text("tea\n" * 50, encoding="utf-8")
    ended: list[str] = []

    async def search() -> None:
        await unix.grep(pattern="coffee")
        ended.append("grep")

    async with anyio.create_task_group() as calls:
        calls.start_soon(search)
        await unix.help()
        await anyio.lowlevel.checkpoint()
        ended.append("help")

    assert ended == ["help", "grep"]


def test_the_workspace_is_the_folder_of_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert Settings().workspace() == (tmp_path.resolve(),)


@pytest.mark.parametrize("written", ['["/a", "b"]', f"/a{os.pathsep}b"])
def test_the_workspace_is_named_by_a_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LTMC_WORKSPACE_ROOTS", written)

    assert Settings().workspace() == (Path("/a"), tmp_path.resolve() / "b")


@pytest.mark.parametrize("here", ["/", "~"])
def test_neither_the_whole_disk_nor_a_home_is_a_workspace_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(Path(here).expanduser())

    assert Settings().workspace() == ()
    assert Settings(workspace_roots=(Path(here),)).workspace() == (Path(here).expanduser(),)


async def test_a_second_root_is_read_by_its_whole_path(root: Path) -> None:
    second = root.parent / OUTSIDE
    unix = UnixTool(Workspace.of((root, second)))

    found = await unix.cat(file_path=str(second / "tale.txt"))

    assert (found["content"], found["file_path"]) == (CANARY, str(second / "tale.txt"))
