"""From a question to the passages that answer it: by meaning, by words, or by both."""

from collections.abc import Sequence
from dataclasses import dataclass

from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.model import Mode, Passage, PassageId, Scope
from ltmc_server.retrieval.ranking import CONFIDENT, Signals, score
from ltmc_server.retrieval.view import VectorView
from ltmc_server.retrieval.words import words
from ltmc_server.stores.full_text import holds
from ltmc_server.stores.interfaces import PassageStore

CANDIDATES_PER_RESULT = 8
CANDIDATES_MIN = 80
"""Passages that each way of matching proposes; the best of them together are the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that answers a question, and why it is thought to."""

    passage: Passage
    score: float
    """In [0, 1], the same scale for every question of one mode."""
    signals: Signals


@dataclass(frozen=True, slots=True)
class Retriever:
    """Searches the passages of a record."""

    passages: PassageStore
    view: VectorView
    embedder: Embedder

    async def search(
        self, query: str, scope: Scope, *, limit: int, mode: Mode = "hybrid"
    ) -> Sequence[Hit]:
        """Return passages in `scope`, best first, ties by ascending id.

        Several may be of one document. At most `CANDIDATES_MIN`, or `CANDIDATES_PER_RESULT`
        times `limit`, are looked at; more than `limit` may come back.
        """
        most = max(CANDIDATES_MIN, CANDIDATES_PER_RESULT * limit)
        strengths: dict[PassageId, float] = {}
        cosines: dict[PassageId, float] = {}
        if mode != "semantic":
            hits = await self.passages.matching(words(query), scope, limit=most)
            strengths = {hit.id: hit.strength for hit in hits}
        if mode != "keyword":
            [vector] = await self.embedder.embed([query])
            near = await self.view.nearest(vector, scope, limit=most)
            cosines = {hit.id: hit.strength for hit in near}
            lacking = [id for id in strengths if id not in cosines]
            cosines |= await self.view.cosines(vector, scope, lacking)
        return await self._ranked(strengths, cosines, mode)

    async def _ranked(
        self, strengths: dict[PassageId, float], cosines: dict[PassageId, float], mode: Mode
    ) -> Sequence[Hit]:
        signals = {
            id: Signals(bm25=strengths.get(id), cosine=cosines.get(id))
            for id in strengths.keys() | cosines.keys()
        }
        hits = [
            Hit(
                passage=passage,
                score=score(signals[passage.id], mode, self.embedder.cosine_share),
                signals=signals[passage.id],
            )
            for passage in await self.passages.get(list(signals))
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))


def best_of_each_document(hits: Sequence[Hit]) -> Sequence[Hit]:
    """Return the best passage of each document, in the order of `hits`."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.document.id, hit)
    return list(best.values())


def answers(query: str, hits: Sequence[Hit]) -> bool:
    """Tell whether the best of `hits` can be believed to answer a question.

    In a store of a few texts every word is common and every score low; there it counts whether
    the passage holds half of the question's words.
    """
    if not hits:
        return False
    best = hits[0]
    wanted = words(query)
    held = sum(holds(best.passage.text, part) for part in wanted)
    return best.score >= CONFIDENT or 2 * held >= max(1, len(wanted))
