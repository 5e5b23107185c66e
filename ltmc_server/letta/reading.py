"""Reads that are shared while they are under way, and kept for a while if that is wanted."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator, Set as AbstractSet
from contextlib import contextmanager
from dataclasses import field
from typing import Any, Final, TypeAlias

from cachetools import TLRUCache

from ltmc_server.dataclass import dataclass
from ltmc_server.letta.asking import Answer
from ltmc_server.letta.errors import LettaUnavailable
from ltmc_server.letta.interfaces import EVERY_AGENT, Got

KEPT_BYTES_MAX: Final = 64_000_000
"""Of memory, for all that is kept."""

BYTES_A_BYTE: Final = 4
"""Of memory that a byte of JSON takes, once it is read."""

ENTRY_BYTES: Final = 8_000
"""Of memory for each answer beside its JSON, more than it takes: it bounds their number."""

TOPICS_MAX: Final = 10_000

Stamp: TypeAlias = tuple[int, int]
"""The writes there had been about a topic, and about every agent."""


@dataclass(slots=True)
class Writes:
    """Counts them by topic, to tell the answers before one from those after it."""

    _last: dict[str, int] = field(default_factory=dict)
    _count: int = 0
    _forgotten: int = 0
    """The last write about any topic that is no more in `_last`."""
    _every_agent: int = 0

    def of(self, topic: str) -> Stamp:
        """Return a stamp that every write about the topic changes."""
        # `agents`, the list, and each id.
        every = self._every_agent if topic.startswith("agent") else 0
        return self._last.get(topic, self._forgotten), every

    def add(self, topics: AbstractSet[str]) -> None:
        """Count a write about `topics`."""
        self._count += 1
        if EVERY_AGENT in topics:
            self._every_agent = self._count
        for topic in topics - {EVERY_AGENT}:
            self._last.pop(topic, None)
            self._last[topic] = self._count
        while len(self._last) > TOPICS_MAX:
            oldest = next(iter(self._last))
            # Every topic that is not counted by itself seems to be written about now: no harm.
            self._forgotten = max(self._forgotten, self._last.pop(oldest))


@dataclass(slots=True, eq=False)
class Flight:
    """A read under way."""

    stamp: Stamp
    task: "asyncio.Task[Answer]"
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer to be given again."""

    answer: Answer
    stamp: Stamp
    asked_at: float

    @property
    def size(self) -> int:
        """The memory it takes, about."""
        return ENTRY_BYTES + BYTES_A_BYTE * self.answer.bytes


@dataclass(slots=True, eq=False)
class Reads:
    """Equal reads under way are one; an answer is never given to who asked after a write."""

    ttl_s: float
    """How long answers are kept; 0 keeps none."""
    clock: Callable[[], float] = time.monotonic
    writes: Writes = field(default_factory=Writes)
    shared: int = 0
    """Reads that went along with another, so far."""
    hits: int = 0
    _flights: dict[str, Flight] = field(default_factory=dict)
    _kept: "TLRUCache[str, Kept]" = field(init=False)

    def __post_init__(self) -> None:
        self._kept = TLRUCache(
            KEPT_BYTES_MAX,
            ttu=lambda _, kept, now: kept.asked_at + self.ttl_s,
            timer=self.clock,
            getsizeof=lambda kept: kept.size,
        )

    async def get(
        self,
        key: str,
        ask: Callable[[], Coroutine[Any, Any, Answer]],
        *,
        about: str,
        fresh: bool = False,
    ) -> Got:
        """Return the answer to `key`, one that was kept, is under way, or asked for now.

        A fresh one was asked for after this call began; it is kept and shared like any other.
        """
        stamp = self.writes.of(about)
        if not fresh:
            kept = self._kept.get(key)
            if kept is not None and kept.stamp == stamp:
                self.hits += 1
                return Got(kept.answer.value, self.clock() - kept.asked_at)
            flight = self._flights.get(key)
            if flight is not None and flight.stamp == stamp and not flight.task.done():
                self.shared += 1
                return Got((await self._landed(key, flight)).value)
        task = asyncio.create_task(self._asked(key, ask, about), name=f"letta {key}")
        flight = self._flights[key] = Flight(stamp, task)
        return Got((await self._landed(key, flight)).value)

    @contextmanager
    def writing(self, topics: AbstractSet[str]) -> Iterator[None]:
        """End what was kept and is under way about `topics`, when a write begins and ends."""
        self.writes.add(topics)
        try:
            yield
        finally:
            self.writes.add(topics)

    async def aclose(self) -> None:
        """Stop what is under way."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _landed(self, key: str, flight: Flight) -> Answer:
        """Wait for a read with the others; who is last to give up stops it."""
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        except asyncio.CancelledError:
            if flight.task.cancelled():
                raise LettaUnavailable("was not waited for", "This server is stopping.") from None
            raise
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                # Nobody joins it from here on: it ended, or is about to.
                if self._flights.get(key) is flight:
                    del self._flights[key]
                flight.task.cancel()

    async def _asked(
        self, key: str, ask: Callable[[], Coroutine[Any, Any, Answer]], about: str
    ) -> Answer:
        stamp, asked_at = self.writes.of(about), self.clock()
        answer = await ask()
        kept = Kept(answer, stamp, asked_at)
        # A large one would drive out all others.
        if self.ttl_s and self.writes.of(about) == stamp and kept.size < KEPT_BYTES_MAX // 4:
            before = self._kept.get(key)
            if before is None or before.stamp != stamp or before.asked_at <= asked_at:
                self._kept[key] = kept
        return answer
