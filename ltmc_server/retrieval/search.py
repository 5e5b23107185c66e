"""From a question to the passages that answer it: by meaning, by words, or by both."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.model import DocumentId, Holding, Mode, Passage, PassageId, Scope
from ltmc_server.retrieval.meaning import Asked, Meaning
from ltmc_server.retrieval.ranking import CONFIDENT, Signals, meant, rated, share_of_meaning
from ltmc_server.retrieval.view import VectorView
from ltmc_server.retrieval.words import identifiers, words
from ltmc_server.stores.full_text import stand_in, tokens
from ltmc_server.stores.interfaces import Also, PassageStore, no_more

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


_Sought: TypeAlias = Sequence[Sequence[str]]
"""The words of a question; and its identifiers by themselves, where it has other words, too."""

_BY_ID, _BY_DOCUMENT, _BY_SCORE = itemgetter(0), itemgetter(1), itemgetter(2)
assert Candidate._fields[:3] == ("id", "document_id", "score")

_made: Final = partial(tuple.__new__, Candidate)
"""Makes a candidate of all its values in half the time; the type checker does not see which."""


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
        if mode != "keyword" and not self.meaning.is_off:
            # Beside the embedder, which loads its model for the first question.
            self.view.prepare()
        sought = [] if mode == "semantic" else _sought(query)
        asked = None if mode == "keyword" else await self._asked(query, mode, sought)
        if asked is None:
            holding = await self._holding(sought, scope, limit=most)
            return await self._scored(holding, {}, mode, 0.0, scope)
        worth, model = _worth(query, asked), asked.embedder.model
        if mode == "semantic":
            near = await self.view.nearest(asked.vector, scope, limit=most, model=model)
            return await self._scored({}, dict(near), mode, worth, scope)
        async with self.view.finding(asked.vector, scope, limit=most, model=model) as nearest:
            # The words are looked for while the vectors are compared, by another processor.
            cosines: dict[PassageId, float] = {}
            named: list[PassageId] = []

            def also(found: Collection[PassageId]) -> Collection[PassageId]:
                if not cosines:
                    cosines.update(self.view.cosines(asked.vector, scope, found))
                    near = dict(nearest())
                    named.extend(near)
                    cosines.update(near)
                return named

            holding = await self._holding(sought, scope, limit=most, also=also)
            also(())
            lacking = [id for id in holding if id not in cosines]
            if lacking:
                cosines |= self.view.cosines(asked.vector, scope, lacking)
        return await self._scored(holding, cosines, mode, worth, scope)

    async def read(self, candidates: Sequence[Candidate]) -> Sequence[Hit]:
        """Read passages from the record, in the order given; what is gone by now is left out."""
        read = await self.passages.get([candidate.id for candidate in candidates])
        by_id = {passage.id: passage for passage in read}
        return [
            Hit(passage=by_id[each.id], score=each.score, signals=each.signals)
            for each in candidates
            if each.id in by_id
        ]

    async def _asked(self, query: str, mode: Mode, sought: _Sought) -> Asked | None:
        """Return the question as a vector; while that is made, begin to look for its words."""
        if mode == "semantic" or not self.meaning.takes_time:
            return await self.meaning.ask(query, mode)
        asking = asyncio.ensure_future(self.meaning.ask(query, mode))
        try:
            # The embedder has the question then; or it had been asked before, and is answered.
            await asyncio.sleep(0)
            if not asking.done():
                for some in sought:
                    await self.passages.expect(some)
            return await asking
        finally:
            asking.cancel()

    async def _holding(
        self, sought: _Sought, scope: Scope, *, limit: int, also: Also = no_more
    ) -> Mapping[PassageId, Holding]:
        """Return what passages have of the words of a question, or of its identifiers if more.

        Who asks for `PAY-1042` in a long sentence means it, whatever the other words are.
        """
        first, *names = sought
        found = await self.passages.holding(first, scope, limit=limit, also=also)
        best = {one.id: one for one in found}
        for some in names:
            named = await self.passages.holding(some, scope, limit=limit, also=also)
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
        scope: Scope,
    ) -> Sequence[Candidate]:
        known, made = cosines.get, _made
        candidates = [
            made((id, of, rated(cosine, strength, share, mode, worth), cosine, strength, share))
            for id, of, strength, share in holding.values()
            for cosine in (known(id),)
        ]
        others = [id for id in cosines if id not in holding]
        part = 1.0 if mode == "semantic" else worth
        # Vectors of one project are looked at.
        owners = await self.passages.owners(others, scope.project_id)
        candidates += [
            made((id, of, meant(cosines[id], part), cosines[id], None, None))
            for id, of in owners.items()
        ]
        candidates.sort(key=_BY_ID)
        candidates.sort(key=_BY_SCORE, reverse=True)
        return candidates


def _sought(query: str) -> _Sought:
    sought, names = words(query), identifiers(query)
    return [sought] if names in ([], sought) else [sought, names]


def _worth(query: str, asked: Asked) -> float:
    """Return what the cosine is worth for this question."""
    maker = asked.embedder
    return share_of_meaning(query, maker.cosine_share, multilingual=maker.multilingual)


def best_of_each_document(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Return the best passage of each document, in the order of `candidates`."""
    if len(set(map(_BY_DOCUMENT, candidates))) == len(candidates):
        return candidates
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
