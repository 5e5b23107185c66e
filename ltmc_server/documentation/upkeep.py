"""Documents held against the code that they are about: what differs, and what would mend it."""

import posixpath
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, Literal, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.documentation.consistency import (
    Consistency,
    add_document,
    add_references,
    consistency,
)
from ltmc_server.documentation.drift import Change, drift, is_current
from ltmc_server.documentation.reading import CodeReader, Read
from ltmc_server.documentation.references import Known, Reference, dead_references, references
from ltmc_server.documentation.rendering import rendered
from ltmc_server.documentation.sections import replaced, sections
from ltmc_server.errors import NoSuchPath, RequestError
from ltmc_server.syntax.grammars import EXTENSIONS

DOCUMENTS_MAX: Final = 200
"""That are searched for sections of sources that changed."""

Outcome: TypeAlias = Literal["added", "updated", "removed", "unchanged", "edited_by_hand", "unread"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A document as it is, and as it would be."""

    document: str
    old: str | None
    """None if it is not there yet."""
    new: str
    outcomes: Mapping[str, Outcome]
    """What happens to the section of each source."""
    read: Read


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfStep:
    """What differs after some files have changed."""

    changes: Mapping[str, Sequence[Change]]
    """By document; those that fit are not named."""
    consistency: Consistency
    """Of the sources that changed."""
    unread: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Compares documents with code; the work is done in threads."""

    code: CodeReader

    async def judged(self, paths: Sequence[str], document: str | None) -> tuple[Consistency, Read]:
        """Judge how sources and their docstrings agree, and a document with both."""
        text = None if document is None else await self.code.reader.document(document)
        read = await self.code.read(paths)
        modules = read.there
        result = await self.code.work(lambda: consistency(modules))
        if document is not None and text is not None:
            await self.code.work(lambda: add_document(result, text, modules, document))
            await self._judge_references(result, text, read, document)
        result.issues.sort(key=lambda one: (one.file, one.line, one.kind))
        return result, read

    async def drift(self, document: str, paths: Sequence[str] = ()) -> tuple[list[Change], Read]:
        """Return how a document differs from its sources, and which of `paths` it does not have."""
        text, read = await self._read_for(document, paths)
        assert text is not None, "a document that is not there is an error"
        changes = await self.code.work(lambda: drift(text, read.modules))
        had = await self.code.work(lambda: {one.path for one in sections(text)})
        changes += [
            Change(kind="source_added", name=None, file=path, line=None, document_line=None)
            for path, one in read.modules.items()
            if one and path not in had
        ]
        return changes, read

    async def update(
        self,
        document: str,
        paths: Sequence[str] = (),
        *,
        force: bool = False,
        given: Read | None = None,
        title: str | None = None,
    ) -> Update:
        """Return a document with its sections made anew, and new ones at the end; writes nothing.

        Args:
            document: its path.
            paths: sources that get a section if they have none.
            force: also replace sections that somebody has edited by hand.
            given: sources that were read elsewhere, in place of those in the workspace.
            title: of a document that is not there yet; None, and it must be.
        """
        text, read = await self._read_for(document, paths, given=given, may_lack=title is not None)
        return await self.code.work(lambda: _updated(document, text, read, force, title))

    async def write(self, update: Update) -> None:
        """Put an update into the workspace.

        Raises:
            Conflict: the document was changed since; nothing was written.
            OutsideWorkspace, Unwritable: nothing was written.
        """
        await self.code.reader.replace(update.document, update.old, update.new)

    async def out_of_step(
        self, changed: Sequence[str], documents: Sequence[str] | None = None
    ) -> OutOfStep:
        """Return what differs after these files have changed: sources, documents, or gone ones.

        Args:
            changed: paths in the workspace.
            documents: those that may be about them; None for all of the workspace.
        """
        files = dict.fromkeys(map(posixpath.normpath, changed))
        if documents is None:
            documents = await self.code.reader.documents(limit=DOCUMENTS_MAX)
        wanted: dict[str, str] = {}
        sources: dict[str, None] = {}
        for document in documents:
            try:
                text = await self.code.reader.document(document)
            except RequestError:
                # One bad document must not hide what is in the others.
                continue
            had = {one.path for one in await self.code.work(partial(sections, text))}
            about = had if document in files else had & files.keys()
            if about:
                wanted[document] = text
                sources |= dict.fromkeys(sorted(about))
        code = [one for one in files if posixpath.splitext(one)[1][1:].lower() in EXTENSIONS]
        read = await self.code.read_files([*dict.fromkeys((*sources, *code))])
        changes: dict[str, Sequence[Change]] = {}
        for document, text in wanted.items():
            found = await self.code.work(partial(drift, text, read.modules))
            if found:
                changes[document] = found
        touched = [one for one in read.there if one.path in files]
        result = await self.code.work(lambda: consistency(touched))
        return OutOfStep(changes=changes, consistency=result, unread=read.unread)

    async def _read_for(
        self,
        document: str,
        paths: Sequence[str],
        *,
        given: Read | None = None,
        may_lack: bool = False,
    ) -> tuple[str | None, Read]:
        """Read a document, and the sources of its sections, `paths` and `given`."""
        text: str | None = None
        try:
            text = await self.code.reader.document(document)
        except NoSuchPath:
            if not may_lack:
                raise
        if given is not None:
            return text, given
        files = await self.code.files(paths)
        had = await self.code.work(lambda: [one.path for one in sections(text or "")])
        return text, await self.code.read_files([*dict.fromkeys((*had, *files))])

    async def _judge_references(
        self, result: Consistency, text: str, read: Read, document: str
    ) -> None:
        found = await self.code.work(lambda: references(text))
        folder = posixpath.dirname(document)
        places = {one: _place(one, folder) for one in found if one.kind in {"link", "path"}}
        inside = sorted({place for place in places.values() if place})
        there = dict(zip(inside, await self.code.reader.exist(inside), strict=True))
        live = {one: there.get(place, True) for one, place in places.items() if place}
        removed = frozenset(
            change.name
            for change in await self.code.work(lambda: drift(text, read.modules))
            if change.kind == "removed" and change.name
        )
        known = Known.of(read.there)
        dead, judged = await self.code.work(lambda: dead_references(found, known, removed, live))
        add_references(result, dead, judged, document)


def _place(one: Reference, folder: str) -> str | None:
    """Return where a link or a path leads in the workspace; None for outside."""
    # A path in backticks is told from the top, a link from where it stands.
    place = posixpath.normpath(posixpath.join(folder if one.kind == "link" else "", one.text))
    return None if place.startswith(("..", "/")) else place


def _updated(document: str, text: str | None, read: Read, force: bool, title: str | None) -> Update:
    new: dict[str, str | None] = {}
    outcomes: dict[str, Outcome] = {}
    for one in sections(text or ""):
        if one.path in read.unread:
            outcomes[one.path] = "unread"
        if one.path not in read.modules:
            continue
        now = read.modules[one.path]
        if one.edited and not force:
            outcomes[one.path] = "edited_by_hand"
        elif now is None:
            outcomes[one.path], new[one.path] = "removed", None
        elif is_current(one, now):
            outcomes[one.path] = "unchanged"
        else:
            outcomes[one.path], new[one.path] = "updated", rendered(now)
    added = {
        path: rendered(one) for path, one in read.modules.items() if one and path not in outcomes
    }
    outcomes |= dict.fromkeys(added, "added")
    begun = f"# {title}\n" if text is None else text
    changed = replaced(begun, new, added.values())
    return Update(document=document, old=text, new=changed, outcomes=outcomes, read=read)
