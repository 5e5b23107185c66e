"""Files of Python by the names that imports give their modules."""

import posixpath
from collections.abc import Iterable, Sequence
from typing import Final

from ltmc_server.syntax.outline import Import

_INIT: Final = "__init__"


class PythonModules:
    """The modules that a set of files are."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.by_name: dict[str, str] = {}
        """Names from the folder that holds the outermost package, and from the top."""
        self.by_path: dict[str, str] = {}
        """By path without the ending, packages as their folder."""
        self.packages = {posixpath.dirname(path) for path in paths if _stem(path) == _INIT}
        for path in sorted(paths):
            plain = _module_path(path)
            self.by_path.setdefault(plain, path)
            self.by_name.setdefault(plain.replace("/", "."), path)
            root = posixpath.dirname(path)
            while root in self.packages and root:
                root = posixpath.dirname(root)
            inner = plain[len(root) + 1 :] if root else plain
            if inner and inner != plain:
                self.by_name.setdefault(inner.replace("/", "."), path)

    def find(self, path: str, one: Import) -> Iterable[tuple[str | None, str]]:
        """Yield each file that an import means, or None and the name of what it is not.

        As Python does, `from a import b` means the module `a.b`, if there is one, else `a`.
        """
        dots = len(one.module) - len(one.module.lstrip("."))
        rest = one.module[dots:]
        if not one.names:
            yield self._absolute(path, rest), rest
            return
        modules = dict.fromkeys(
            self._one(path, dots, f"{rest}.{name}".strip(".")) or self._one(path, dots, rest)
            for name in one.names
        )
        for found in modules:
            yield found, rest if not dots else ""

    def _one(self, path: str, dots: int, name: str) -> str | None:
        return self._relative(path, dots, name) if dots else self._absolute(path, name)

    def _relative(self, path: str, dots: int, name: str) -> str | None:
        folder = posixpath.dirname(path)
        for _ in range(dots - 1):
            if not folder:
                return None
            folder = posixpath.dirname(folder)
        return self.by_path.get("/".join(filter(None, (folder, name.replace(".", "/")))))

    def _absolute(self, path: str, name: str) -> str | None:
        if not name:
            return None
        if found := self.by_name.get(name):
            return found
        folder = posixpath.dirname(path)
        # A script finds what lies beside it; a module of a package does not.
        beside = posixpath.join(folder, name.replace(".", "/"))
        return None if folder in self.packages else self.by_path.get(beside)


def _stem(path: str) -> str:
    return posixpath.basename(path).rpartition(".")[0]


def _module_path(path: str) -> str:
    plain = path.rpartition(".")[0]
    return posixpath.dirname(plain) if _stem(path) == _INIT else plain
