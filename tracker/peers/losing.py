"""Is what was acknowledged there afterwards? Four processes on one folder, and `kill -9`."""

import contextlib
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tracker.peers.calls import accepted, in_flight
from tracker.peers.connection import CALL_S, Connection
from tracker.peers.contender import Contender
from tracker.peers.dialects import Dialect
from tracker.peers.errors import PeerFailed, Silent
from tracker.peers.samples import Loss
from tracker.peers.turns import CUT, Turns
from tracker.peers.workload import Note, others

TOGETHER_FIRST: Final = 20_000
WARMING_FIRST: Final = 25_000
KILLED_FIRST: Final = 30_000
"""Numbers of notes that nothing else stores."""

REST_S: Final = 20.0
"""Longest wait before what was not found is looked for again."""

STORING_SHARE: Final = 0.6
"""Of the time there is; the rest is for looking."""

LOOK_S: Final = 0.1
"""Between two looks whether a process that was killed is gone."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many notes were to be stored, which were acknowledged, and why not the others."""

    count: int
    acknowledged: Sequence[Note]
    why: str = ""


def together(contender: Contender, turns: Turns) -> None:
    """Store from four processes at once on one data folder, then look from a new process."""
    plan, home = turns.plan, contender.home()
    with contender.connect(home) as first:  # makes the folder: that is not what is asked
        first.initialize()
        first.call(contender.dialect.store(others(1, first=TOGETHER_FIRST - 1)[0]))
    now = time.monotonic()
    until = now + STORING_SHARE * (turns.until() - now)
    notes = others(plan.processes * plan.stores_each, first=TOGETHER_FIRST)
    ready = threading.Barrier(plan.processes + 1)
    shares = [
        Share(contender, home, [warming, *notes[number :: plan.processes]], until, ready)
        for number, warming in enumerate(others(plan.processes, first=WARMING_FIRST))
    ]
    began_s = _all_at_once(shares, ready, until)
    took_s = max(share.done_s for share in shares) - began_s
    acknowledged = [note for share in shares for note in share.acknowledged]
    refused = sum(share.refused for share in shares)
    contender.count(len(acknowledged) + refused, refused)
    if acknowledged:
        contender.add("together.stores_per_s", [len(acknowledged) / took_s])
    why = next((share.why for share in shares if share.why), "")
    with contender.connect(home) as server:
        server.initialize()
        wanted = Wanted(len(notes), acknowledged, why)
        look(contender, server, "together", wanted, turns.until())


def _all_at_once(shares: Sequence["Share"], ready: threading.Barrier, until: float) -> float:
    """Let the shares be worked on side by side; return when the first store began."""
    threads = [threading.Thread(target=share.work) for share in shares]
    for thread in threads:
        thread.start()
    try:
        with contextlib.suppress(threading.BrokenBarrierError):  # each share says so
            ready.wait(max(0.1, until - time.monotonic()))
        began_s = time.perf_counter()
        for thread in threads:
            thread.join()
    except BaseException:  # Ctrl-C reaches this thread only
        while any(thread.is_alive() for thread in threads):
            for share, thread in zip(shares, threads, strict=True):
                share.give_up()  # once more: it may just have started its server
                thread.join(LOOK_S)
        raise
    return began_s


def killed(contender: Contender, turns: Turns) -> None:
    """Kill a server that has just acknowledged the fortieth of ten stores under way at once."""
    plan, home, dialect = turns.plan, contender.home(), contender.dialect
    notes = others(plan.stores_killed, first=KILLED_FIRST)
    acknowledged, why = list[Note](), ""
    now = time.monotonic()
    until = now + STORING_SHARE * (turns.until() - now)
    server = contender.connect(home)
    try:
        server.initialize()
        calls = [dialect.store(note) for note in notes]
        for index, answer in in_flight(server, calls, plan.in_flight, until):
            refused = dialect.refused(answer)
            contender.count(failed=refused is not None)
            if refused is None:
                acknowledged.append(notes[index])
            why = why or refused or ""
            if len(acknowledged) >= plan.killed_after:
                break
        if len(acknowledged) < plan.killed_after:
            why = why or CUT
    finally:
        server.kill()
    with contender.connect(home) as after:
        after.initialize()
        wanted = Wanted(plan.killed_after, acknowledged, why)
        look(contender, after, "killed", wanted, turns.until())


@dataclass
class Share:
    """What one of several processes is to do, and what it did."""

    contender: Contender
    home: Path
    notes: Sequence[Note]
    until: float
    ready: threading.Barrier
    acknowledged: list[Note] = field(default_factory=list)
    refused: int = 0
    """Calls that were, or had no answer."""
    why: str = ""
    done_s: float = 0.0
    server: Connection | None = None

    def work(self) -> None:
        """Start a server, store a note, wait for the others, store the rest.

        Runs in a thread; failures are in `why`.
        """
        dialect = self.contender.dialect
        try:
            with self.contender.connect(self.home) as server:
                self.server = server
                try:
                    server.initialize()
                    # Some answer before they have opened their data: that is a row of its own.
                    accepted(dialect, server.call(dialect.store(self.notes[0])))
                finally:
                    # Also where it did not start: the others wait for it.
                    self.ready.wait(max(0.1, self.until - time.monotonic()))
                self._store(server)
        except threading.BrokenBarrierError:
            self.why = self.why or "not all processes started in time"
        except (PeerFailed, OSError, subprocess.SubprocessError) as error:
            self.refused += 1
            self.why = self.why or str(error)

    def give_up(self) -> None:
        """Have the thread end at once, whatever it waits for."""
        self.until = 0.0
        self.ready.abort()
        if self.server:
            self.server.tree.kill()

    def _store(self, server: Connection) -> None:
        dialect = self.contender.dialect
        try:
            for note in self.notes[1:]:
                left = self.until - time.monotonic()
                if left <= 0:
                    self.why = self.why or CUT
                    return
                try:
                    answer = server.call(dialect.store(note), min(CALL_S, left))
                except Silent:
                    if left >= CALL_S:
                        raise
                    continue  # Our time is over, not its own.
                refused = dialect.refused(answer)
                if refused is None:
                    self.acknowledged.append(note)
                else:
                    self.refused += 1
                    self.why = refused
        finally:
            self.done_s = time.perf_counter()


def look(
    contender: Contender, server: Connection, section: str, wanted: Wanted, until: float
) -> None:
    """Look for each acknowledged note; note how many are not there.

    What is not found is looked for once more after the server had its rest.
    """
    missing, looked_for = _missing(server, contender.dialect, wanted.acknowledged, until)
    if missing:
        server.tree.rest(REST_S)
        still, again = _missing(server, contender.dialect, missing, until)
        missing = [*still, *missing[again:]]
    contender.losses[section] = Loss(
        wanted=wanted.count,
        acknowledged=len(wanted.acknowledged),
        looked_for=looked_for,
        lost=len(missing),
        why=contender.without_paths(wanted.why),
    )


def _missing(
    server: Connection, dialect: Dialect, notes: Sequence[Note], until: float
) -> tuple[list[Note], int]:
    """Return the notes that are not found, of how many there was time to look for."""
    missing, looked_for = list[Note](), 0
    for note in notes:
        if looked_for and time.monotonic() > until:
            break
        looked_for += 1
        if note.name not in dialect.found(server.call(dialect.fetch(note))):
            missing.append(note)
    return missing, looked_for
