"""What is there now, and what is different from before.

The system only says that something happened; what, is told by comparing two looks. So a change
is noticed once, whatever an editor did to make it, and nothing is seen that a walk would not
see: no way out of the workspace, no hidden file, none that `.gitignore` names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Final, Literal, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NoSuchPath, RequestError
from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.holdings import Folder
from ltmc_server.workspace.walking import Walk

FILES_MAX: Final = 20_000
"""Of one watch; what is further on is not watched, and said so."""
FOLDERS_MAX: Final = 4_000
"""Systems allow some ten thousand for all programs together."""

Change: TypeAlias = Literal["added", "modified", "deleted"]


@dataclass(slots=True)
class Look:
    """The files that are there, and the folders that are to be listened to."""

    files: dict[str, tuple[float, int]] = field(default_factory=dict)
    """When each was modified, and its size."""
    folders: dict[str, None] = field(default_factory=dict)
    """Absolute, as the system knows them."""
    missing: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    cut_by: set[str] = field(default_factory=set)
    """Which bounds kept it from seeing all: `files`, `folders`, `time`, `entries`, `depth`."""


def look(workspace: Workspace, paths: Sequence[str]) -> Look:
    """Look at what is at and below the paths."""
    found = Look()
    for path in paths:
        try:
            with workspace.at(path) as at:
                if isinstance(at, Folder):
                    _add_below(found, workspace, at)
                else:
                    found.files[at.path] = (at.modified_s, at.size_bytes)
                    # An editor puts a new file in the place of the old: the folder tells.
                    found.folders[str(at.root.joinpath(*at.parts[:-1]))] = None
        except NoSuchPath:
            found.missing.append(path)
        except RequestError as error:
            found.missing.append(path)
            found.troubles.append(str(error))
    return found


def differences(before: Look, after: Look) -> Mapping[str, Change]:
    """Return what happened between two looks."""
    changes: dict[str, Change] = {}
    for path, state in after.files.items():
        if path not in before.files:
            # After a look that was cut, what is new may only not have been seen.
            if not before.cut_by:
                changes[path] = "added"
        elif state != before.files[path]:
            changes[path] = "modified"
    if not after.cut_by:
        changes |= dict.fromkeys(before.files.keys() - after.files.keys(), "deleted")
    return changes


def _add_below(found: Look, workspace: Workspace, folder: Folder) -> None:
    walk = Walk(workspace)
    _listen(found, folder)
    for step in walk.below(folder):
        if step.entry.kind == "folder":
            _listen(found, step.folder, step.entry.name)
        elif step.entry.kind == "file":
            if len(found.files) >= FILES_MAX:
                found.cut_by.add("files")
                break
            found.files[step.path] = (step.entry.modified_s, step.entry.size_bytes)
    found.cut_by |= walk.stopped_by


def _listen(found: Look, folder: Folder, *name: str) -> None:
    if len(found.folders) >= FOLDERS_MAX:
        found.cut_by.add("folders")
    else:
        found.folders[str(folder.root.joinpath(*folder.parts, *name))] = None
