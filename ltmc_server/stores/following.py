"""The job that brings the graph on another server to where the record is, and keeps it there."""

import asyncio
import logging
import random
from contextlib import suppress
from dataclasses import field
from time import monotonic
from typing import Final, Literal, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import BackendError, StoreUnavailable
from ltmc_server.model import new_id
from ltmc_server.stores.bolt.connection import Bolt
from ltmc_server.stores.bolt.view import BoltView
from ltmc_server.stores.link_changes import UNBUILT
from ltmc_server.stores.sqlite.link_changes import SqliteLinkChanges

log = logging.getLogger(__name__)

Following: TypeAlias = Literal["catching up", "connected", "unreachable"]

POLL_S: Final = 0.25
"""Between two looks at the record, for what other processes wrote; a look takes 5 µs."""

RETRY_S: Final = (0.25, 30.0)
"""First pause after the server was away, doubled each time, and the longest."""

PATIENCE: Final = 3
"""Times as long as a call would, this job waits for a server to say how far it is."""

LOOK_S: Final = 0.1
"""Longest that whoever asks how a server is waits for one that is known to be away: it is this job
that has the patience to try again."""

WORTH_WAITING_FOR: Final = 500
"""Changes; a view that is further behind does not catch up in the time that a call has."""

NOTED_EVERY: Final = 500
NOTED_AFTER_S: Final = 5.0
"""The record is told how far the view is after so many changes, or so long: each time costs it a
transaction, and only the length of its log depends on it."""


@dataclass(slots=True)
class Follower:
    """Follows the change log of the record; several processes may, and do each change once."""

    changes: SqliteLinkChanges
    bolt: Bolt
    state: Following = "catching up"
    """While it is unreachable nobody asks the server but this job, at growing intervals."""
    view: BoltView | None = None
    position: int = UNBUILT
    """How far the view was when it was last asked."""
    in_doubt: bool = True
    """Whether it has to be asked again before that is relied on."""
    is_filling: bool = False
    """Whether the view is being made anew, by this process or another."""
    is_late: bool = False
    """Whether a call has waited in vain since the view last moved."""
    failures: int = 0
    """In a row."""
    noted: tuple[int, float] = (UNBUILT, 0.0)
    """Which position the record was told, and when."""
    builder: str = field(default_factory=lambda: new_id("builder"))
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def name(self) -> str:
        """What the record calls the view."""
        return self.bolt.address.name

    @property
    def pending(self) -> int:
        """How many changes the view does not know of; of one that is not filled, everything."""
        if self.position == UNBUILT:
            return self.changes.size()
        return self.changes.newest() - self.position

    @property
    def is_worth_waiting_for(self) -> bool:
        """Whether the view may soon be where the record is."""
        if self.state == "unreachable" or self.is_filling or self.is_late:
            return False
        return self.in_doubt or self.changes.newest() - self.position <= WORTH_WAITING_FOR

    async def run(self) -> None:
        """Follow until cancelled."""
        try:
            while True:
                self.changed.clear()
                self.answered.clear()
                pause = await self._try()
                # With a server that is away only time helps: a write is no reason to ask again.
                sooner = self.answered if self.state == "unreachable" else self.changed
                with suppress(TimeoutError):
                    await asyncio.wait_for(sooner.wait(), pause)
        finally:
            await self.bolt.close()

    def wake(self) -> None:
        """Say that the record has changed."""
        self.changed.set()

    def doubt(self) -> None:
        """Say that the view is not where it was thought to be."""
        self.in_doubt = True
        self.wake()

    def late(self) -> None:
        """Say that a call has waited in vain: the next does not, until the view has moved."""
        self.is_late = True
        self.wake()

    def failed(self) -> None:
        """Say that the server did not answer a question."""
        self.state = "unreachable"
        self.wake()

    async def caught_up(self, seq: int) -> None:
        """Return when the view is at `seq`; how long that is waited for is the caller's to say."""
        while self.in_doubt or self.position < seq:
            self.wake()
            await self.moved.wait()

    async def look(self) -> Following:
        """Ask the server, whatever was thought of it."""
        if self.view is None:
            return self.state
        try:
            async with asyncio.timeout(LOOK_S if self.state == "unreachable" else None):
                position = await self.view.position()
        except TimeoutError:
            return self.state
        except StoreUnavailable:
            self.failed()
            return "unreachable"
        self.answered.set()
        if position is None or position < self.changes.newest():
            return "catching up"
        self._at(position)
        return "connected"

    async def catch_up(self) -> bool:
        """Bring the view to where the record is; false when another process is filling it."""
        if self.view is None:
            self.view = BoltView(self.bolt, await self.changes.register(self.name))
        if self.in_doubt or self.state == "unreachable":
            await self._find(self.view)
        while self.position != self.changes.newest():
            self.state = "catching up"
            changes = self.changes.since(self.position)
            self.is_filling = changes is None
            if changes is None:
                if not await self._fill(self.view):
                    return False
            elif await self.view.apply(changes):
                self._at(changes.seq)
            else:
                # Another process was first.
                await self._find(self.view)
            await self._note()
        self.is_filling = False
        self.state = "connected"
        return True

    async def refill(self) -> bool:
        """Make the view anew, whatever it has; false when another process is at it."""
        assert self.view is not None, "it is caught up with first"
        return await self._fill(self.view) and await self.catch_up()

    async def _try(self) -> float:
        """Catch up, or note why not; return how long to rest."""
        try:
            await self.catch_up()
        except BackendError as error:
            self.state = "unreachable"
            if self.failures == 0:
                log.warning("the graph on %s is away: %s", self.name, error)
            first, longest = RETRY_S
            pause = min(longest, first * 2.0 ** min(self.failures, 16))
            self.failures += 1
            return pause * random.uniform(0.5, 1.0)  # noqa: S311  only jitter
        if self.failures:
            log.warning("the graph on %s is back", self.name)
        self.failures = 0
        return POLL_S

    async def _find(self, view: BoltView) -> None:
        """Ask the view where it is; make one where there is none."""
        position = await view.position(limit_s=PATIENCE * self.bolt.address.timeout_s)
        self._at(await view.open() if position is None else position)

    async def _fill(self, view: BoltView) -> bool:
        if not await view.claim(self.builder):
            return False
        # What changes from here on is in the log, so the rows may be read bit by bit.
        seq = self.changes.newest()
        links, memories = self.changes.every_link(), self.changes.every_memory()
        filled = (
            await view.clear(self.builder)
            and await view.fill(self.builder, links, memories)
            and await view.finish(self.builder, seq)
        )
        if filled:
            self._at(seq)
        return filled

    def _at(self, position: int) -> None:
        self.position, self.in_doubt, self.is_late = position, False, False
        waiting, self.moved = self.moved, asyncio.Event()
        waiting.set()

    async def _note(self) -> None:
        seq, when = self.noted
        if self.position - seq >= NOTED_EVERY or monotonic() - when >= NOTED_AFTER_S:
            await self.changes.followed(self.name, self.position)
            self.noted = (self.position, monotonic())
