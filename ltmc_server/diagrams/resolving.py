"""Which files does an import mean? Each language has its own way from a name to a file."""

import posixpath
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.diagrams.python_modules import PythonModules
from ltmc_server.diagrams.reading import SourceFile
from ltmc_server.diagrams.rust_modules import RustModules
from ltmc_server.syntax.outline import Import

_SCRIPTS: Final = ("ts", "tsx", "d.ts", "mts", "cts", "js", "jsx", "mjs", "cjs")

_NODE_OWN: Final = frozenset(
    re.findall(
        r"\w+",
        "assert async_hooks buffer child_process cluster console crypto dgram dns events fs http"
        " http2 https module net os path perf_hooks process punycode querystring readline repl"
        " stream string_decoder timers tls tty url util v8 vm worker_threads zlib",
    )
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an import means: files of the paths, or what is elsewhere, or nothing that was found."""

    files: tuple[str, ...] = ()
    external: str = ""
    is_standard: bool = False


@dataclass(frozen=True)
class Imports:
    """The files of the paths, by the names that imports give them."""

    files: Mapping[str, SourceFile]
    go_modules: Mapping[str, str] = field(default_factory=dict)
    """Module of each folder that has a `go.mod`."""

    def resolve(self, file: SourceFile, one: Import) -> Sequence[Resolved]:
        """Return what the import means; more than one thing where it names several."""
        ways: dict[str, Callable[[SourceFile, Import], Iterable[Resolved]]] = {
            "python": self._python,
            "go": self._go,
            "rust": self._rust,
            "java": self._java,
            "c": self._include,
            "cpp": self._include,
        }
        return list(ways.get(file.language, self._script)(file, one))

    @cached_property
    def _modules(self) -> PythonModules:
        return PythonModules([each.path for each in self._of("python")])

    @cached_property
    def _crates(self) -> RustModules:
        return RustModules([each.path for each in self._of("rust")])

    @cached_property
    def _folders(self) -> dict[str, tuple[str, ...]]:
        """Files of Go and Java by folder."""
        found: dict[str, tuple[str, ...]] = {}
        for each in (*self._of("go"), *self._of("java")):
            folder = posixpath.dirname(each.path)
            found[folder] = (*found.get(folder, ()), each.path)
        return found

    @cached_property
    def _java_types(self) -> dict[str, tuple[str, ...]]:
        """Files of Java by the full name of their type, and by that of their package."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self._of("java"):
            stem = posixpath.basename(each.path).removesuffix(".java")
            for name in (f"{each.package}.{stem}".strip("."), f"{each.package}.*"):
                found[name] = (*found.get(name, ()), each.path)
        return found

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        """Files of C by their last name."""
        found: dict[str, tuple[str, ...]] = {}
        for each in (*self._of("c"), *self._of("cpp")):
            name = posixpath.basename(each.path)
            found[name] = (*found.get(name, ()), each.path)
        return found

    def _of(self, language: str) -> list[SourceFile]:
        return [each for each in self.files.values() if each.language == language]

    def _python(self, file: SourceFile, one: Import) -> Iterable[Resolved]:
        for found, module in self._modules.find(file.path, one):
            top = module.partition(".")[0]
            if found:
                yield Resolved(files=(found,))
            elif not top:
                yield Resolved()
            else:
                yield Resolved(external=top, is_standard=top in sys.stdlib_module_names)

    def _script(self, file: SourceFile, one: Import) -> Iterable[Resolved]:
        name = one.module
        if not name.startswith("."):
            parts = name.removeprefix("node:").split("/")
            own = name.startswith("node:") or parts[0] in _NODE_OWN
            # `@/shop` is a path of some bundler's settings.
            whole = "/".join(parts[: 2 if name.startswith("@") else 1])
            yield Resolved() if name.startswith(("@/", "~/", "#")) else Resolved((), whole, own)
            return
        aim = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), name))
        # TypeScript imports `shop.ts` as `shop.js`.
        stem = aim.rpartition(".")[0] if aim.endswith((".js", ".mjs", ".cjs", ".jsx")) else aim
        tried = [aim, *(f"{stem}.{each}" for each in _SCRIPTS)]
        tried += [f"{aim}/index.{each}" for each in _SCRIPTS]
        yield Resolved(files=tuple(each for each in tried if each in self.files)[:1])

    def _go(self, file: SourceFile, one: Import) -> Iterable[Resolved]:
        # The innermost module whose name the path begins with.
        for folder, module in sorted(self.go_modules.items(), key=lambda each: -len(each[1])):
            if f"{one.module}/".startswith(f"{module}/"):
                inner = posixpath.join(folder, one.module[len(module) + 1 :]).strip("/")
                yield Resolved(self._folders.get(inner, ()))
                return
        parts = one.module.split("/")
        # Where no `go.mod` is known, the longest end of the path that is a folder.
        unknown = not self.go_modules and "." in parts[0]
        for at in range(1, len(parts)) if unknown else ():
            if files := self._folders.get("/".join(parts[at:])):
                yield Resolved(files)
                return
        whole = "/".join(parts[:3])
        yield Resolved((), whole, is_standard="." not in parts[0])

    def _rust(self, file: SourceFile, one: Import) -> Iterable[Resolved]:
        for found, crate in self._crates.find(file.path, one.module):
            if found:
                yield Resolved(files=(found,))
            elif crate:
                yield Resolved((), crate, crate in ("std", "core", "alloc"))
            else:
                yield Resolved()

    def _java(self, file: SourceFile, one: Import) -> Iterable[Resolved]:
        name = f"{one.module}.*" if "*" in one.names else one.module
        # `import static a.Shop.sell` and `import a.Shop.Shelf` are of the file of `Shop`.
        for tried in (name, one.module, one.module.rpartition(".")[0]):
            if files := self._java_types.get(tried):
                yield Resolved(files)
                return
        parts = one.module.split(".")
        yield Resolved((), ".".join(parts[:2]), is_standard=parts[0] in ("java", "javax", "jdk"))

    def _include(self, file: SourceFile, one: Import) -> Iterable[Resolved]:
        near = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), one.module))
        if near in self.files:
            yield Resolved((near,))
            return
        # Folders of headers are options of the compiler, which nobody told us.
        end = posixpath.normpath(one.module)
        named = self._by_name.get(posixpath.basename(end), ())
        files = [each for each in named if f"/{each}".endswith(f"/{end}")]
        if len(files) == 1:
            yield Resolved((files[0],))
        elif files:
            yield Resolved()
        else:
            yield Resolved((), end, is_standard="." not in end)
