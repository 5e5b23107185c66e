"""From a question to the passages that answer it: by meaning, by words, or by both."""

from collections.abc import Sequence
from dataclasses import dataclass

from ltmc_server.model import DocumentId, Mode, Passage, PassageId, Scope
from ltmc_server.retrieval.meaning import Meaning
from ltmc_server.retrieval.ranking import CONFIDENT, Signals, score
from ltmc_server.retrieval.view import VectorView
from ltmc_server.retrieval.words import words
from ltmc_server.stores.full_text import holds
from ltmc_server.stores.interfaces import PassageStore

CANDIDATES_PER_RESULT = 8
CANDIDATES_MIN = 80
"""Passages that each way of matching proposes; the best of them together are the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A passage that may answer a question, not yet read."""

    id: PassageId
    document_id: DocumentId
    score: float
    """In [0, 1], the same scale for every question of one mode."""
    signals: Signals


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that answers a question, and why it is thought to."""

    passage: Passage
    score: float
    signals: Signals


@dataclass(frozen=True, slots=True)
class Retriever:
    """Searches the passages of a record."""

    passages: PassageStore
    view: VectorView
    meaning: Meaning

    async def rank(
        self, query: str, scope: Scope, *, limit: int, mode: Mode = "hybrid"
    ) -> Sequence[Candidate]:
        """Return passages in `scope`, best first, ties by ascending id.

        Several may be of one document. At most `CANDIDATES_MIN`, or `CANDIDATES_PER_RESULT`
        times `limit`, are looked at by each way; more than `limit` may come back.
        """
        most = max(CANDIDATES_MIN, CANDIDATES_PER_RESULT * limit)
        strengths: dict[PassageId, float] = {}
        cosines: dict[PassageId, float] = {}
        if mode != "semantic":
            hits = await self.passages.matching(words(query), scope, limit=most)
            strengths = {hit.id: hit.strength for hit in hits}
        asked = None if mode == "keyword" else await self.meaning.ask(query, mode)
        if asked is not None:
            vector, model = asked.vector, asked.embedder.model
            near = await self.view.nearest(vector, scope, limit=most, model=model)
            cosines = {hit.id: hit.strength for hit in near}
            lacking = [id for id in strengths if id not in cosines]
            cosines |= self.view.cosines(vector, scope, lacking)
        share = asked.embedder.cosine_share if asked else 0.0
        return await self._scored(strengths, cosines, (mode, share))

    async def read(self, candidates: Sequence[Candidate]) -> Sequence[Hit]:
        """Read passages from the record, in the order given; what is gone by now is left out."""
        read = await self.passages.get([candidate.id for candidate in candidates])
        by_id = {passage.id: passage for passage in read}
        return [
            Hit(passage=by_id[each.id], score=each.score, signals=each.signals)
            for each in candidates
            if each.id in by_id
        ]

    async def _scored(
        self,
        strengths: dict[PassageId, float],
        cosines: dict[PassageId, float],
        how: tuple[Mode, float],
    ) -> Sequence[Candidate]:
        found = list(strengths.keys() | cosines.keys())
        candidates = []
        for id, document_id in (await self.passages.owners(found)).items():
            signals = Signals(bm25=strengths.get(id), cosine=cosines.get(id))
            candidates.append(
                Candidate(
                    id=id,
                    document_id=document_id,
                    score=score(signals, *how),
                    signals=signals,
                )
            )
        return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.id))


def best_of_each_document(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Return the best passage of each document, in the order of `candidates`."""
    best: dict[DocumentId, Candidate] = {}
    for candidate in candidates:
        best.setdefault(candidate.document_id, candidate)
    return list(best.values())


def answers(query: str, hits: Sequence[Hit]) -> bool:
    """Tell whether the best of `hits` can be believed to answer a question.

    In a store of a few texts every word is common and every score low; there it counts whether
    the passage holds half of the question's words.
    """
    if not hits:
        return False
    best = hits[0]
    if best.score >= CONFIDENT:
        return True
    wanted = words(query)
    held = sum(holds(best.passage.text, part) for part in wanted)
    return 2 * held >= max(1, len(wanted))
