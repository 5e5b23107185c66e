"""What `.gitignore` files say is not worth listing.

The patterns are matched by RE2, in time linear in the path: a `.gitignore` is part of what is
read, and may have been written to be slow.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Self

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import LtmcError
from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.holdings import File, Folder

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

NAME: Final = ".gitignore"
BYTES_MAX: Final = 64_000
LINES_MAX: Final = 1_000
LINE_CHARS_MAX: Final = 400


@dataclass(frozen=True)
class Ignoring:
    """The rules that hold in one folder: its own, then those of the folders above it."""

    rules: "tuple[tuple[int, GitIgnoreSpec], ...]" = ()
    """The nearest first; each with how many parts of a path lead to its folder."""

    @classmethod
    def above(cls, workspace: Workspace, folder: Folder) -> Self:
        """Read the rules of the folders that `folder` is in."""
        rules = cls()
        for depth in range(len(folder.parts)):
            path = str(folder.root.joinpath(*folder.parts[:depth]))
            with workspace.folder(path) as one:
                rules = rules.and_of(one)
        return rules

    def and_of(self, folder: Folder) -> Self:
        """Add the rules that `folder` has, if any."""
        try:
            with folder.open(NAME, read_secrets=True) as file:
                content = file.read(BYTES_MAX) if isinstance(file, File) else b""
        except LtmcError:
            return self
        lines = content.decode("utf-8", "replace").splitlines()[:LINES_MAX]
        usable = [line for line in lines if len(line) <= LINE_CHARS_MAX]
        spec = _compiled(usable) or _compiled([line for line in usable if _compiled([line])])
        if spec is None:
            return self
        return type(self)(((len(folder.parts), spec), *self.rules))

    def ignores(self, parts: Sequence[str], *, is_folder: bool) -> bool:
        """Tell whether the entry with this path below the root is ignored."""
        for depth, spec in self.rules:
            path = "/".join(parts[depth:]) + ("/" if is_folder else "")
            found = spec.check_file(path.encode("utf-8", "replace").decode()).include
            if found is not None:
                return found
        return False


def _compiled(lines: Sequence[str]) -> "GitIgnoreSpec | None":
    """Return what the lines mean together; None if one of them is no pattern."""
    import re2
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines, backend="re2")
    except (ValueError, re.error, re2.error):
        return None
