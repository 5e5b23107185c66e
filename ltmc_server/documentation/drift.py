"""What has changed in the code since a document was written: by content, not by time."""

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.documentation.names import Module
from ltmc_server.documentation.rendering import rendered
from ltmc_server.documentation.sections import Section, names_in, sections

Kind: TypeAlias = Literal[
    "added",
    "removed",
    "signature",
    "description",
    "source_added",
    "source_removed",
    "edited_by_hand",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One way in which a document and the code differ."""

    kind: Kind
    """added, removed, signature, description: of a name. The others are of a whole section."""
    name: str | None
    file: str
    line: int | None
    """Of the name in the code; where that has it no more, None."""
    document_line: int | None
    """Where the document tells of it; None if it does not."""
    old: str | None = None
    """The signature that the document has."""
    new: str | None = None


def drift(text: str, modules: Mapping[str, Module | None]) -> list[Change]:
    """Return how a document differs from the sources of its sections.

    Args:
        text: of the document.
        modules: the sources by path; None for one that is no more. Sections of others are not
            looked at.
    """
    return [
        change
        for section in sections(text)
        if section.path in modules
        for change in _of_section(section, modules[section.path])
    ]


def is_current(section: Section, now: Module) -> bool:
    """Tell whether a section is what would be written now."""
    [new] = sections(rendered(now))
    return section.body == new.body and not section.edited


def _of_section(section: Section, now: Module | None) -> Iterator[Change]:
    if now is None:
        yield Change(
            kind="source_removed",
            name=None,
            file=section.path,
            line=None,
            document_line=section.line,
        )
    if section.edited:
        yield Change(
            kind="edited_by_hand",
            name=None,
            file=section.path,
            line=None,
            document_line=section.line,
        )
    if now is None or is_current(section, now):
        return
    [fresh] = sections(rendered(now))
    old, new = names_in(section), names_in(fresh)
    line_of = {name.qualified_name: name.line for name in now.names}
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before == after or (before and after and before.block == after.block):
            continue
        kind: Kind = "added" if before is None else "removed" if after is None else "description"
        if before and after and before.signature != after.signature:
            kind = "signature"
        yield Change(
            kind=kind,
            name=name,
            file=section.path,
            line=line_of.get(name),
            document_line=before.line if before else None,
            old=before.signature if before and kind != "description" else None,
            new=after.signature if after and kind != "description" else None,
        )
