"""The actions of pattern_action that remember what was tried, and whether it worked."""

from dataclasses import asdict
from heapq import nlargest

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.model import Page
from ltmc_server.retrieval.ranking import meant, rated, share_of_meaning
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
from ltmc_server.vectors import to_blobs

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
        best = nlargest(offset + limit, scores, key=lambda one: (scores[one], one))
        some = await self.attempts.get(best[offset:])
        items = [asdict(one) | {"score": scores[one.id]} for one in some]
        return Page.of(items, total=len(scores), offset=offset)

    async def _scores(self, wanted: AttemptFilter, query: str) -> dict[AttemptId, float]:
        """Return the scores of what fits at all: by meaning and by words, as of memories."""
        by_words = await self.attempts.shares(wanted, " ".join(words(query)))
        found = await self.attempts.vectors(wanted, model=self.embedder.model)
        worth = share_of_meaning(
            query, self.embedder.cosine_share, multilingual=self.embedder.multilingual
        )
        near: dict[AttemptId, float] = {}
        if found is not None:
            ids, vectors = found
            [asked] = await self.embedder.embed([query])
            near = dict(zip(ids, (vectors @ asked).tolist(), strict=True))
        scores = {id: meant(cosine, worth) for id, cosine in near.items()}
        scores |= {id: _score(near.get(id), held, worth) for id, held in by_words.items()}
        return {id: one for id, one in scores.items() if one >= SCORE_MIN}


def _score(cosine: float | None, held: float, worth: float) -> float:
    return rated(cosine, held, held, "hybrid", worth)
