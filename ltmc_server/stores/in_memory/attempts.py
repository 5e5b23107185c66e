"""Attempts in a dictionary."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field

from ltmc_server.dataclass import dataclass
from ltmc_server.model import Page, Vectors, new_id, now
from ltmc_server.stores.attempts import (
    SEARCHED_MAX,
    TAGS_MAX,
    Attempt,
    AttemptDraft,
    AttemptFilter,
    AttemptId,
    Tally,
)
from ltmc_server.stores.full_text import query_words
from ltmc_server.stores.in_memory.words import shares
from ltmc_server.vectors import from_blobs


@dataclass(frozen=True, slots=True)
class InMemoryAttempts:
    """An `AttemptStore`."""

    rows: dict[AttemptId, tuple[Attempt, AttemptDraft]] = field(default_factory=dict)
    """In the order they were logged."""

    async def add(self, draft: AttemptDraft) -> Attempt:
        attempt = Attempt(
            id=AttemptId(new_id("pat")),
            project_id=draft.project_id,
            input_prompt=draft.input_prompt,
            generated_code=draft.generated_code,
            result=draft.result,
            function_name=draft.function_name,
            file_name=draft.file_name,
            tags=tuple(draft.tags),
            error_message=draft.error_message,
            execution_time_ms=draft.execution_time_ms,
            created_at=now(),
        )
        self.rows[attempt.id] = (attempt, draft)
        return attempt

    async def page(self, wanted: AttemptFilter, *, limit: int, offset: int) -> Page[Attempt]:
        found = self._newest(wanted)
        return Page.of(found[offset : offset + limit], total=len(found), offset=offset)

    async def get(self, ids: Sequence[AttemptId]) -> Sequence[Attempt]:
        return [self.rows[id][0] for id in ids if id in self.rows]

    async def shares(self, wanted: AttemptFilter, query: str) -> Mapping[AttemptId, float]:
        scores = shares(query_words(query), {id: _text(one) for id, (one, _) in self.rows.items()})
        return {one.id: scores[one.id] for one in self._newest(wanted) if one.id in scores}

    async def vectors(
        self, wanted: AttemptFilter, *, model: str
    ) -> tuple[Sequence[AttemptId], Vectors] | None:
        found = [(one.id, self.rows[one.id][1]) for one in self._newest(wanted)]
        blobs = {id: draft.vector for id, draft in found if draft.model == model}
        ids = list(blobs)[:SEARCHED_MAX]
        return (ids, from_blobs([blobs[id] for id in ids])) if ids else None

    async def tallies(self, project_id: str) -> Sequence[Tally]:
        counts = Counter(
            (tag, one.result)
            for one in self._newest(AttemptFilter(project_id=project_id))
            for tag in one.tags
        )
        tallies = [
            Tally(
                tag=tag,
                passed=counts[tag, "pass"],
                failed=counts[tag, "fail"],
                partial=counts[tag, "partial"],
            )
            for tag in {tag for tag, _ in counts}
        ]
        return sorted(tallies, key=lambda one: (-one.total, one.tag))[:TAGS_MAX]

    def _newest(self, wanted: AttemptFilter) -> list[Attempt]:
        return [
            one
            for one, _ in reversed(self.rows.values())
            if one.project_id == wanted.project_id
            and wanted.result in (None, one.result)
            and set(wanted.tags) <= set(one.tags)
        ]


def _text(one: Attempt) -> str:
    told = (one.input_prompt, one.generated_code, one.function_name, one.file_name)
    return " ".join(filter(None, (*told, one.error_message)))
