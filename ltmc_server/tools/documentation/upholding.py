"""What documentation_action and sync_action both do: judge, and bring up to date."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ltmc_server.actions import Tool
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import BoundExceeded
from ltmc_server.isolation.process import Isolation
from ltmc_server.tools import vocabulary as v

if TYPE_CHECKING:
    # Loaded with the first call; they would make the start of the server longer.
    from ltmc_server.documentation.reading import Read
    from ltmc_server.documentation.upkeep import Update, Upkeep

UNREAD_MAX: Final = 20
DIFF_CONTEXT: Final = 1

Listed: TypeAlias = Sequence[Any]


@dataclass(frozen=True)
class UpholdingTool(Tool):
    """What every part of both tools needs."""

    open_upkeep: "Callable[[], Upkeep]"
    """Returns the same one at each call."""
    isolation: Isolation
    project: str
    """Of calls that name none."""

    @property
    def upkeep(self) -> "Upkeep":
        """What compares code and documents."""
        return self.open_upkeep()

    async def judged(
        self, paths: Sequence[str], document: str | None, page: slice, project_id: str | None
    ) -> v.Object:
        """Return the score of sources and what is amiss with them."""
        result, read = await self.upkeep.judged(paths, document)
        return {
            "project_id": project_id or self.project,
            "score": result.score,
            "level": result.level,
            "parts": result.parts,
            "files": len(read.there),
            "public_names": read.names,
            "counts": Counter(one.kind for one in result.issues),
            **paged("issues", result.issues, page),
            **unread(read),
        }

    async def updated(self, update: "Update", page: slice, *, dry_run: bool) -> v.Object:
        """Write an update, or show what it would change."""
        differs = update.new != update.old
        if differs and not dry_run:
            await self.upkeep.write(update)
        said = [
            {"file": file, "outcome": outcome}
            for file, outcome in update.outcomes.items()
            if outcome != "unchanged"
        ]
        return {
            "document": update.document,
            "dry_run": dry_run,
            "written": differs and not dry_run,
            "counts": Counter(update.outcomes.values()),
            **paged("sections", said, page),
            **(await self._diff(update) if dry_run and differs else {}),
            **unread(update.read),
        }

    async def _diff(self, update: "Update") -> v.Object:
        try:
            answer = await self.isolation.run(
                "diff_highlight",
                texts=[_sendable(update.old or ""), _sendable(update.new)],
                names=[update.document, update.document],
                context=DIFF_CONTEXT,
                window=None,
            )
        except BoundExceeded:
            return {"diff_left_out": "the documents differ in more than can be compared in time"}
        return {
            "lines_added": answer["lines_added"],
            "lines_removed": answer["lines_removed"],
            "diff": answer["diff_output"],
        }


def paged(name: str, found: Listed, page: slice) -> v.Object:
    """Return a part of a list under its own name, and where to go on."""
    some = found[page]
    end = page.start + len(some)
    return {
        name: some,
        "returned": len(some),
        "total": len(found),
        "offset": page.start,
        "has_more": end < len(found),
        "next": end if end < len(found) else None,
    }


def unread(read: "Read") -> Mapping[str, object]:
    """Return the files that could not be read, the first of them with the reason."""
    shown = [{"file": file, "why": why} for file, why in list(read.unread.items())[:UNREAD_MAX]]
    gone = [path for path, one in read.modules.items() if one is None]
    return {
        "unread": shown or None,
        "unread_count": len(read.unread) or None,
        "not_found": gone[:UNREAD_MAX] or None,
    }


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
