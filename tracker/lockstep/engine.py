"""The engine: two commits, measured side by side.

Sources: ABBA and 5 ms samples of two living processes, because neighbours in time share what slows
the machine (Bulej et al., "Duet Benchmarking", ICPE 2020); a new seed of hashing for each pair, the
same on both sides, because the order of a set may cost more than a commit.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any, Final, TypeVar

from tracker import processes
from tracker.lockstep import counters, pairing
from tracker.lockstep.errors import SuiteUnusable
from tracker.lockstep.model import (
    Case,
    Counts,
    Failure,
    Figure,
    Pair,
    Side,
    Skipped,
    Timing,
)
from tracker.lockstep.sides import Progress, installed, silent
from tracker.lockstep.stations import CaseFailed, CaseSkipped, Chat, Station

_T = TypeVar("_T")

PEAK: Final = "peakmemory"

COUNTING: Final = ("count 1", "count 2")
"""Two interpreters a side: what depends on addresses differs between them."""


@dataclass(slots=True)
class Engine:
    """Implements `Lockstep`; make it with `lockstep`."""

    stations: Mapping[Side, Station]
    folder: Path
    spared: frozenset[int]
    """Processes that were there before us."""
    found: tuple[Case, ...] | None = field(default=None)

    def cases(self) -> Sequence[Case]:
        """Return the benchmarks of the working tree, as head sees them, or else as base does."""
        if self.found is None:
            self.found = tuple(self._discover())
        return self.found

    def pair(self, case: Case, seed: int) -> Pair | Failure | Skipped:
        """Measure one pair; what is measured with one seed shares its two interpreters."""
        slot = f"pair {seed}"
        core = _core(seed)
        try:
            with self._at_work(slot), ExitStack() as stack:
                for station in self.stations.values():
                    station.interpreter(slot, seed)
                chats = {
                    side: stack.enter_context(station.measuring(slot, case, "time", core=core))
                    for side, station in self.stations.items()
                }
                _both_do(chats, Chat.ready)
                return Pair(seed, _sampled(chats, seed))
        except CaseFailed as error:
            return error.failure
        except CaseSkipped as error:
            return error.skipped

    def counts(self, case: Case) -> Mapping[Side, Counts | Failure | Skipped]:
        """Count on each side twice, in processes of two interpreters whose hashing is not seeded.

        Both sides, and both times, count in the same way: what base takes decides.
        """
        counted: dict[Side, Counts | Failure | Skipped] = {}
        plan: dict[str, object] = {}
        with self._at_work(*COUNTING):
            for slot in COUNTING:
                for station in self.stations.values():
                    station.interpreter(slot, 0)
            for side, station in self.stations.items():
                try:
                    counted[side] = _both(
                        [_counted(station, slot, case, plan) for slot in COUNTING]
                    )
                except CaseFailed as error:
                    counted[side] = error.failure
                except CaseSkipped as error:
                    counted[side] = error.skipped
        return counted

    def figures(self, case: Case, turn: int) -> Mapping[Side, Figure | Failure | Skipped]:
        """Run a benchmark that gives a figure, base first in even turns and head in odd ones."""
        # What imports left behind is not to count as this benchmark's peak.
        slot = f"figures {turn} {case.name if case.kind == PEAK else ''}"
        turns = list(self.stations.values())[:: -1 if turn % 2 else 1]
        outcome: dict[Side, Figure | Failure | Skipped] = {}
        for station in turns:
            with self._at_work(slot):
                station.interpreter(slot, None)
                outcome[station.side] = _figure(station, slot, case, turn)
        return {side: outcome[side] for side in self.stations}

    def close(self) -> None:
        """End everything that was started."""
        for station in self.stations.values():
            station.stop()
        processes.stop_children(self.spared)

    @contextmanager
    def _at_work(self, *slots: str) -> Iterator[None]:
        """Keep only the interpreters of one use, and leave nothing that a benchmark started."""
        for station in self.stations.values():
            station.stop(but=frozenset(slots))
        try:
            yield
        except (CaseFailed, CaseSkipped):
            raise
        except BaseException:
            self.close()
            raise
        finally:
            ours = {
                interpreter.process.pid
                for station in self.stations.values()
                for interpreter in station.interpreters.values()
            }
            processes.stop_children(self.spared | ours)

    def _discover(self) -> Iterator[Case]:
        said = ""
        for side in (Side.HEAD, Side.BASE):
            slot = "discover"
            try:
                with self._at_work(slot):
                    found = _discovered(self.stations[side], slot)
            except CaseFailed as error:
                said = str(error)
                continue
            for benchmark in sorted(found, key=lambda each: str(each["name"])):
                for parameters in product(*benchmark["params"]):
                    yield Case(
                        benchmark["name"],
                        parameters,
                        benchmark["type"],
                        benchmark["unit"],
                        benchmark.get("less_is_better", True),
                    )
            return
        raise SuiteUnusable(said)


@contextmanager
def lockstep(
    root: Path,
    base: str,
    head: str,
    *,
    environments: Path | None = None,
    progress: Progress = silent,
) -> Iterator[Engine]:
    """Install two commits, and be ready to measure them; in the end, nothing of it runs.

    Args:
        root: of the repository; the benchmarks are those of its working tree.
        base: the commit that is compared with; any name that git knows.
        head: the commit that is judged; may be the same.
        environments: where to keep the two environments, which makes the next time quick; by
            default `.asv/lockstep` in the repository.
        progress: is told each step that takes a while.

    Raises:
        LockstepError: they cannot be measured, and why.
    """
    commits = {Side.BASE: base, Side.HEAD: head}
    processes.adopt_orphans()
    spared = frozenset(child.pid for child in processes.children())
    with (
        installed(root, commits, environments, progress) as ready,
        tempfile.TemporaryDirectory(prefix="lockstep-", ignore_cleanup_errors=True) as temporary,
    ):
        stations = {}
        for side, each in ready.items():
            folder = Path(temporary, side)
            folder.mkdir()
            stations[side] = Station(side, each, folder)
        engine = Engine(stations, Path(temporary), spared)
        try:
            yield engine
        finally:
            engine.close()


def _both_do(chats: Mapping[Side, Chat], do: Callable[[Chat], _T]) -> dict[Side, _T]:
    """Do something with one side after the other, as they are ordered.

    If it fails on one, the other is ended in good order. If it fails on both, it is base that is
    named: what base cannot do either is not head's doing.
    """
    done: dict[Side, _T] = {}
    problems: dict[Side, CaseFailed | CaseSkipped] = {}
    for side, chat in chats.items():
        try:
            done[side] = do(chat)
        except (CaseFailed, CaseSkipped) as problem:
            problems[side] = problem
    if problems:
        for chat in chats.values():
            chat.end()
        raise problems.get(Side.BASE) or problems[Side.HEAD]
    return done


def _sampled(chats: Mapping[Side, Chat], seed: int) -> dict[Side, Timing]:
    (first, second), *_ = pairing.order(1, seed)
    turns = {side: chats[side] for side in (first, second)}
    plan = pairing.Plan.of(_both_do(turns, lambda chat: chat.ask(do="warm")))
    samples: dict[Side, list[Mapping[str, float]]] = {side: [] for side in chats}
    began = time.monotonic()
    for number, both in enumerate(pairing.order(plan.samples, seed)):
        if number >= pairing.SAMPLES_MIN and time.monotonic() - began > pairing.PAIR_MAX_S:
            break
        for side in both:
            spent = chats[side].ask(do="sample", number=plan.calls)
            samples[side].append({name: value / plan.calls for name, value in spent.items()})
    return {side: pairing.timing(taken) for side, taken in samples.items()}


def _counted(
    station: Station, slot: str, case: Case, plan: dict[str, object]
) -> Mapping[str, float]:
    with station.measuring(slot, case, "count") as chat:
        chat.ready()
        call_s = chat.ask(do="warm")["call_s"]
        if not plan:
            plan["repeats"] = counters.repeats(call_s)
            plan["instructions"] = call_s <= counters.OPCODES_CALL_MAX_S
        counts: Mapping[str, float] = chat.ask(do="count", **plan)["counts"]
        return counts


def _both(twice: Sequence[Mapping[str, float]]) -> Counts:
    """Put two counts together: the lower, and by how much they differ."""
    names = [each.name for each in counters.COUNTERS if all(each.name in once for once in twice)]
    return Counts(
        values={name: min(once[name] for once in twice) for name in names},
        spread={
            name: apart
            for name in names
            if (apart := max(once[name] for once in twice) - min(once[name] for once in twice))
        },
    )


def _figure(station: Station, slot: str, case: Case, turn: int) -> Figure | Failure | Skipped:
    try:
        with station.measuring(slot, case, "run", turn=turn) as chat:
            chat.ready()
            figure = chat.ask(do="run")["figure"]
    except CaseFailed as error:
        return error.failure
    except CaseSkipped as error:
        return error.skipped
    if isinstance(figure, dict):
        figure = median(figure["samples"])
    if figure is None or figure != figure:  # noqa: PLR0124  NaN: asv's word for skipped
        return Skipped(station.side)
    return Figure(float(figure))


def _discovered(station: Station, slot: str) -> list[dict[str, Any]]:
    into = station.folder / "benchmarks.json"
    station.interpreter(slot, None)
    station.discover(slot, into)
    found: list[dict[str, Any]] = json.loads(into.read_text("utf-8"))
    return found


def _core(seed: int) -> int | None:
    """Return the core that both sides are to share; another for another seed."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))
    return cores[seed % len(cores)]
