"""The actions of pattern_action that remember what was tried, and whether it worked."""

from dataclasses import asdict

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.model import Page
from ltmc_server.retrieval.ranking import Signals, score, share_of_meaning
from ltmc_server.retrieval.words import words
from ltmc_server.stores.attempts import (
    Attempt,
    AttemptDraft,
    AttemptFilter,
    AttemptId,
    AttemptStore,
)
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.pattern import words as w
from ltmc_server.vectors import from_blobs, to_blobs

SCORE_MIN = 0.02
"""What scores lower has next to nothing of the question."""


@dataclass(frozen=True)
class TryingActions(Tool):
    """Attempts: code, what it was for, and how it went."""

    attempts: AttemptStore
    embedder: Embedder
    project: str
    """Of calls that name none."""

    @action("write")
    async def log_attempt(
        self,
        *,
        input_prompt: w.InputPrompt,
        generated_code: w.GeneratedCode,
        result: w.Result,
        function_name: w.FunctionName | None = None,
        file_name: w.FileName | None = None,
        tags: v.Tags = (),
        error_message: w.ErrorMessage | None = None,
        execution_time_ms: w.ExecutionTimeMs | None = None,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Remember code that was tried and whether it worked; acknowledged when durable."""
        about = " ".join(filter(None, (input_prompt, function_name, error_message)))
        [vector] = to_blobs(await self.embedder.embed([about]))
        attempt = await self.attempts.add(
            AttemptDraft(
                project_id=project_id or self.project,
                input_prompt=input_prompt,
                generated_code=generated_code,
                result=result,
                function_name=function_name,
                file_name=file_name,
                tags=tags,
                error_message=error_message,
                execution_time_ms=execution_time_ms,
                vector=vector,
                model=self.embedder.model,
            )
        )
        return {
            key: value
            for key, value in asdict(attempt).items()
            if key not in {"input_prompt", "generated_code", "error_message"}
        }

    @action("read")
    async def get_patterns(
        self,
        *,
        query: v.Query | None = None,
        result: w.Result | None = None,
        tags: v.Tags = (),
        limit: v.Limit = 10,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> Page[Attempt] | Page[v.Object]:
        """Find what was tried and whether it worked: by meaning, best first, or the newest."""
        wanted = AttemptFilter(project_id=project_id or self.project, result=result, tags=tags)
        if query is None:
            return await self.attempts.page(wanted, limit=limit, offset=offset)
        scores = await self._scores(wanted, query)
        # The newer of equals first: ids sort by time.
        best = sorted(scores, key=lambda one: (scores[one], one), reverse=True)
        some = await self.attempts.get(best[offset : offset + limit])
        items = [asdict(one) | {"score": scores[one.id]} for one in some]
        return Page.of(items, total=len(best), offset=offset)

    async def _scores(self, wanted: AttemptFilter, query: str) -> dict[AttemptId, float]:
        """Return the scores of what fits at all: by meaning and by words, as of memories."""
        by_words = await self.attempts.shares(wanted, " ".join(words(query)))
        vectors = await self.attempts.vectors(wanted, model=self.embedder.model)
        by_meaning: dict[AttemptId, float] = {}
        if vectors:
            [asked] = await self.embedder.embed([query])
            cosines = from_blobs([blob for _, blob in vectors]) @ asked
            by_meaning = {
                id: min(1.0, max(0.0, float(cosine)))
                for (id, _), cosine in zip(vectors, cosines, strict=True)
            }
        meant = share_of_meaning(
            query, self.embedder.cosine_share, multilingual=self.embedder.multilingual
        )
        scores = {
            id: _score(by_meaning.get(id), by_words.get(id), meant)
            for id in by_words.keys() | by_meaning.keys()
        }
        return {id: one for id, one in scores.items() if one >= SCORE_MIN}


def _score(cosine: float | None, held: float | None, meant: float) -> float:
    return score(Signals(cosine=cosine, strength=held, held=held), "hybrid", meant)
