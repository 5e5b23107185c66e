"""Nothing outside the workspace is opened, by whatever path."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as some

from ltmc_server.errors import LtmcError, NoSuchPath, OutsideWorkspace, Unreadable
from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.holdings import File, Folder, open_entry
from tests.workspace.places import ATTACKS, CANARY, OUTSIDE, attack, make_traps


@pytest.fixture
def workspace(root: Path) -> Workspace:
    return Workspace.of((root,))


def read(workspace: Workspace, path: str) -> str:
    with workspace.file(path) as file:
        return file.read(10_000).decode()


def open_count() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def is_inside(found: File | Folder, root: Path) -> bool:
    """Tell by the open file itself, not by its path."""
    opened = os.fstat(found.fd)
    inside = [root, *root.rglob("*")]
    return any(os.path.samestat(opened, path.stat()) for path in inside if not path.is_symlink())


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: repr(path)[:40])
def test_no_path_leads_out(workspace: Workspace, root: Path, path: str) -> None:
    make_traps(root)

    try:
        with workspace.at(attack(path, root)) as found:
            assert is_inside(found, root)
            assert not isinstance(found, File) or CANARY.encode() not in found.read(10_000)
    except LtmcError as refusal:
        said = f"{refusal} {refusal.hint}"
        assert CANARY not in said
        assert "No such file" not in said
        assert str(root.parent) not in said.replace(attack(path, root), "")


@pytest.mark.parametrize(
    "path", ["a.txt", "./a.txt", "sub/../a.txt", "sub//../a.txt", "{root}/a.txt", "../inside/a.txt"]
)
def test_every_path_that_stays_inside_is_taken(workspace: Workspace, root: Path, path: str) -> None:
    assert read(workspace, attack(path, root)).startswith("one")


def test_links_that_lead_inside_are_followed(workspace: Workspace, root: Path) -> None:
    (root / "sub" / "up").symlink_to("../a.txt")
    (root / "absolute").symlink_to(root / "sub")

    assert read(workspace, "sub/up").startswith("one")
    assert read(workspace, "absolute/up").startswith("one")


def test_a_link_to_another_root_leads_inside(root: Path) -> None:
    (root / "other").symlink_to(root.parent / OUTSIDE)
    workspace = Workspace.of((root, root.parent / OUTSIDE))

    with workspace.file("other/tale.txt") as file:
        assert file.path == str(root.parent / OUTSIDE / "tale.txt")


def test_a_folder_exchanged_for_a_link_after_it_was_opened_changes_nothing(
    workspace: Workspace, root: Path
) -> None:
    (root / "sub" / "tale.txt").write_text("mine", encoding="utf-8")

    with workspace.folder("sub") as folder:
        (root / "sub").rename(root / "moved")
        (root / "sub").symlink_to(root.parent / OUTSIDE)
        with folder.open("tale.txt", read_secrets=True) as file:
            assert isinstance(file, File)
            assert file.read(100) == b"mine"


def test_a_file_exchanged_for_a_link_after_it_was_listed_is_refused(
    workspace: Workspace, root: Path
) -> None:
    with workspace.folder(".") as folder:
        listed = next(each for each in folder.entries(100) if each.name == "a.txt")
        (root / "a.txt").unlink()
        (root / "a.txt").symlink_to(root.parent / OUTSIDE / "tale.txt")

        with pytest.raises(Unreadable, match="a link"), folder.open(listed.name, read_secrets=True):
            pass


@pytest.mark.parametrize("name", ["sub", "a.txt"])
def test_what_became_a_link_between_the_look_and_the_opening_is_refused(
    workspace: Workspace, root: Path, name: str
) -> None:
    with workspace.folder(".") as folder:
        looked = os.stat(name, dir_fd=folder.fd, follow_symlinks=False)
        outside = root.parent / OUTSIDE
        (root / name).rename(root / "moved")
        (root / name).symlink_to(outside if name == "sub" else outside / "tale.txt")

        with pytest.raises((Unreadable, NoSuchPath)):
            open_entry(folder, name, looked, name, read_secrets=True)


def test_what_became_a_pipe_between_the_look_and_the_opening_is_refused_without_waiting(
    workspace: Workspace, root: Path
) -> None:
    with workspace.folder(".") as folder:
        looked = os.stat("a.txt", dir_fd=folder.fd, follow_symlinks=False)
        (root / "a.txt").unlink()
        os.mkfifo(root / "a.txt")

        with pytest.raises(Unreadable, match="changed"):
            open_entry(folder, "a.txt", looked, "a.txt", read_secrets=True)


@pytest.mark.parametrize("name", ["pipe", "socket"])
def test_what_is_no_file_is_refused_without_waiting(
    workspace: Workspace, root: Path, name: str
) -> None:
    make_traps(root)

    with pytest.raises(Unreadable, match="not a file"):
        read(workspace, name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_in_the_workspace_is_refused(workspace: Workspace, root: Path) -> None:
    try:
        os.mknod(root / "zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this container makes no devices")

    with pytest.raises(Unreadable, match="a device"):
        read(workspace, "zero")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc here")
def test_files_made_up_by_the_system_are_refused_even_in_a_root_that_holds_them() -> None:
    workspace = Workspace.of((Path("/"),))

    with pytest.raises(Unreadable, match="made up by the system"):
        read(workspace, "/proc/self/environ")


def test_without_a_root_everything_is_outside() -> None:
    with pytest.raises(OutsideWorkspace, match="leads out"):
        read(Workspace.of(()), "a.txt")


def test_a_root_that_is_gone_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        read(Workspace.of((tmp_path / "gone",)), "a.txt")

    assert caught.value.hint == "LTMC_WORKSPACE_ROOTS names the folders."
    assert str(tmp_path) not in str(caught.value)


def test_a_folder_below_a_hundred_others_is_refused(workspace: Workspace, root: Path) -> None:
    deep = "/".join(["d"] * 120)
    (root / deep).mkdir(parents=True)

    with pytest.raises(Unreadable, match="more than 100 folders"), workspace.folder(deep):
        pass


def test_nothing_stays_open(workspace: Workspace, root: Path) -> None:
    make_traps(root)
    before = open_count()

    for path in ATTACKS:
        try:
            with workspace.at(attack(path, root)):
                pass
        except LtmcError:
            continue

    assert open_count() == before


NAMES = some.sampled_from(
    (
        *("..", ".", "", "sub", "deeper", "a.txt", "link_up", "link_to_folder", "chain1"),
        *("inside", OUTSIDE, "tale.txt", "tmp", "circle", "\\x2e\\x2e", "pipe"),
    )
)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    path=some.one_of(
        some.text(max_size=50),
        some.lists(NAMES, max_size=12).map("/".join),
        some.lists(NAMES, max_size=12).map(lambda names: "{root}/" + "/".join(names)),
    )
)
def test_whatever_is_opened_is_inside(workspace: Workspace, root: Path, path: str) -> None:
    if not (root / "pipe").exists():
        make_traps(root)

    try:
        with workspace.at(attack(path, root)) as found:
            assert is_inside(found, root)
    except LtmcError:
        return
