"""What leads where: which files the imports of each file mean, and what they leave open."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import field

from ltmc_server.dataclass import dataclass
from ltmc_server.diagrams.reading import SourceFile
from ltmc_server.diagrams.resolving import Imports


@dataclass(frozen=True, slots=True)
class Links:
    """The imports of all files, resolved."""

    files: Mapping[str, SourceFile]
    imported: dict[str, Counter[str]] = field(default_factory=dict)
    """For each file, the files it imports and how often."""
    external: Counter[str] = field(default_factory=Counter)
    standard: Counter[str] = field(default_factory=Counter)
    unresolved: Counter[str] = field(default_factory=Counter)
    """By what the import says."""

    def scope(self, path: str) -> list[str]:
        """Return the files whose names a file can use: its own first, then what it imports.

        A file that only hands on what others define (`__init__.py`, `index.ts`) stands for them.
        """
        found = dict.fromkeys([path, *self.siblings(path)])
        for each in self.imported.get(path, ()):
            found[each] = None
            stem = each.rpartition("/")[2].partition(".")[0]
            if stem in ("__init__", "index", "mod", "lib"):
                found |= dict.fromkeys(self.imported.get(each, ()))
        return list(found)

    def siblings(self, path: str) -> list[str]:
        """Return the files of the same package, where these need no import."""
        file = self.files[path]
        if file.language not in ("go", "java"):
            return []
        folder = path.rpartition("/")[0]
        return [
            each.path
            for each in self.files.values()
            if each.language == file.language and each.path.rpartition("/")[0] == folder
        ]


def linked(files: Mapping[str, SourceFile], go_modules: Mapping[str, str]) -> Links:
    """Resolve the imports of the files."""
    links = Links(files)
    imports = Imports(files, go_modules)
    for path, file in files.items():
        links.imported[path] = Counter()
        for one in file.imports:
            for found in imports.resolve(file, one):
                if found.files:
                    links.imported[path].update(each for each in found.files if each != path)
                elif found.is_standard:
                    links.standard[found.external] += 1
                elif found.external:
                    links.external[found.external] += 1
                else:
                    links.unresolved[one.module] += 1
    return links
