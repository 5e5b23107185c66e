"""Ranked answers that are given again while nothing that could change them has changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

import orjson

from ltmc_server import __version__
from ltmc_server.caching.interfaces import digest
from ltmc_server.caching.layered import LayeredCache
from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.current import name_of
from ltmc_server.model import Mode, Scope, now
from ltmc_server.observability.degraded import did_without, noting
from ltmc_server.retrieval.search import Candidate, Retriever
from ltmc_server.stores.interfaces import RecordState

CACHE: Final = "redis"
"""The one store whose absence takes nothing from an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Candidates, and when they are the answer."""

    since: datetime
    until: datetime | None
    """When the next text of the project expires; None if none will."""
    ranked: list[Candidate]
    is_shared: bool = False
    """Whether farther caches have it, too."""


@dataclass(frozen=True, kw_only=True)
class CachingRetriever(Retriever):
    """A `Retriever` whose answers are those of a plain one, at every moment.

    An answer is kept under the state of the record, which every write that could change one
    changes in its own transaction, in whichever process; and for as long as no text expires.

    Most questions are asked once, and to write their answers into a file or to a server takes as
    long as a good part of making them: that is done when one is asked again.
    """

    cache: LayeredCache
    record: RecordState

    async def ranked(
        self, query: str, scope: Scope, *, limit: int, mode: Mode
    ) -> Sequence[Candidate]:
        state = await self.record.state()
        model = "none" if self.meaning.is_off else name_of(self.meaning.embedder()) or ""
        asked = (_code(), state, model, mode, str(limit), query, repr(scope))
        key, began = digest(*asked), now()
        told = {CACHE} | self.meaning.tell_fallback(mode)
        kept = await self.cache.get("queries", key, about=query)
        if kept is not None and _holds(answer := _read(kept), began):
            if not answer.is_shared:
                shared = replace(answer, is_shared=True)
                await self.cache.set("queries", key, _written(shared), about=query)
            return answer.ranked
        until = await self.record.next_expiry(scope.project_id, after=began)
        with noting() as missed:
            ranked = await super().ranked(query, scope, limit=limit, mode=mode)
        for store in missed:
            did_without(store)
        answer = Answer(since=began, until=until, ranked=list(ranked))
        whole = not missed - told
        if whole and _holds(answer, now()) and await self.record.state() == state:
            written = _written(answer)
            await self.cache.set("queries", key, written, about=query, everywhere=False)
        return ranked


def _holds(answer: Answer, moment: datetime) -> bool:
    # A clock that was set back makes what had expired alive again.
    return answer.since <= moment and (answer.until is None or moment < answer.until)


def _written(answer: Answer) -> bytes:
    columns = list(zip(*answer.ranked, strict=True))
    return orjson.dumps((answer.since, answer.until, answer.is_shared, columns))


def _read(kept: bytes) -> Answer:
    # By hand: pydantic reads a little faster, and takes 20 ms to get ready.
    since, until, is_shared, columns = orjson.loads(kept)
    return Answer(
        since=datetime.fromisoformat(since),
        until=until and datetime.fromisoformat(until),
        ranked=list(map(Candidate, *columns)) if columns else [],
        is_shared=is_shared,
    )


@cache
def _code() -> str:
    """Return what stands for how answers are ranked: another program may rank another way."""
    told = blake2b(__version__.encode(), digest_size=16)
    for source in sorted(Path(__file__).parent.glob("*.py")):
        told.update(source.read_bytes())
    return told.hexdigest()
