"""Files of Rust by the paths that `use` and `mod` give their modules."""

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

USES_MAX: Final = 500
"""Paths that one `use` names; a longer tree was not written by hand."""

_ROOTS: Final = frozenset({"lib", "main", "mod"})


class RustModules:
    """The modules that a set of files are: crate, then names."""

    def __init__(self, paths: Sequence[str]) -> None:
        roots = {posixpath.dirname(path) for path in paths if _stem(path) in ("lib", "main")}
        self.module_of = {path: _module(path, roots) for path in paths}
        self.file_of: dict[tuple[str, ...], str] = {}
        for path, module in self.module_of.items():
            # A crate of a program and a library has two files that are its root.
            if module not in self.file_of or _stem(path) == "lib":
                self.file_of[module] = path
        self.crates = {_crate_name(root): root for root in roots}

    def find(self, path: str, use: str) -> Iterable[tuple[str | None, str]]:
        """Yield each file that a `use` means, or None and the crate that is elsewhere."""
        found: dict[tuple[str | None, str], None] = {}
        for names in _paths(use):
            found[self._one(path, names)] = None
        # What a module takes of itself leads nowhere.
        return [each for each in found if each[0] != path]

    def _one(self, path: str, names: list[str]) -> tuple[str | None, str]:
        here = self.module_of[path]
        head, *rest = names
        if head == "crate":
            return self._longest(here[:1], rest), ""
        if head in ("self", "super"):
            while names and names[0] in ("self", "super"):
                here = here[:-1] if names[0] == "super" and len(here) > 1 else here
                names = names[1:]
            return self._longest(here, names), ""
        if (*here, head) in self.file_of:
            return self._longest(here, names), ""
        if head in self.crates:
            return self._longest((self.crates[head],), rest), ""
        return None, head

    def _longest(self, start: tuple[str, ...], names: Sequence[str]) -> str | None:
        """Return the file of the longest beginning that is a module: the rest is what is in it."""
        for count in range(len(names), -1, -1):
            if found := self.file_of.get((*start, *names[:count])):
                return found
        return None


def _module(path: str, roots: set[str]) -> tuple[str, ...]:
    folder = posixpath.dirname(path)
    while folder not in roots and folder:
        folder = posixpath.dirname(folder)
    inner = path[len(folder) :].strip("/").rpartition(".")[0].split("/")
    return (folder, *(inner[:-1] if inner[-1] in _ROOTS else inner))


def _crate_name(root: str) -> str:
    folder = posixpath.dirname(root) if posixpath.basename(root) == "src" else root
    return posixpath.basename(folder).replace("-", "_")


def _stem(path: str) -> str:
    return posixpath.basename(path).rpartition(".")[0]


def _paths(use: str) -> Iterator[list[str]]:
    """Yield the paths of `a::{b, c::d as e}`: `a b` and `a c d`."""
    pending = [("", use)]
    for _ in range(USES_MAX):
        if not pending:
            return
        head, tail = pending.pop()
        before, brace, inside = tail.partition("{")
        if brace:
            closed = inside.rpartition("}")[0] or inside
            pending.extend((head + before, each) for each in _listed(closed))
            continue
        whole = (head + tail).partition(" as ")[0].replace(" ", "")
        names = [name for name in whole.split("::") if name not in ("", "*")]
        if names[1:] and names[-1] == "self":
            del names[-1]
        if names:
            yield names


def _listed(text: str) -> list[str]:
    """Split at the commas that no brace is around."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts if part.strip()]
