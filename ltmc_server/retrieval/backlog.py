"""Texts that were stored before they were embedded: their vectors are made beside the calls."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import field
from time import monotonic
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.errors import BackendError
from ltmc_server.jobs import Jobs
from ltmc_server.retrieval.blobs import blobs
from ltmc_server.stores.embedding import ModelOfRecord, VectorWork

log = logging.getLogger(__name__)

BATCH: Final = 16
"""Passages embedded together: long enough to pay for the transaction, short enough to overtake."""

CLAIM_S: Final = 60.0
"""After so long a passage is claimed anew: the process that had it is taken to have died."""

PATIENCE_S: Final = 2.0
"""Longest wait of a question for texts that were stored just before it; none where it is known
not to be enough."""

ROOM: Final = 32
"""Passages that may wait without holding up whoever stores more of them."""

ROOM_S: Final = 0.5
"""Longest that storing waits for room: who stores thousands of texts goes at the embedder's pace,
and finds them by meaning soon after the last."""

LOOK_S: Final = 0.05
"""Between two looks whether another process has made them."""

RETRY_S: Final = (1.0, 60.0)
"""First and longest pause after the embedder failed; each is twice the one before."""


@dataclass(slots=True)
class Backlog:
    """Makes the vectors that the record waits for, newest texts first."""

    record: ModelOfRecord
    vectors: VectorWork
    embedder: Callable[[], Embedder]
    jobs: Jobs
    is_off: bool = field(default=False)
    """Whether no vector is wanted here: what waits is left to a server that makes them."""
    job: "asyncio.Task[None] | None" = field(default=None)
    progress: asyncio.Event = field(default_factory=asyncio.Event)
    """Set, and replaced by a new one, whenever vectors were kept or could not be made."""
    is_failing: bool = field(default=False)
    pace_s: float = field(default=0.0)
    """Seconds a passage took in the last batch."""

    def poke(self) -> None:
        """See to it that what waits is worked on; called wherever it may have grown."""
        if not self.is_off and (self.job is None or self.job.done()):
            self.job = self.jobs.start("embedding", self._work)

    async def stored(self) -> None:
        """See to it that what was stored is embedded; where much waits, wait for some of it."""
        self.poke()
        if not self.is_off and self.vectors.waiting() > ROOM:
            await self._wait(ROOM_S, down_to=ROOM)

    async def settle(self, patience_s: float = PATIENCE_S) -> int:
        """Wait until nothing waits, at most `patience_s`; return how much still does."""
        waiting = self.vectors.waiting()
        if not waiting or self.is_off:
            return waiting
        self.poke()
        if waiting * self.pace_s > patience_s:
            return waiting
        return await self._wait(patience_s, down_to=0)

    async def _wait(self, patience_s: float, *, down_to: int) -> int:
        """Wait until no more than so many wait, or nothing moves; return how many do."""
        waiting = self.vectors.waiting()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while waiting > down_to and not self.is_failing:
                    # Another process may be the one that makes them.
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self.progress.wait(), LOOK_S)
                    waiting = self.vectors.waiting()
        return waiting

    async def _work(self) -> None:
        pause = RETRY_S[0]
        while self.vectors.waiting():
            try:
                claimed = await self._embed_some()
            except BackendError as error:
                self._moved(is_failing=True)
                log.warning("texts wait for their vectors: %s", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, RETRY_S[1])
                continue
            self._moved(is_failing=False)
            pause = RETRY_S[0]
            if not claimed:
                # Another process has claimed all that waits; should it die, we go on.
                await asyncio.sleep(pause)

    async def _embed_some(self) -> int:
        """Make the vectors of the newest passages that wait; return of how many."""
        embedder = self.embedder()
        some = await self.vectors.claim(limit=BATCH, for_s=CLAIM_S)
        if not some:
            return 0
        began = monotonic()
        try:
            made = await blobs(embedder, [each.text for each in some])
        except BaseException:
            # Not ours any more: another process may do better, or we when we try again.
            await self.vectors.release([each.id for each in some])
            raise
        self.pace_s = (monotonic() - began) / len(some)
        if self.record.model() is None:
            await self.record.settle(embedder.model)
        ids = [each.id for each in some]
        await self.vectors.put_vectors(dict(zip(ids, made, strict=True)), model=embedder.model)
        return len(some)

    def _moved(self, *, is_failing: bool) -> None:
        self.is_failing = is_failing
        self.progress.set()
        self.progress = asyncio.Event()
