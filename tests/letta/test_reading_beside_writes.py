"""Reads and writes in every order: nobody is told what was true before a write he knows of."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import pytest
from hypothesis import given, settings as examples, strategies as st

from ltmc_server.letta.asking import Answer
from ltmc_server.letta.reading import Reads
from tests.letta.asking_letta import Now

pytestmark = pytest.mark.anyio

Kind: TypeAlias = Literal[
    "read", "read fresh", "serve", "answer", "give up",  # a read: begun, looked up, told, or left
    "write", "apply", "acknowledge",  # a write through this server
    "other",  # a write of somebody else
    "wait",  # until what is kept is too old
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    *("read", "read fresh", "serve", "answer", "give up"),
    *("write", "apply", "acknowledge", "other", "wait"),
)
TTL_S = 10.0


@dataclass(eq=False)
class Asked:
    """A read at the server."""

    answered: asyncio.Future[Answer]
    seen: int | None = None
    """The version that it looked up."""


@dataclass(eq=False)
class Written:
    """A write under way."""

    under_way: AbstractContextManager[None]
    version: int | None = None


@dataclass(eq=False)
class Play:
    """One value behind a server that takes each step when the test says so."""

    reads: Reads
    now: Now
    version: int = 0
    acknowledged: int = 0
    asked: list[Asked] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    readers: list[asyncio.Task[None]] = field(default_factory=list)

    async def ask(self) -> Answer:
        asked = Asked(asyncio.get_running_loop().create_future())
        self.asked.append(asked)
        try:
            return await asked.answered
        finally:
            self.asked.remove(asked)

    async def read(self, *, fresh: bool) -> None:
        least = self.version if fresh else self.acknowledged
        got = await self.reads.get("/x", self.ask, about="agent-a", fresh=fresh)
        assert got.value >= least, "an answer of before a write that had been answered"
        assert (got.age_s or 0) < TTL_S

    def move(self, kind: Kind, at: int) -> None:
        if kind in {"read", "read fresh"}:
            self.readers.append(asyncio.create_task(self.read(fresh=kind == "read fresh")))
        elif kind == "give up" and self.readers:
            self.readers[at % len(self.readers)].cancel()
        elif kind == "serve" and (new := [one for one in self.asked if one.seen is None]):
            new[at % len(new)].seen = self.version
        elif kind == "answer":
            self.answer(at)
        elif kind == "other":
            self.version += 1
        elif kind == "wait":
            self.now.at += TTL_S / 2
        else:
            self.write(kind, at)

    def answer(self, at: int) -> None:
        seen = [one for one in self.asked if one.seen is not None and not one.answered.done()]
        if seen:
            one = seen[at % len(seen)]
            one.answered.set_result(Answer(one.seen, 1))

    def write(self, kind: Kind, at: int) -> None:
        if kind == "write":
            under_way = self.reads.writing({"agent-a"})
            under_way.__enter__()
            self.written.append(Written(under_way))
        elif kind == "apply" and (new := [one for one in self.written if one.version is None]):
            self.version += 1
            new[at % len(new)].version = self.version
        elif kind == "acknowledge" and (done := [one for one in self.written if one.version]):
            one = done[at % len(done)]
            self.written.remove(one)
            one.under_way.__exit__(None, None, None)
            self.acknowledged = max(self.acknowledged, one.version or 0)

    async def end(self) -> None:
        for one in self.asked:
            one.seen = self.version if one.seen is None else one.seen
        while self.asked:
            self.answer(0)
            await settle()
        for ended in await asyncio.gather(*self.readers, return_exceptions=True):
            if ended is not None and not isinstance(ended, asyncio.CancelledError):
                raise ended


async def settle() -> None:
    """Let every task run to where it waits."""
    for _ in range(8):
        await asyncio.sleep(0)


async def played(moves: Sequence[tuple[Kind, int, bool]], ttl_s: float) -> None:
    now = Now()
    play = Play(Reads(ttl_s=ttl_s, clock=now), now)
    for kind, at, settles in moves:
        play.move(kind, at)
        if settles:
            await settle()
    await settle()
    await play.end()


MOVES = st.tuples(st.sampled_from(KINDS), st.integers(0, 3), st.booleans())


@examples(max_examples=400, deadline=None)
@given(moves=st.lists(MOVES, max_size=30), kept=st.booleans())
async def test_no_read_goes_back_behind_a_write(
    moves: list[tuple[Kind, int, bool]], kept: bool
) -> None:
    await played(moves, TTL_S if kept else 0.0)


def orders(*threads: tuple[Kind, ...]) -> list[list[Kind]]:
    """Return every way to take the steps of several, each in its own order."""
    left = [thread for thread in threads if thread]
    if not left:
        return [[]]
    return [
        [thread[0], *rest]
        for at, thread in enumerate(left)
        for rest in orders(*left[:at], thread[1:], *left[at + 1 :])
    ]


async def test_a_read_before_and_one_after_a_write_in_every_order() -> None:
    read: tuple[Kind, ...] = ("read", "serve", "answer")
    every = orders(read, ("write", "apply", "acknowledge"), read)
    assert len(every) == 1_680  # 9! / (3! 3! 3!)
    for ttl_s in (0.0, TTL_S):
        for order in every:
            await played([(kind, 0, True) for kind in order], ttl_s)
