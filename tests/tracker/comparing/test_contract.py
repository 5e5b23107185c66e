"""What a `Lockstep` promises, kept by the engine and by the one that only reads from a script."""

import math
from collections.abc import Iterator

import pytest

from tests.tracker.comparing.scripted import Script, Scripted
from tests.tracker.toy import Toy
from tracker.lockstep.engine import lockstep
from tracker.lockstep.model import Case, Counts, Figure, Lockstep, Pair, Side

TIMED = Case("speed.Work.time_work")
STEPS = Case("speed.Work.track_steps", kind="track", unit="steps")


def scripted() -> Iterator[Lockstep]:
    """Say of two commits of the toy what they are known to be."""
    yield Scripted(
        {
            TIMED: Script(change=2.0, counts={Side.BASE: {"calls": 20}, Side.HEAD: {"calls": 60}}),
            STEPS: Script(figures={Side.BASE: 20_000.0, Side.HEAD: 60_000.0}),
        }
    )


def engine(folder: pytest.TempPathFactory) -> Iterator[Lockstep]:
    """Measure the same."""
    toy = Toy.begin(folder.mktemp("lockstep"))
    base, head = toy.commit("fast", 20_000), toy.commit("slow", 60_000)
    with lockstep(toy.root, base, head) as ready:
        yield ready


@pytest.fixture(
    scope="module",
    params=[
        "scripted",
        pytest.param("engine", marks=[pytest.mark.slow, pytest.mark.timeout(180)]),
    ],
)
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lockstep]:
    """Make two commits ready, of which head does three times the work."""
    yield from scripted() if request.param == "scripted" else engine(tmp_path_factory)


def test_the_cases_are_told_in_a_steady_order(both: Lockstep) -> None:
    assert set(both.cases()) == {TIMED, STEPS}
    assert list(both.cases()) == list(both.cases())
    assert {case.kind for case in both.cases()} == {"time", "track"}


def test_both_sides_are_counted(both: Lockstep) -> None:
    counts = both.counts(TIMED)

    assert list(counts) == list(Side)
    base, head = counts[Side.BASE], counts[Side.HEAD]
    assert isinstance(base, Counts)
    assert isinstance(head, Counts)
    assert base.values["calls"] < head.values["calls"]
    assert base.spread.keys() <= base.values.keys()


def test_a_pair_has_samples_of_both_sides_under_its_seed(both: Lockstep) -> None:
    pair = both.pair(TIMED, 7)

    assert isinstance(pair, Pair)
    assert pair.seed == 7
    assert set(pair.timings) == set(Side)
    assert len(pair.timings[Side.BASE].cpu_s) == len(pair.timings[Side.HEAD].cpu_s) > 0
    assert math.isfinite(pair.log_cpu)
    assert math.isfinite(pair.log_wall)


@pytest.mark.parametrize("turn", [0, 1])
def test_a_whole_run_gives_a_figure_of_each_side(both: Lockstep, turn: int) -> None:
    figures = both.figures(STEPS, turn)

    assert list(figures) == list(Side)
    assert figures[Side.HEAD] == Figure(60_000)
