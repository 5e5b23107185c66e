"""Opening what is in the workspace, and never anything that is not.

A path is followed one name at a time. Each folder is opened relative to the one before it and
never through a link (`O_NOFOLLOW`); a link is read, and its target followed by the same rules.
So there is no moment between a check and the opening that it was for: whoever exchanges a folder
for a link meanwhile makes the opening fail, and a folder that is held open stays the folder that
was checked. A part of a path that leads outside is followed as text only: the disk is not asked.

What this can not see: a hard link, or a mount, that somebody who may write to the workspace
put there. Those are in the workspace.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import field
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NoSuchPath, OutsideWorkspace, Unreadable
from ltmc_server.workspace.holdings import File, Folder, open_entry, opened, pseudo_devices
from ltmc_server.workspace.names import shown, unshown
from ltmc_server.workspace.writing import replacing

STEPS_MAX: Final = 400
"""Names in a path, those of the links in it included."""
LINKS_MAX: Final = 40
"""Links in a path; what Linux allows."""
FOLDERS_MAX: Final = 100
"""Folders below each other. Each is held open while a path is followed."""

Parts: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Workspace:
    """The folders that may be read, and files put into."""

    roots: tuple[Path, ...]
    """Absolute and without links. A relative path begins in the first."""
    read_secrets: bool = False
    """Whether files that look as if they held secrets are read."""
    kept: tuple[Path, ...] = ()
    """Folders in which nothing is written, absolute and without links: those of the server."""

    @classmethod
    def of(
        cls, folders: tuple[Path, ...], *, read_secrets: bool = False, kept: tuple[Path, ...] = ()
    ) -> "Workspace":
        """Return the workspace of these folders, which need not be there yet."""
        return cls(roots=_real(folders), read_secrets=read_secrets, kept=_real(kept))

    @contextmanager
    def replacing(self, path: str) -> Iterator[BinaryIO]:
        """Yield a file that takes the place of what is at `path`, whole, when the block ends well.

        Folders on the way that are missing are made then, too. The block may run in a thread.

        Raises:
            OutsideWorkspace, Unwritable: and nothing was changed.
        """
        with replacing(self.roots, path, self.kept) as file:
            yield file

    @contextmanager
    def file(self, path: str) -> Iterator[File]:
        """Open a file that may be read.

        Raises:
            NoSuchPath, OutsideWorkspace, Unreadable: and nothing was read.
        """
        with self.at(path) as found:
            if isinstance(found, Folder):
                raise Unreadable(shown(path), "is a folder", "tree and ls show what is in it.")
            yield found

    @contextmanager
    def folder(self, path: str) -> Iterator[Folder]:
        """Open a folder. Raises as `file` does."""
        with self.at(path) as found:
            if isinstance(found, File):
                raise Unreadable(shown(path), "is a file, not a folder", "cat shows it.")
            yield found

    @contextmanager
    def at(self, path: str) -> Iterator[File | Folder]:
        """Open what is at `path`, as written or as `shown`. Raises as `file` does."""
        with ExitStack() as held:
            try:
                found = self._follow(path, held)
            except NoSuchPath:
                if unshown(path) == path:
                    raise
                found = self._follow(unshown(path), held)
            yield found

    def target(self, folder: Folder, name: str) -> str | None:
        """Return where the link `name` in `folder` leads, if that is inside; else None.

        Raises:
            NoSuchPath: it leads to nothing.
            Unreadable: it leads to what is neither file nor folder, or to itself.
        """
        with ExitStack() as held:
            walk = _Walk(self, shown(name), read_secrets=True)
            held.callback(walk.close)
            walk.enter(folder.root)
            with suppress(OutsideWorkspace):
                return walk.follow([*folder.parts, name]).path
        return None

    def path_of(self, root: Path, parts: Parts) -> str:
        """Return a path that leads there: short in the first root, absolute in the others."""
        if root == self.roots[0]:
            return shown("/".join(parts)) or "."
        return shown(str(root.joinpath(*parts)))

    def _follow(self, path: str, held: ExitStack) -> File | Folder:
        if not self.roots:
            raise OutsideWorkspace(shown(path))
        walk = _Walk(self, shown(path), read_secrets=self.read_secrets)
        held.callback(walk.close)
        if path.startswith("/"):
            walk.look_for_a_root()
        else:
            walk.enter(self.roots[0])
        return walk.follow(path.split("/"))


def _real(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    return tuple(Path(os.path.realpath(folder.expanduser())) for folder in folders)


@dataclass
class _Walk:
    """One path being followed."""

    workspace: Workspace
    asked: str
    """What the caller wrote; the only name that errors repeat."""
    read_secrets: bool
    trail: list[Folder] = field(default_factory=list)
    """The folders below each other, from a root to where we are; empty while outside."""
    file: File | None = None
    """Where the path ends, if that is a file."""
    outside: list[str] = field(default_factory=list)
    """Where we are, while outside: names, never looked up."""
    links: int = 0

    def follow(self, names: list[str]) -> File | Folder:
        """Go along `names` to what the last of them is."""
        pending = names[::-1]
        for _ in range(STEPS_MAX):
            if not pending:
                return self._end()
            name = pending.pop()
            if name == "..":
                self._up()
            elif name in ("", "."):
                continue
            elif self.trail:
                self._down(name, pending)
                if self.file:
                    return self.file
            else:
                self.outside.append(name)
                self.look_for_a_root()
        raise Unreadable(self.asked, f"has more than {STEPS_MAX} names in it, links included")

    def enter(self, root: Path) -> None:
        """Go to a root."""
        try:
            fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            why = "is below a folder of the workspace that cannot be opened"
            raise Unreadable(self.asked, why, "LTMC_WORKSPACE_ROOTS names the folders.") from error
        self.close()
        self.trail, self.outside = [Folder(self.workspace.path_of, root, (), fd)], []

    def close(self) -> None:
        """Close what is held open."""
        for held in (*self.trail, *([self.file] if self.file else [])):
            os.close(held.fd)
        self.trail, self.file = [], None

    def look_for_a_root(self) -> None:
        """Go inside, if the names so far are those of a root."""
        for root in self.workspace.roots:
            if list(root.parts[1:]) == self.outside:
                self.enter(root)
                break

    def _end(self) -> Folder:
        if not self.trail:
            self.look_for_a_root()
        if not self.trail:
            raise OutsideWorkspace(self.asked)
        return self.trail[-1]

    def _up(self) -> None:
        if not self.trail:
            del self.outside[-1:]
        elif len(self.trail) > 1:
            os.close(self.trail.pop().fd)
        else:
            self.outside = list(self.trail[0].root.parts[1:-1])
            self.close()
        if not self.trail:
            self.look_for_a_root()

    def _down(self, name: str, pending: list[str]) -> None:
        """Go into a folder, to a file that ends the path, or to where a link leads."""
        here = self.trail[-1]
        with opened(self.asked):
            info = os.stat(name, dir_fd=here.fd, follow_symlinks=False)
            if stat.S_ISLNK(info.st_mode):
                self._follow_link(os.readlink(name, dir_fd=here.fd), pending)
                return
        found = open_entry(here, name, info, self.asked, read_secrets=self.read_secrets)
        if isinstance(found, File):
            self.file = found
            if any(name not in ("", ".") for name in pending):
                raise NoSuchPath(self.asked)
        else:
            self.trail.append(found)
        if found.device in pseudo_devices():
            raise Unreadable(self.asked, "is made up by the system")
        if len(self.trail) > FOLDERS_MAX:
            raise Unreadable(self.asked, f"is below more than {FOLDERS_MAX} folders")

    def _follow_link(self, target: str, pending: list[str]) -> None:
        self.links += 1
        if self.links > LINKS_MAX:
            raise Unreadable(self.asked, f"is reached through more than {LINKS_MAX} links")
        pending.extend(reversed(target.split("/")))
        if target.startswith("/"):
            self.close()
            self.outside = []
            self.look_for_a_root()
