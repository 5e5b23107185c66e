"""What there is: ls, list_modern, tree, cat, disk_usage, help."""

import os
from pathlib import Path
from typing import Any

import pytest

from ltmc_server.dispatch import Dispatcher
from ltmc_server.errors import NoSuchPath, UnknownAction, Unreadable
from ltmc_server.observability.metrics import Metrics
from ltmc_server.tools.unix import UnixTool
from tests.workspace.places import make_traps

pytestmark = pytest.mark.anyio


async def ls(unix: UnixTool, **arguments: object) -> dict[str, Any]:
    return {one["name"]: one for one in (await unix.run("ls", arguments)).items}  # type: ignore[attr-defined]


async def test_ls_lists_by_name_and_counts_what_is_hidden(unix: UnixTool) -> None:
    found = await unix.ls()

    assert [one["name"] for one in found.items] == ["a.txt", "b.txt", "data.json", "sub"]
    assert (found.left_out, found.path, found.engine) == (2, ".", "python")


async def test_ls_takes_the_old_names_of_its_parameters(unix: UnixTool) -> None:
    found = await ls(unix, show_hidden=True, long_format=True)

    assert found["a.txt"]["size_bytes"] == 14
    assert found["a.txt"]["mode"].startswith("-rw")
    assert found[".env"]["secret"]


async def test_ls_pages(unix: UnixTool) -> None:
    first = await unix.ls(limit=3)
    second = await unix.ls(limit=3, offset=3)

    assert (first.total, first.next, first.has_more) == (4, 3, True)
    assert [one["name"] for one in second.items] == ["sub"]


async def test_ls_tells_where_links_lead_only_if_that_is_inside(unix: UnixTool, root: Path) -> None:
    make_traps(root)
    (root / "good").symlink_to("sub/brew.py")

    found = await ls(unix)

    said = {
        name: {key: one[key] for key in one.keys() - {"name", "type", "escaped", "secret"}}
        for name, one in found.items()
        if one["type"] == "link"
    }
    assert said == {
        "good": {"target": "sub/brew.py"},
        "link_to_file": {"outside": True},
        "link_to_folder": {"outside": True},
        "link_up": {"outside": True},
        "chain1": {"outside": True},
        "chain2": {"outside": True},
        "chain3": {"outside": True},
        "to_proc": {"outside": True},
        "to_zero": {"outside": True},
        "circle": {"unreadable": True},
        "broken": {"broken": True},
    }
    assert found["pipe"]["type"] == "other"


async def test_ls_shows_any_name_as_text(unix: UnixTool, root: Path) -> None:
    (root / os.fsdecode(b"\xff\nx\x1b[2J")).touch()

    found = await ls(unix)

    assert found[r"\xff\nx\x1b[2J"]["escaped"]


async def test_ls_of_what_is_not_there_or_no_folder_is_refused(unix: UnixTool) -> None:
    with pytest.raises(NoSuchPath, match="There is no 'nowhere' in the workspace"):
        await unix.ls(path="nowhere")
    with pytest.raises(Unreadable, match="is a file"):
        await unix.ls(path="a.txt")


async def test_list_modern_has_folders_first_and_marks(unix: UnixTool) -> None:
    marked = await unix.list_modern()
    plain = await unix.list_modern(classify=False)

    assert not isinstance(marked, dict)
    assert not isinstance(plain, dict)
    assert [one["name"] for one in marked.items][:2] == ["sub/", "a.txt"]
    assert plain.items[0]["name"] == "sub"


async def test_list_modern_draws_a_tree(unix: UnixTool) -> None:
    assert await unix.list_modern(tree_view=True) == await unix.tree(limit=100)


async def test_list_modern_of_what_is_not_there_is_refused(unix: UnixTool) -> None:
    with pytest.raises(NoSuchPath):
        await unix.list_modern(path="nowhere")


async def test_tree_draws_and_counts(unix: UnixTool) -> None:
    found = await unix.tree()

    assert found["tree"] == "├── a.txt\n├── b.txt\n├── data.json\n└── sub/\n    └── brew.py"
    assert (found["directory_count"], found["file_count"], found["has_more"]) == (1, 4, False)


async def test_tree_of_folders_only_draws_their_stems_right(unix: UnixTool, root: Path) -> None:
    (root / "zoo" / "owl").mkdir(parents=True)
    (root / "zoo" / "file").touch()

    found = await unix.tree(directories_only=True)

    assert found["tree"] == "├── sub/\n└── zoo/\n    └── owl/"


async def test_tree_says_when_there_is_more(unix: UnixTool) -> None:
    found = await unix.tree(limit=2)

    assert (found["returned"], found["has_more"], found["file_count"]) == (2, True, 4)


async def test_tree_of_what_is_not_there_is_refused(unix: UnixTool) -> None:
    with pytest.raises(NoSuchPath):
        await unix.tree(path="nowhere")


async def test_cat_shows_lines_and_goes_on(unix: UnixTool) -> None:
    first = await unix.cat(file_path="a.txt", limit=2)
    rest = await unix.cat(file_path="a.txt", offset=first["next"])

    assert (first["content"], first["has_more"], first["next"]) == ("one\ntwo", True, 2)
    assert (rest["content"], rest["line_start"], rest["lines_total"]) == ("three", 3, 3)


async def test_cat_goes_on_where_the_response_was_full(unix: UnixTool, root: Path) -> None:
    """Quotes and control codes take more room in JSON than in the file."""
    text = "".join(f'{number} "\x01\x02\x03"\n' for number in range(3_000))
    (root / "long.txt").write_text(text, encoding="utf-8")
    dispatcher = Dispatcher([unix], metrics=Metrics(), response_bytes_max=15_000)

    made: list[str] = []
    offset: int | None = 0
    while offset is not None:
        said = {"action": "cat", "file_path": "long.txt", "offset": offset}
        reply = await dispatcher.call("unix_action", said)
        assert not reply.payload.get("truncated")
        made.append(reply.payload["content"])
        offset = reply.payload.get("next")

    assert "\n".join(made) + "\n" == text


@pytest.mark.parametrize("path", [".env", "link_to_env"])
async def test_cat_reads_no_secrets_unless_it_may(unix: UnixTool, root: Path, path: str) -> None:
    (root / "link_to_env").symlink_to(".env")

    with pytest.raises(Unreadable, match="looks as if it held secrets") as caught:
        await unix.cat(file_path=path)

    assert "LTMC_READ_SECRETS" in str(caught.value.hint)
    allowed = UnixTool(type(unix.workspace).of((root,), read_secrets=True))
    assert (await allowed.cat(file_path=path))["content"].startswith("TOKEN=")


async def test_cat_refuses_folders_and_binary_files(unix: UnixTool, root: Path) -> None:
    (root / "tea.png").write_bytes(b"\x89PNG\0")

    with pytest.raises(Unreadable, match="is a folder"):
        await unix.cat(file_path="sub")
    with pytest.raises(Unreadable, match="is binary"):
        await unix.cat(file_path="tea.png")


async def test_disk_usage_adds_up_what_is_below_each_entry(unix: UnixTool, root: Path) -> None:
    (root / "sub" / "big").write_bytes(b"x" * 100_000)

    found = await unix.disk_usage(limit=1)

    assert found.items[0]["name"] == "sub"
    assert found.items[0]["files"] == 2
    assert found.about
    assert found.about["files"] == 7
    assert found.about["disk"]["available_bytes"] > 0


async def test_disk_usage_of_a_file_is_its_size(unix: UnixTool) -> None:
    found = await unix.disk_usage(path="a.txt")

    assert found.about
    assert found.about["size_bytes"] == 14


async def test_disk_usage_of_what_is_not_there_is_refused(unix: UnixTool) -> None:
    with pytest.raises(NoSuchPath):
        await unix.disk_usage(path="nowhere")


async def test_help_says_what_each_action_is_for(unix: UnixTool) -> None:
    assert list((await unix.help())["actions"]) == list(unix.actions)


async def test_help_explains_one_action(unix: UnixTool) -> None:
    said = await unix.help(command="cat")

    assert said["help_content"].startswith("Show lines of a text file")
    assert said["parameters"][0] == {
        "name": "file_path",
        "description": "File in the workspace.",
        "required": True,
        "default": None,
    }


async def test_help_knows_no_other_commands(unix: UnixTool) -> None:
    with pytest.raises(UnknownAction, match="choose one of: ls"):
        await unix.help(command="rm")


async def test_every_action_only_reads(unix: UnixTool) -> None:
    assert len(unix.actions) == 14
    assert {one.effect for one in unix.actions.values()} == {"read"}
