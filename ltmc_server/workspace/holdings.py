"""Files and folders that are held open, and opening one from the folder it is in."""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final, Literal, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NoSuchPath, Unreadable
from ltmc_server.workspace.names import shown
from ltmc_server.workspace.secrets import looks_secret

Kind: TypeAlias = Literal["file", "folder", "link", "other"]

PathOf: TypeAlias = Callable[[Path, tuple[str, ...]], str]
"""Writes the path of what is at these parts below a root."""

_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ_FILE: Final = _READ | os.O_NONBLOCK | os.O_NOCTTY
"""A pipe that took the place of a file since it was looked at does not make us wait."""
_READ_FOLDER: Final = _READ | os.O_DIRECTORY

_ABSENT: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})
_CHANGED: Final = frozenset({errno.ELOOP, errno.ENXIO, errno.EMLINK})

_NOT_READ: Final = "Files with secrets are not read; LTMC_READ_SECRETS=true would allow it."


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a folder."""

    name: str
    """As it is on disk, not as it is shown."""
    kind: Kind
    size_bytes: int
    on_disk_bytes: int
    modified_s: float
    mode: int
    device: int


@dataclass(frozen=True, slots=True)
class _Held:
    """What files and folders that are open have alike."""

    path_of: PathOf
    root: Path
    parts: tuple[str, ...]
    """Of the path below the root, without links."""
    fd: int
    device: int = 0

    @property
    def path(self) -> str:
        """The path as it is shown."""
        return self.path_of(self.root, self.parts)


@dataclass(frozen=True, slots=True)
class File(_Held):
    """A regular file that is open for reading."""

    size_bytes: int = 0
    modified_s: float = 0

    def read(self, bytes_max: int, start: int = 0) -> bytes:
        """Read some bytes; fewer at the end of the file.

        Never past the size that the file says it has, so that a file made up while it is read,
        as those of `/proc`, gives nothing.
        """
        parts: list[bytes] = []
        end = min(start + bytes_max, self.size_bytes)
        while start < end and (part := os.pread(self.fd, min(end - start, 1 << 20), start)):
            parts.append(part)
            start += len(part)
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Folder(_Held):
    """A folder that is open; it stays the same one, whatever is renamed meanwhile."""

    def entries(self, count_max: int) -> list[Entry]:
        """Return what is in it by name, at most so many; which, the file system chooses."""
        with opened(self.path), os.scandir(self.fd) as listing:
            found = [_entry(each) for each in islice(listing, count_max)]
        return sorted((each for each in found if each), key=lambda each: each.name)

    @contextmanager
    def open(self, name: str, *, read_secrets: bool) -> "Iterator[File | Folder]":
        """Open an entry, which must be no link.

        Raises:
            NoSuchPath: it has gone meanwhile.
            Unreadable: it is neither file nor folder, or has become a link, or may not be read.
        """
        path = self.path_of(self.root, (*self.parts, name))
        with opened(path):
            info = os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        found = open_entry(self, name, info, path, read_secrets=read_secrets)
        try:
            yield found
        finally:
            os.close(found.fd)


def open_entry(
    folder: Folder, name: str, info: os.stat_result, asked: str, *, read_secrets: bool
) -> File | Folder:
    """Open what `info` was said of. Only files and folders; a link in their place is refused."""
    parts = (*folder.parts, name)
    if stat.S_ISDIR(info.st_mode):
        with opened(asked):
            fd = os.open(name, _READ_FOLDER, dir_fd=folder.fd)
            return Folder(folder.path_of, folder.root, parts, fd, os.fstat(fd).st_dev)
    if not stat.S_ISREG(info.st_mode):
        # Not even opened: opening a pipe wakes its writer, and a device may act on it.
        raise Unreadable(asked, f"is {_special(info.st_mode)}, not a file")
    if not read_secrets and looks_secret(parts):
        raise Unreadable(asked, "looks as if it held secrets", _NOT_READ)
    with opened(asked):
        fd = os.open(name, _READ_FILE, dir_fd=folder.fd)
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode):
        os.close(fd)
        raise Unreadable(asked, "changed while it was opened")
    return File(
        folder.path_of,
        folder.root,
        parts,
        fd,
        found.st_dev,
        size_bytes=found.st_size,
        modified_s=found.st_mtime,
    )


@contextmanager
def opened(asked: str) -> Iterator[None]:
    """Turn the system's errors into ours; they name `asked` and nothing else."""
    try:
        yield
    except ValueError as error:
        raise Unreadable(shown(asked), "is no path: it holds a NUL or no Unicode") from error
    except OSError as error:
        if error.errno in _ABSENT:
            raise NoSuchPath(asked) from error
        if error.errno in _CHANGED:
            raise Unreadable(asked, "changed while it was opened", "Try again.") from error
        if error.errno in (errno.EACCES, errno.EPERM):
            raise Unreadable(asked, "may not be read by the user the server runs as") from error
        raise Unreadable(asked, f"cannot be read: {os.strerror(error.errno or 0)}") from error


def _entry(found: "os.DirEntry[str]") -> Entry | None:
    try:
        info = found.stat(follow_symlinks=False)
    except OSError:
        return None  # It has gone since it was listed.
    return Entry(
        name=found.name,
        kind=_kind(info.st_mode),
        size_bytes=info.st_size,
        on_disk_bytes=info.st_blocks * 512,
        modified_s=info.st_mtime,
        mode=info.st_mode,
        device=info.st_dev,
    )


def _kind(mode: int) -> Kind:
    if stat.S_ISLNK(mode):
        return "link"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "other"


def _special(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a link" if stat.S_ISLNK(mode) else "a device"


@cache
def pseudo_devices() -> frozenset[int]:
    """Return the devices of the file systems that hold no files: `/proc` and its like."""
    ordinary = Path("/").stat().st_dev
    found = set()
    for folder in ("/proc", "/sys", "/dev"):
        with suppress(OSError):
            found.add(Path(folder).stat().st_dev)
    return frozenset(found - {ordinary})
