"""What a document refers to, and what of that is there no more.

A word in backticks may be anything, so only what can be nothing else is taken for a reference:
a call, a name with its owner, the path of a file, a link to one; and a name that the document's
own generated sections had.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.documentation.names import Module
from ltmc_server.documentation.sections import hand_written, sections
from ltmc_server.syntax.grammars import EXTENSIONS

REFERENCES_MAX: Final = 5_000
"""Of one document that are looked at."""

_CODE: Final = re.compile(r"(?<!`)`([^`\n]{1,300})`(?!`)")
_FENCED: Final = re.compile(r"^ {0,3}(?:```|~~~)")
_NAME: Final = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::|#)[A-Za-z_]\w*)*")
_CALL: Final = re.compile(rf"({_NAME.pattern})\([^`]*\)")
_LINK: Final = re.compile(r"\]\(([^()\[\]\s]{1,500})\)")
_PATH: Final = re.compile(r"[\w.-]+(?:/[\w.-]+)+")


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a document points at."""

    text: str
    kind: str
    """name, call, path or link."""
    line: int


@dataclass(frozen=True, slots=True)
class Dead:
    """A reference to what is not there."""

    name: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Known:
    """The names that there are."""

    names: frozenset[str]
    """Qualified, of all that the sources define."""
    owners: frozenset[str]
    """The last names of the classes."""
    files: frozenset[str]
    """The sources, without folder and extension: how code names them."""
    last: frozenset[str]
    """The last part of each name."""

    @classmethod
    def of(cls, modules: Iterable[Module]) -> "Known":
        """Return what some sources define."""
        modules = list(modules)
        names = frozenset(name for one in modules for name in one.known)
        classes = (each for one in modules for each in one.names if each.is_class)
        return cls(
            names,
            frozenset(each.qualified_name.rpartition(".")[2] for each in classes),
            frozenset(PurePosixPath(one.path).stem for one in modules),
            frozenset(name.rpartition(".")[2] for name in names),
        )


def references(text: str) -> list[Reference]:
    """Return what the hand-written text of a document points at; nothing inside of fences."""
    return list(_references(text))[:REFERENCES_MAX]


def dead_references(
    found: Iterable[Reference],
    known: Known,
    removed: frozenset[str],
    live: Mapping[Reference, bool],
) -> tuple[list[Dead], int]:
    """Return the references to what is not there, and how many there were to judge.

    Args:
        found: references.
        known: the names that there are.
        removed: qualified names that the document has and the code has no more.
        live: whether there is something at paths and links; those left out are not judged.
    """
    last_removed = {name.rpartition(".")[2] for name in removed}
    gone = {*removed, *last_removed} - known.last - known.names
    verdicts = [
        (one, "there is no such file" if not live[one] else None)
        if one in live
        else _of_name(one, known, gone)
        for one in found
    ]
    judged = [(one, why) for one, why in filter(None, verdicts)]
    return [Dead(one.text, one.line, why) for one, why in judged if why], len(judged)


def _of_name(one: Reference, known: Known, gone: set[str]) -> tuple[Reference, str | None] | None:
    """Return what is wrong with a reference to a name, if anything; None if it may be anything."""
    if one.kind not in {"name", "call"}:
        return None
    name = re.sub(r"::|#", ".", one.text)
    owner, _, last = name.rpartition(".")
    holder = owner.rpartition(".")[2]
    if name in gone or (owner and last in gone):
        return one, "the code has it no more"
    if holder in known.owners or (one.kind == "call" and holder in known.files):
        # A class may have it from another, so only what no class has is dead.
        return one, None if last in known.last else f"{owner} has no {last}"
    return (one, None) if name in known.names or (not owner and last in known.last) else None


def _references(text: str) -> Iterator[Reference]:
    at = 1
    found = sections(text)
    parts = hand_written(text, found)
    for number, part in enumerate(parts):
        yield from _of_text(part, at)
        at += part.count("\n")
        if number < len(found):
            at += text.count("\n", found[number].start, found[number].end)


def _of_text(text: str, first_line: int) -> Iterator[Reference]:
    fenced = False
    for number, line in enumerate(text.split("\n"), start=first_line):
        if _FENCED.match(line):
            fenced = not fenced
        if fenced:
            continue
        for link in _LINK.finditer(line):
            target = link[1].partition("#")[0]
            if target and "://" not in target and not target.startswith("mailto:"):
                yield Reference(target, "link", number)
        for code in _CODE.finditer(line):
            said = code[1].strip()
            if call := _CALL.fullmatch(said):
                yield Reference(call[1], "call", number)
            elif _PATH.fullmatch(said) and said.rpartition(".")[2] in EXTENSIONS:
                yield Reference(said, "path", number)
            elif _NAME.fullmatch(said):
                yield Reference(said, "name", number)
