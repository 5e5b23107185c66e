"""A repository → the events of its history: files and git are read here, all else is pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tracker import results, series
from tracker.events import confirmation, detector, grouping, moves, notes
from tracker.events.chronicle import Chronicle
from tracker.events.errors import UnknownCommit
from tracker.events.model import Event, Move
from tracker.history import History
from tracker.series import Series
from tracker.suite import Suite

CALIBRATION: Final = "calibration."
"""Benchmarks of the machine."""

SURE: Final = 0.9
"""Confidence from which on the detector is right about nine changes in ten."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a repository keeps what events are made of."""

    root: Path
    results: Path
    benchmarks: Path
    measured: tuple[str, ...]
    """Paths whose change makes a commit worth measuring."""
    branches: tuple[str, ...]

    @classmethod
    def of(cls, root: Path) -> "Folders":
        """Return those that asv's configuration of the repository names."""
        suite = Suite.read(root)
        return cls(
            root,
            root / suite.results_dir,
            root / suite.benchmark_dir,
            suite.measured_paths(),
            suite.branches,
        )


@dataclass(frozen=True, slots=True)
class Gathered:
    """The events of all machines, newest first, and what they were found in."""

    events: tuple[Event, ...]
    histories: tuple[Series, ...]
    chronicle: Chronicle
    faint: tuple[Move, ...] = ()
    """Changes that are likelier not to be where they seem: no events, but worth measuring."""

    def since(self, commit: str) -> "Gathered":
        """Leave out what came before a commit, given by the beginning of its hash."""
        places = [at for at, c in enumerate(self.chronicle.commits) if c.hash.startswith(commit)]
        if not places or not commit:
            raise UnknownCommit(commit)
        first = places[0]
        kept = (e for e in self.events if self.chronicle.places[e.commit.hash] >= first)
        return replace(self, events=tuple(kept))

    def of_machine(self, machine: str) -> tuple[Event, ...]:
        """Return the events of one machine."""
        return tuple(event for event in self.events if event.machine == machine)

    @property
    def machines(self) -> tuple[str, ...]:
        """The machines that have results of this branch."""
        return tuple(sorted({each.machine for each in self.histories}))


def root_around(folder: Path) -> Path:
    """Return the top of the repository that `folder` lies in."""
    return History.around(folder).root


def gather(folders: Folders) -> Gathered:
    """Read results, git, notes and confirmations; find the events."""
    history = History(folders.root)
    tip = history.branch(folders.branches)
    chronicle = Chronicle.read(history, tip, folders.measured)
    histories = series.histories(results.points(folders.results), chronicle.places)
    higher = results.more_is_better(folders.results)
    detect = detector.kept(folders.root / ".asv")
    found = list(_moves(histories, higher, detect))
    detect.keep()
    judged = confirmation.apply(found, confirmation.read(folders.results))
    faint = tuple(move for move in judged if is_faint(move))
    events = grouping.events([move for move in judged if not is_faint(move)], chronicle)
    told = notes.annotate(events, notes.read(folders.benchmarks / notes.FILE))
    return Gathered(tuple(told), tuple(histories), chronicle, faint)


def is_faint(move: Move) -> bool:
    """Say whether the history alone is too weak to name a commit, and nothing confirmed it."""
    confidence = move.change.confidence
    return not move.is_certain and confidence is not None and confidence < SURE


def _moves(
    histories: Sequence[Series], higher: frozenset[str], detect: detector.Remembering
) -> Iterator[Move]:
    runs = {
        machine: moves.speed_of_runs(each for each in histories if each.machine == machine)
        for machine in {each.machine for each in histories}
    }
    # How fast the machine was is no property of the server.
    ours = [each for each in histories if not each.benchmark.startswith(CALIBRATION)]
    searched = (moves.figures_to_search(each, runs[each.machine]) for each in ours)
    detect.prepare([figures for figures in searched if figures is not None])
    for each in ours:
        more = each.benchmark in higher
        yield from moves.of_series(each, detect, runs[each.machine], more_is_better=more)
