"""Putting a file into the workspace: whole or not at all, and never anywhere else.

The folders of the path are opened one after the other, each relative to the one before it and
never through a link, as for reading; but where reading follows a link that leads inside, writing
refuses every link, and every `..`. The file is written under a name of its own, beside its place,
and put there by one rename, which replaces a name and never writes through what the name means.
"""

import errno
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import LtmcError, OutsideWorkspace, Unwritable
from ltmc_server.workspace.holdings import pseudo_devices
from ltmc_server.workspace.names import shown, unshown
from ltmc_server.workspace.secrets import looks_secret

FOLDERS_MAX: Final = 100
"""Folders below each other."""

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

_LINKS: Final = "Files are not written through links; give the path without them."
_WHY: Final = {
    errno.ELOOP: "is reached through a link",
    errno.ENOENT: "is below a folder that is gone",
    errno.ENOTDIR: "is below something that is no folder",
    errno.EISDIR: "has become a folder meanwhile",
    errno.EACCES: "may not be written by the user the server runs as",
    errno.EPERM: "may not be written by the user the server runs as",
    errno.ENAMETOOLONG: "has too long a name",
}


@contextmanager
def replacing(roots: Sequence[Path], path: str, kept: Sequence[Path]) -> Iterator[BinaryIO]:
    """Yield an empty file that takes the place of what is at `path` when the block ends well.

    Args:
        roots: the folders of the workspace, without links.
        path: of a file in them that is there or not, as written or as `shown`.
        kept: folders in which nothing is written, without links.

    Raises:
        OutsideWorkspace, Unwritable: also for an `OSError` of the block; nothing was changed.
    """
    asked = shown(path)
    with ExitStack() as held, _told(asked):
        place = _meant(_Place(asked, held, tuple(kept)), roots, path)
        # Who could not read what was there can not read what takes its place while it is written.
        allowed = 0o666 if place.mode is None else 0o600
        name = f".ltmc-{secrets.token_hex(8)}.tmp"
        fd = os.open(name, _NEW_FILE, allowed, dir_fd=place.folder)
        try:
            with os.fdopen(fd, "wb") as file:
                yield file
                file.flush()
                if place.mode is not None:
                    os.fchmod(file.fileno(), place.mode)
                os.fsync(file.fileno())
            place.take(name)
        except BaseException:
            with suppress(OSError):
                os.unlink(name, dir_fd=place.folder)
            raise


@dataclass
class _Place:
    """Where the file goes."""

    asked: str
    held: ExitStack
    kept: tuple[Path, ...]
    folder: int = -1
    """The last folder on the way that is there, open."""
    missing: tuple[str, ...] = ()
    """Folders below it that are made when the file is whole."""
    name: str = ""
    mode: int | None = None
    """The permissions of the file that is there; None if there is none."""

    def find(self, root: Path, names: list[str]) -> None:
        """Go to where `names` lead from `root`."""
        self._check(root, names)
        *folders, self.name = names
        self.folder = self._open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for position, name in enumerate(folders):
            try:
                self.folder = self._open(name, _FOLDER, self.folder)
            except FileNotFoundError:
                self.missing = tuple(folders[position:])
                return
        with suppress(FileNotFoundError):
            info = os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)
            self._check_what_is_there(info)
            self.mode = stat.S_IMODE(info.st_mode) & 0o777

    def take(self, temporary: str) -> None:
        """Put the file `temporary`, which is in the folder, in its place."""
        made: list[tuple[int, str]] = []
        inner = self.folder
        try:
            for name in self.missing:
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=inner)
                    made.append((inner, name))
                inner = self._open(name, _FOLDER, inner)
            os.rename(temporary, self.name, src_dir_fd=self.folder, dst_dir_fd=inner)
        except BaseException:
            for folder, name in reversed(made):
                with suppress(OSError):  # Somebody has put something there meanwhile.
                    os.rmdir(name, dir_fd=folder)
            raise
        for folder in {inner, self.folder, *(folder for folder, _ in made)}:
            _sync(folder)

    def _open(self, name: str | Path, flags: int, below: int | None = None) -> int:
        try:
            fd = os.open(name, flags, dir_fd=below)
        except NotADirectoryError as error:
            # What Linux says of a link, too, when a folder is asked for.
            if _is_link(name, below):
                raise Unwritable(self.asked, _WHY[errno.ELOOP], _LINKS) from error
            raise
        self.held.callback(os.close, fd)
        if os.fstat(fd).st_dev in pseudo_devices():
            raise Unwritable(self.asked, "is made up by the system")
        return fd

    def _check(self, root: Path, names: list[str]) -> None:
        if any(name.casefold() == ".git" for name in names):
            raise Unwritable(self.asked, "belongs to git", "What git keeps is changed by git only.")
        if names[-1].casefold() == "ltmc.toml":
            raise Unwritable(self.asked, "sets this server", "A person writes it.")
        if looks_secret(names):
            why = "has the name of a file with secrets"
            raise Unwritable(self.asked, why, "Choose another name.")
        if len(names) > FOLDERS_MAX:
            raise Unwritable(self.asked, f"is below more than {FOLDERS_MAX} folders")
        place = root.joinpath(*names)
        if any(place.is_relative_to(folder) for folder in self.kept):
            raise Unwritable(self.asked, "is where the server keeps its own files")

    def _check_what_is_there(self, info: os.stat_result) -> None:
        if stat.S_ISLNK(info.st_mode):
            raise Unwritable(self.asked, "is a link", _LINKS)
        if stat.S_ISDIR(info.st_mode):
            raise Unwritable(self.asked, "is a folder", "Give the path of a file in it.")
        if not stat.S_ISREG(info.st_mode):
            raise Unwritable(self.asked, "is there and is no file")
        if not info.st_mode & 0o222:
            raise Unwritable(self.asked, "is read-only")


def _meant(place: _Place, roots: Sequence[Path], path: str) -> _Place:
    """Find the place of `path`; one that is written as it is shown means the file shown so."""
    place.find(*_parted(roots, path, place.asked))
    plain = unshown(path)
    if place.mode is None and plain != path:
        other = _Place(place.asked, place.held, place.kept)
        with suppress(LtmcError, OSError):
            other.find(*_parted(roots, plain, place.asked))
            return place if other.mode is None else other
    return place


def _parted(roots: Sequence[Path], path: str, asked: str) -> tuple[Path, list[str]]:
    """Return the root that the path is below, and the names from there."""
    names = [name for name in path.split("/") if name not in ("", ".")]
    if not roots:
        raise OutsideWorkspace(asked)
    if not _is_name(path):
        raise Unwritable(asked, "is no path: it holds a NUL or no Unicode")
    if ".." in names:
        raise Unwritable(asked, "goes up with '..'", "Give the path without it.")
    if path.startswith("/"):
        full = Path("/", *names)
        root = next((root for root in roots if full.is_relative_to(root)), None)
        if root is None:
            raise OutsideWorkspace(asked)
        names = names[len(root.parts) - 1 :]
    else:
        root = roots[0]
    if not names or path.endswith(("/", "/.")):
        raise Unwritable(asked, "names a folder", "Give the path of a file in it.")
    return root, names


@contextmanager
def _told(asked: str) -> Iterator[None]:
    """Turn the system's errors into ours; they name `asked` and nothing else."""
    try:
        yield
    except OSError as error:
        number = error.errno or 0
        why = _WHY.get(number, f"cannot be written: {os.strerror(number)}")
        raise Unwritable(asked, why, _LINKS if number == errno.ELOOP else None) from error


def _is_name(path: str) -> bool:
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeError:
        return False


def _is_link(name: str | Path, below: int | None) -> bool:
    with suppress(OSError):
        return stat.S_ISLNK(os.stat(name, dir_fd=below, follow_symlinks=False).st_mode)
    return False


def _sync(folder: int) -> None:
    """Make the names in a folder durable, where the file system has a way to."""
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
