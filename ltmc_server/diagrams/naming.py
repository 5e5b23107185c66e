"""What a name means that is used in a file: by name alone, among the files that it can see.

Types are not inferred. A name that several things have is left open, not guessed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ltmc_server.diagrams.linking import Links
from ltmc_server.syntax.calls import Call
from ltmc_server.syntax.outline import Class

_SELF: Final = frozenset({"self", "cls", "this", "super()", "super", "Self", "&self", "*this"})

_NAME: Final = re.compile(r"[^\W\d]\w*")

_EVERYBODYS: Final = frozenset(
    name for kind in (str, bytes, list, dict, set, tuple, int) for name in dir(kind)
) | frozenset(
    _NAME.findall(
        "push map filter forEach reduce slice splice then catch finally toString len new default"
        " from into unwrap expect ok err iter collect clone borrow as_ref println print format"
        " open close read write flush size empty begin end push_back at equals hashCode length"
        " charAt put run send name"
    )
)
"""Names of methods that things of every library have."""

Place = tuple[str, str]
"""A file and a qualified name in it."""


class Names:
    """The functions and classes of all files, by their last name."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self._scopes: dict[str, Sequence[str]] = {}
        self.functions: dict[Place, None] = {}
        self.classes: dict[Place, Class] = {}
        self._by_name: dict[tuple[str, str], list[Place]] = {}
        """Functions by file and last name."""
        self._class_by_name: dict[tuple[str, str], list[Place]] = {}
        for path, file in links.files.items():
            for name in file.functions:
                self.functions[path, name] = None
                self._by_name.setdefault((path, _last(name)), []).append((path, name))
            for one in file.classes:
                place = (path, one.qualified_name)
                self.classes.setdefault(place, one)
                places = self._class_by_name.setdefault((path, one.name), [])
                if place not in places:
                    places.append(place)

    def class_named(self, path: str, written: str) -> Place | None:
        """Return the class that `written` means in a file, if one does."""
        name = _last_written(written)
        return self._only(self._class_by_name.get((each, name), ()) for each in self._seen(path))

    def classes_in(self, path: str, annotation: str) -> Iterator[Place]:
        """Yield the classes that the names of an annotation mean."""
        for name in dict.fromkeys(_NAME.findall(annotation)):
            if found := self.class_named(path, name):
                yield found

    def called(self, path: str, call: Call) -> Place | None:
        """Return the function that a call means, if just one can be meant."""
        if call.receiver is None:
            return self._plain(path, call)
        receiver = call.receiver.strip()
        if receiver in _SELF or receiver.startswith("super("):
            return self._of_own_class(path, call)
        owner = _last_written(receiver)
        narrowed = [
            place
            for place in self._candidates(path, call.name)
            if owner in (_stem(place[0]), _folder(place[0]), *place[1].split(".")[:-1])
        ]
        if narrowed:
            return self._only([narrowed])
        if call.name in _EVERYBODYS:
            return None
        # Of an object: a method, never a function that stands alone.
        methods = [each for each in self._candidates(path, call.name) if "." in each[1]]
        return self._only([methods])

    def _plain(self, path: str, call: Call) -> Place | None:
        """Return what a bare name means: what is nearest, then what other files have."""
        inner = call.caller.split(".")
        for count in range(len(inner), -1, -1):
            place = (path, ".".join((*inner[:count], call.name)))
            # A method is not in sight by its bare name, but in Java and C++ it is.
            if place in self.functions and (count != len(inner) - 1 or self._reaches(path, place)):
                return place
        if constructor := self._constructor(path, call.name):
            return constructor
        return self._only(
            [each for each in self._by_name.get((file, call.name), ()) if "." not in each[1]]
            for file in self._seen(path)
        )

    def _reaches(self, path: str, place: Place) -> bool:
        owner = place[1].rpartition(".")[0]
        bare = self.links.files[path].language in ("java", "cpp")
        return bare or not owner or (path, owner) not in self.classes

    def _constructor(self, path: str, name: str) -> Place | None:
        found = self.class_named(path, name)
        if found is None:
            return None
        for constructor in ("__init__", "constructor", found[1].rpartition(".")[2]):
            if (place := (found[0], f"{found[1]}.{constructor}")) in self.functions:
                return place
        return None

    def _of_own_class(self, path: str, call: Call) -> Place | None:
        """Return the method of the caller's class, or of the nearest of its bases."""
        owner = call.caller.rpartition(".")[0]
        while owner and (path, owner) not in self.classes:
            owner = owner.rpartition(".")[0]
        pending, seen = [(path, owner)], set()
        skip_own = (call.receiver or "").startswith("super")
        while pending:
            place = pending.pop(0)
            if place in seen or place not in self.classes:
                continue
            seen.add(place)
            method = (place[0], f"{place[1]}.{call.name}")
            if method in self.functions and not (skip_own and place == (path, owner)):
                return method
            bases = (self.class_named(place[0], base) for base in self.classes[place].bases)
            pending.extend(base for base in bases if base)
        return None

    def _candidates(self, path: str, name: str) -> list[Place]:
        return [each for file in self._seen(path) for each in self._by_name.get((file, name), ())]

    def _seen(self, path: str) -> Sequence[str]:
        if path not in self._scopes:
            self._scopes[path] = self.links.scope(path)
        return self._scopes[path]

    def _only(self, groups: Iterable[Sequence[Place]]) -> Place | None:
        """Return the one place; what the own file has hides what others have."""
        found: dict[Place, None] = {}
        for at, places in enumerate(groups):
            found |= dict.fromkeys(places)
            if at == 0 and found:
                break
        return next(iter(found)) if len(found) == 1 else None


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _last_written(written: str) -> str:
    """Return the last name of a type or of what stands before a dot: `w.Shop[T]` is Shop."""
    head = re.split(r"[<(\[{]", written, maxsplit=1)[0].strip()
    return re.split(r"[.:>\s*&]+", head)[-1]


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _folder(path: str) -> str:
    return path.rpartition("/")[0].rpartition("/")[2]
