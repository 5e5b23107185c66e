"""Going through the folders below a folder, within bounds.

Links are seen and not followed, so that a walk ends, and stays inside.
"""

from collections.abc import Iterator
from dataclasses import field
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import LtmcError
from ltmc_server.threads import breathe
from ltmc_server.workspace.confinement import FOLDERS_MAX, Workspace
from ltmc_server.workspace.deadlines import Deadline
from ltmc_server.workspace.holdings import Entry, Folder, pseudo_devices
from ltmc_server.workspace.ignoring import Ignoring
from ltmc_server.workspace.names import shown

ENTRIES_MAX: Final = 100_000
"""Seen in one call."""
DEPTH_MAX: Final = FOLDERS_MAX // 2
"""Each folder on the way down is held open."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry on the way."""

    folder: Folder
    """Where it is; open until the next step."""
    entry: Entry
    depth: int
    """1 for what is in the folder that the walk began in."""
    is_last: bool
    """Whether no entry of this folder follows."""

    @property
    def path(self) -> str:
        """The path of the entry, as it is shown."""
        return self.folder.path_of(self.folder.root, (*self.folder.parts, self.entry.name))


@dataclass
class Walk:
    """One way through the folders, and what cut it short."""

    workspace: Workspace
    show_all: bool = False
    """Whether hidden and ignored entries are seen, too."""
    depth_max: int = DEPTH_MAX
    only_folders: bool = False
    passed_over: frozenset[str] = frozenset()
    """Names of folders that are not entered."""
    deadline: Deadline = field(default_factory=Deadline)
    seen: int = 0
    left_out: int = 0
    """Entries that are hidden or ignored."""
    unreadable: int = 0
    """Folders that could not be opened."""
    stopped_by: set[str] = field(default_factory=set)
    """Which bounds ended the walk before its end: `time`, `entries`, `depth`."""

    def below(self, folder: Folder) -> Iterator[Step]:
        """Yield what is below `folder`, each folder before what is in it, by name."""
        rules = Ignoring() if self.show_all else Ignoring.above(self.workspace, folder)
        yield from self._below(folder, rules, 1)

    def listed(self, folder: Folder) -> list[Entry]:
        """Return what is in `folder` itself."""
        rules = Ignoring() if self.show_all else Ignoring.above(self.workspace, folder)
        return self._listed(folder, rules if self.show_all else rules.and_of(folder))

    def _below(self, folder: Folder, rules: Ignoring, depth: int) -> Iterator[Step]:
        rules = rules if self.show_all else rules.and_of(folder)
        entries = self._listed(folder, rules)
        for position, entry in enumerate(entries, start=1):
            if self.deadline.passed:
                self.stopped_by.add("time")
                return
            breathe()
            yield Step(folder, entry, depth, is_last=position == len(entries))
            if entry.kind == "folder" and entry.device not in pseudo_devices():
                yield from self._inside(folder, entry, rules, depth)

    def _inside(self, folder: Folder, entry: Entry, rules: Ignoring, depth: int) -> Iterator[Step]:
        if depth >= self.depth_max:
            if depth >= DEPTH_MAX:
                self.stopped_by.add("depth")
            return
        try:
            with folder.open(entry.name, read_secrets=False) as inner:
                if isinstance(inner, Folder):
                    yield from self._below(inner, rules, depth + 1)
        except LtmcError:
            self.unreadable += 1

    def _listed(self, folder: Folder, rules: Ignoring) -> list[Entry]:
        room = ENTRIES_MAX - self.seen
        entries = folder.entries(room + 1)
        if len(entries) > room:
            self.stopped_by.add("entries")
        kept: list[Entry] = []
        for entry in entries[:room]:
            if self.deadline.passed:
                self.stopped_by.add("time")
                break
            self.seen += 1
            hidden = not self.show_all and (
                entry.name.startswith(".")
                or (entry.kind == "folder" and entry.name in self.passed_over)
                or rules.ignores(
                    [*map(shown, folder.parts), shown(entry.name)], is_folder=entry.kind == "folder"
                )
            )
            self.left_out += hidden
            if not hidden and (entry.kind == "folder" or not self.only_folders):
                kept.append(entry)
        return kept
