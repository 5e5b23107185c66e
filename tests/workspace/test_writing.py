"""A file is put into the workspace whole or not at all, and nowhere else."""

import os
import resource
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as some

from ltmc_server.errors import LtmcError, OutsideWorkspace, Unwritable
from ltmc_server.workspace.confinement import Workspace
from tests.workspace.places import ATTACKS, CANARY, OUTSIDE, attack, everything, make_traps

WRITTEN = b"written by the test"


@pytest.fixture
def workspace(root: Path) -> Workspace:
    (root / "sub" / "data").mkdir()
    return Workspace.of((root,), kept=(root / "sub" / "data",))


def write(
    workspace: Workspace,
    path: str,
    content: bytes = WRITTEN,
    meanwhile: Callable[[], object] = lambda: None,
) -> None:
    with workspace.replacing(path) as file:
        file.write(content)
        meanwhile()


def open_count() -> int:
    return len(list(Path("/dev/fd").iterdir()))


@pytest.mark.parametrize(
    "path", ["new.txt", "./new.txt", "sub//new.txt", "x/y/z/new.txt", "{root}/sub/new.txt", "..."]
)
def test_a_file_is_put_where_the_path_says(workspace: Workspace, root: Path, path: str) -> None:
    write(workspace, attack(path, root))

    assert (root / attack(path, root)).read_bytes() == WRITTEN


def test_a_file_that_is_there_is_replaced_and_keeps_its_mode(
    workspace: Workspace, root: Path
) -> None:
    (root / "a.txt").chmod(0o750)

    write(workspace, "a.txt")

    assert (root / "a.txt").read_bytes() == WRITTEN
    assert stat.S_IMODE((root / "a.txt").stat().st_mode) == 0o750


def test_what_replaces_a_private_file_is_private_while_it_is_written(
    workspace: Workspace, root: Path
) -> None:
    (root / "a.txt").chmod(0o600)

    with workspace.replacing("a.txt") as file:
        assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600


def test_the_old_file_is_there_until_the_new_one_is_whole(workspace: Workspace, root: Path) -> None:
    with workspace.replacing("a.txt") as file, (root / "a.txt").open("rb") as old:
        file.write(WRITTEN)
        file.flush()
        assert (root / "a.txt").read_text() == "one\ntwo\nthree\n"

        file.write(b", and more")

        assert old.read() == b"one\ntwo\nthree\n"
    assert (root / "a.txt").read_bytes() == WRITTEN + b", and more"


@pytest.mark.parametrize("path", ["a.txt", "new.txt", "x/y/new.txt"])
def test_a_fault_in_the_middle_leaves_everything_as_it_was(
    workspace: Workspace, root: Path, path: str
) -> None:
    before, held = everything(root), open_count()

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(workspace, path, meanwhile=interrupt)

    assert everything(root) == before
    assert open_count() == held


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the system refuse longer files, as a full disk would."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("path", ["a.txt", "x/y/new.txt"])
def test_a_disk_that_refuses_leaves_everything_as_it_was(
    workspace: Workspace, root: Path, path: str
) -> None:
    before = everything(root)

    with files_of_at_most(100), pytest.raises(Unwritable, match="cannot be written: File too"):
        write(workspace, path, WRITTEN * 100)

    assert everything(root) == before


def test_folders_are_made_on_success_only_and_the_half_made_go(
    workspace: Workspace, root: Path
) -> None:
    def get_in_the_way() -> None:
        assert not (root / "x").exists()
        (root / "x").mkdir()
        (root / "x" / "y").write_text("in the way")

    with pytest.raises(Unwritable, match="no folder"):
        write(workspace, "x/y/z/new.txt", meanwhile=get_in_the_way)
    with pytest.raises(Unwritable, match="too long a name"):
        write(workspace, "w/y/" + "n" * 300)

    assert everything(root / "x") == {"y": b"in the way"}
    assert not (root / "w").exists()


def test_folders_that_another_made_meanwhile_are_taken(workspace: Workspace, root: Path) -> None:
    with workspace.replacing("x/y/new.txt") as file:
        file.write(WRITTEN)
        (root / "x").mkdir()

    assert (root / "x" / "y" / "new.txt").read_bytes() == WRITTEN


def test_a_file_that_is_shown_with_escapes_is_replaced_by_that_name(
    workspace: Workspace, root: Path
) -> None:
    (root / "two\nlines").write_text("old")

    write(workspace, "two\\nlines")
    write(workspace, "no\\nfile")

    assert (root / "two\nlines").read_bytes() == WRITTEN
    assert (root / "no\\nfile").read_bytes() == WRITTEN


@pytest.mark.parametrize(
    "path",
    [
        *("sub", "sub/", "sub/.", ".", "", "/", "{root}", "pipe", "socket"),
        *("../x", "sub/../x", "{root}/../x", "nothing/../x", "..", "sub/.."),
        *("{outside}/x", "/x", "/etc/x", "/proc/self/comm", "/dev/null"),
        *("link_to_file", "link_to_folder/x", "link_to_folder/tale.txt", "link_to_folder"),
        *("sub/relative", "chain1/x", "chain1", "circle", "circle/x", "broken", "broken/x"),
        *("link_inside/x", "link_up/x", "link_up/inside/x", "a.txt/x", "a.txt/"),
        *(".git/config", ".git/hooks/pre-commit", "sub/.git/x", ".git", ".GIT/x"),
        *(".env", "sub/.env.local", "id_ed25519", "server.pem", ".ssh/config", "secrets.json"),
        *("ltmc.toml", "sub/data/x", "sub/data/deeper/x", "{root}/sub/data/ltmc.db"),
        *("a\0b", "a\ud800b", "x/" * 150 + "y", "x" * 300),
    ],
    ids=lambda path: repr(path)[:40],
)
def test_what_may_not_be_written_is_refused(workspace: Workspace, root: Path, path: str) -> None:
    make_traps(root)
    (root / "link_inside").symlink_to("sub")
    before, held = everything(root.parent), open_count()

    with pytest.raises((Unwritable, OutsideWorkspace)) as refused:
        write(workspace, attack(path, root))

    said = f"{refused.value} {refused.value.hint}"
    assert str(root.parent) not in said.replace(attack(path, root), "")
    assert CANARY not in said
    assert everything(root.parent) == before
    assert open_count() == held


def test_a_read_only_file_stays(workspace: Workspace, root: Path) -> None:
    (root / "a.txt").chmod(0o444)

    with pytest.raises(Unwritable, match="is read-only; nothing was written"):
        write(workspace, "a.txt")


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: repr(path)[:40])
def test_no_path_writes_outside(workspace: Workspace, root: Path, path: str) -> None:
    make_traps(root)
    outside = everything(root.parent / OUTSIDE)
    beside = sorted(root.parent.iterdir())

    with suppress(LtmcError):
        write(workspace, attack(path, root))

    assert everything(root.parent / OUTSIDE) == outside
    assert sorted(root.parent.iterdir()) == beside


def test_a_folder_exchanged_for_a_link_while_the_file_is_written_is_not_followed(
    workspace: Workspace, root: Path
) -> None:
    with workspace.replacing("sub/deeper/new.txt") as file:
        file.write(WRITTEN)
        (root / "sub").rename(root / "moved")
        (root / "sub").symlink_to(root.parent / OUTSIDE)

    assert (root / "moved" / "deeper" / "new.txt").read_bytes() == WRITTEN
    assert set(everything(root.parent / OUTSIDE)) == {"tale.json", "tale.txt"}


def test_a_missing_folder_that_becomes_a_link_is_not_followed(
    workspace: Workspace, root: Path
) -> None:
    def exchange() -> None:
        (root / "x").symlink_to(root.parent / OUTSIDE)

    with pytest.raises(Unwritable, match="through a link"):
        write(workspace, "x/tale.txt", meanwhile=exchange)

    assert CANARY in (root.parent / OUTSIDE / "tale.txt").read_text()
    assert not list(root.rglob(".ltmc-*"))


def test_a_file_exchanged_for_a_link_is_replaced_not_written_through(
    workspace: Workspace, root: Path
) -> None:
    with workspace.replacing("a.txt") as file:
        file.write(WRITTEN)
        (root / "a.txt").unlink()
        (root / "a.txt").symlink_to(root.parent / OUTSIDE / "tale.txt")

    assert CANARY in (root.parent / OUTSIDE / "tale.txt").read_text()
    assert not (root / "a.txt").is_symlink()
    assert (root / "a.txt").read_bytes() == WRITTEN


def test_the_second_root_is_written_by_its_absolute_path(root: Path) -> None:
    other = root.parent / "other"
    other.mkdir()

    write(Workspace.of((root, other)), f"{other}/new.txt")

    assert (other / "new.txt").read_bytes() == WRITTEN


def test_without_a_root_or_with_one_that_is_gone_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(OutsideWorkspace):
        write(Workspace.of(()), "new.txt")
    with pytest.raises(Unwritable, match="gone"):
        write(Workspace.of((tmp_path / "gone",)), "new.txt")


NAMES = some.sampled_from(
    (
        *("..", ".", "", "sub", "deeper", "data", "a.txt", "link_up", "link_to_folder", "chain1"),
        *("inside", OUTSIDE, "tale.txt", "circle", "\\x2e\\x2e", "pipe", ".git", "new"),
    )
)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    path=some.one_of(
        some.text(max_size=50),
        some.lists(NAMES, max_size=8).map("/".join),
        some.lists(NAMES, max_size=8).map(lambda names: "{root}/" + "/".join(names)),
    )
)
def test_whatever_is_written_is_inside(workspace: Workspace, root: Path, path: str) -> None:
    if not (root / "pipe").exists():
        make_traps(root)
    outside = everything(root.parent / OUTSIDE)

    try:
        write(workspace, attack(path, root))
    except LtmcError:
        assert not list(root.rglob(".ltmc-*"))
    else:
        assert WRITTEN in everything(root).values()
    assert everything(root.parent / OUTSIDE) == outside
    assert everything(root / "sub" / "data") == {}
    assert not (root / ".git").exists()
