"""From a question to the passages that answer it: by meaning, by words, or by both."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from ltmc_server.model import DocumentId, Holding, Mode, Passage, PassageId, Scope
from ltmc_server.retrieval.meaning import Asked, Meaning
from ltmc_server.retrieval.ranking import CONFIDENT, Signals, rated, share_of_meaning
from ltmc_server.retrieval.view import VectorView
from ltmc_server.retrieval.words import identifiers, words
from ltmc_server.stores.full_text import stand_in, tokens
from ltmc_server.stores.interfaces import PassageStore

CANDIDATES_PER_RESULT = 8
CANDIDATES_MIN = 80
"""Passages that each way of matching proposes; the best of them together are the answer."""

NAMED_MAX = 5
"""Passages that an identifier may be in to name one thing; one in more is a word as others are."""


class Candidate(NamedTuple):
    """A passage that may answer a question, not yet read."""

    # A tuple, and flat: a question makes hundreds, and the cache keeps them by columns.

    id: PassageId
    document_id: DocumentId
    score: float
    """In [0, 1], the same scale for every question of one mode."""
    cosine: float | None = None
    strength: float | None = None
    held: float | None = None
    """The last three as `Signals` has them."""

    @property
    def signals(self) -> Signals:
        """What the views say of it."""
        return Signals(self.cosine, self.strength, self.held)


_BY_ID, _BY_SCORE = itemgetter(0), itemgetter(2)
assert (Candidate._fields[0], Candidate._fields[2]) == ("id", "score")


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
        if mode != "keyword":
            await self.meaning.settle()
        return await self.ranked(query, scope, limit=limit, mode=mode)

    async def ranked(
        self, query: str, scope: Scope, *, limit: int, mode: Mode
    ) -> Sequence[Candidate]:
        """Return what `rank` does, of the texts that are embedded by now."""
        most = max(CANDIDATES_MIN, CANDIDATES_PER_RESULT * limit)
        cosines: dict[PassageId, float] = {}
        holding: Mapping[PassageId, Holding] = {}
        asked = None if mode == "keyword" else await self.meaning.ask(query, mode)
        if asked is not None:
            near = await self.view.nearest(
                asked.vector, scope, limit=most, model=asked.embedder.model
            )
            cosines = dict(near)
        if mode != "semantic":
            holding = await self._holding(query, scope, limit=most, also=cosines)
        if mode == "hybrid" and asked is not None:
            lacking = [id for id in holding if id not in cosines]
            cosines |= self.view.cosines(asked.vector, scope, lacking)
        return await self._scored(holding, cosines, mode, _worth(query, asked))

    async def read(self, candidates: Sequence[Candidate]) -> Sequence[Hit]:
        """Read passages from the record, in the order given; what is gone by now is left out."""
        read = await self.passages.get([candidate.id for candidate in candidates])
        by_id = {passage.id: passage for passage in read}
        return [
            Hit(passage=by_id[each.id], score=each.score, signals=each.signals)
            for each in candidates
            if each.id in by_id
        ]

    async def _holding(
        self, query: str, scope: Scope, *, limit: int, also: Collection[PassageId]
    ) -> Mapping[PassageId, Holding]:
        """Return what passages have of the words of a question, or of its identifiers if more.

        Who asks for `PAY-1042` in a long sentence means it, whatever the other words are.
        """
        sought, names = words(query), identifiers(query)
        found = await self.passages.holding(sought, scope, limit=limit, also=also)
        best = {one.id: one for one in found}
        if names in ([], sought):
            return best
        named = await self.passages.holding(names, scope, limit=limit, also=also)
        for one in named if len(named) <= NAMED_MAX else ():
            other = best.get(one.id, one)
            strength, share = max(one.strength, other.strength), max(one.share, other.share)
            best[one.id] = Holding(one.id, one.document_id, strength, share)
        return best

    async def _scored(
        self,
        holding: Mapping[PassageId, Holding],
        cosines: Mapping[PassageId, float],
        mode: Mode,
        worth: float,
    ) -> Sequence[Candidate]:
        candidates = [
            Candidate(id, of, rated(cosine, strength, share, mode, worth), cosine, strength, share)
            for id, of, strength, share in holding.values()
            for cosine in (cosines.get(id),)
        ]
        others = [id for id in cosines if id not in holding]
        candidates += [
            Candidate(id, of, rated(cosines[id], None, None, mode, worth), cosines[id])
            for id, of in (await self.passages.owners(others)).items()
        ]
        candidates.sort(key=_BY_ID)
        candidates.sort(key=_BY_SCORE, reverse=True)
        return candidates


def _worth(query: str, asked: Asked | None) -> float:
    """Return what the cosine is worth for this question."""
    if asked is None:
        return 0.0
    maker = asked.embedder
    return share_of_meaning(query, maker.cosine_share, multilingual=maker.multilingual)


def best_of_each_document(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Return the best passage of each document, in the order of `candidates`."""
    best: dict[DocumentId, Candidate] = {}
    for candidate in candidates:
        best.setdefault(candidate.document_id, candidate)
    return list(best.values())


def answers(query: str, hits: Sequence[Hit], mode: Mode = "hybrid") -> bool:
    """Tell whether the best of `hits` can be believed to answer a question.

    An identifier has no synonyms: what does not hold it does not answer, however near it is.
    """
    if not hits or hits[0].score < CONFIDENT[mode]:
        return False
    names = [tokens(name) for name in identifiers(query)]
    passage = hits[0].passage
    text = tokens(f"{passage.document.file_name} {passage.text}") if names else []
    return all(stand_in(text, name) for name in names)
