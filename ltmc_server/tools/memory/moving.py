"""The actions of memory_action that move a memory: export into a file, import from one."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import cached_property, partial

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.current import name_of
from ltmc_server.errors import LtmcError, Unreadable
from ltmc_server.jobs import give_way
from ltmc_server.model import now
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.stores.archive import Archived, DocumentArchive
from ltmc_server.threads import Turns, breathe
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.memory import words as w
from ltmc_server.tools.memory.archives import (
    LINE_BYTES_MAX,
    batches,
    check_replaceable,
    header_of,
    line_of,
)
from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.holdings import File

NAMED_MAX = 20
"""Documents that a result names one by one; the counts are of all."""

WHY_SKIPPED = {
    "differs": "another text, or one of another project, is stored under this id",
    "name taken": "another document is stored under this file name",
}


@dataclass(frozen=True)
class MovingActions(Tool):
    """A memory as a file of the workspace."""

    archive: DocumentArchive
    indexer: Indexer
    workspace: Workspace
    project: str
    """Of calls that name none."""
    after_storing: Callable[[], Awaitable[None]]
    """Called when texts wait to be embedded."""

    @action("write")
    async def export(self, *, path: w.ArchivePath, project_id: v.ProjectId = None) -> v.Object:
        """Write all texts of the project with every version into a file of the workspace."""
        return await self._turns.run(
            partial(self._export, path, project_id or self.project, self._model())
        )

    @action("write")
    async def import_(self, *, path: w.ArchivePath, project_id: v.ProjectId = None) -> v.Object:
        """Store the texts of an exported file as they were; what is there already stays."""
        with ExitStack() as held:
            file = await self._turns.run(partial(held.enter_context, self.workspace.file(path)))
            # A broken line is found before anything is stored.
            lines = await self._turns.run(partial(_count, file, path))
            found = held.enter_context(closing(batches(file, path)))
            counts, skipped = await self._import(found, project_id or self.project)
        return {
            "path": path,
            "found": lines,
            "imported": counts["absent"],
            "unchanged": counts["same"],
            "skipped": counts["differs"] + counts["name taken"],
            "expired": counts["expired"],
            "conflicts": skipped,
            "embedding_model": self._model(),
        }

    def _model(self) -> str:
        return name_of(self.indexer.embedder()) or "not known yet"

    def _export(self, path: str, project: str, model: str) -> v.Object:
        """Write the file, from one snapshot of the record; runs in a thread."""
        check_replaceable(self.workspace, path)
        counts: Counter[str] = Counter()
        left_out: list[v.Object] = []
        moment = now()
        with (
            self.workspace.replacing(path) as file,
            self.archive.snapshot(project) as documents,
        ):
            file.write(header_of(project, model, moment))
            for document in documents:
                breathe()
                line = line_of(document)
                if len(line) > LINE_BYTES_MAX:
                    left_out.append({"id": document.id, "file_name": document.file_name})
                    continue
                file.write(line)
                counts.update(exported=1, versions=len(document.versions))
            size = file.tell()
        return {
            "path": path,
            "exported": counts["exported"],
            "versions": counts["versions"],
            "bytes": size,
            "exported_at": moment,
            "complete": not left_out,
            "left_out": left_out[:NAMED_MAX],
        }

    async def _import(
        self, found: Iterator[Sequence[tuple[int, Archived]]], project: str
    ) -> tuple[Counter[str], list[v.Object]]:
        counts: Counter[str] = Counter()
        skipped: list[v.Object] = []
        try:
            while (batch := await self._turns.run(partial(next, found, None))) is not None:
                for number, document in batch:
                    standing = await self._restore(document, project)
                    counts[standing] += 1
                    if standing in WHY_SKIPPED and len(skipped) < NAMED_MAX:
                        skipped.append(_named(number, document, WHY_SKIPPED[standing]))
                    # Other calls take their turns between two documents.
                    await give_way()
        except LtmcError as error:
            done = f"{counts['absent']} texts were imported before; importing again goes on."
            error.hint = f"{error.hint or ''} {done}".strip()
            raise
        return counts, skipped

    async def _restore(self, document: Archived, project: str) -> str:
        """Store a document in a transaction of its own; return how the record stood to it."""
        if document.expires_at is not None and document.expires_at <= now():
            return "expired"
        standing = await self.archive.standing(project, document)
        if standing != "absent":
            return standing
        made = await self.indexer.pieces(document.versions[-1].content, document.file_name)
        standing = await self.archive.restore(project, document, made.pieces, model=made.model)
        if any(piece.vector is None for piece in made.pieces):
            await self.after_storing()
        return standing

    @cached_property
    def _turns(self) -> Turns:
        """Files being moved at once; each holds a thread."""
        return Turns(2)


def _count(file: File, path: str) -> int:
    """Count the documents of a file, reading every line of it.

    Raises:
        Unreadable: a line is broken.
    """
    try:
        return sum(len(batch) for batch in batches(file, path))
    except Unreadable as error:
        error.hint = f"{error.hint} Nothing was imported."
        raise


def _named(number: int, document: Archived, why: str) -> v.Object:
    return {"line": number, "id": document.id, "file_name": document.file_name, "why": why}
