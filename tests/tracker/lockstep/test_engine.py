"""The engine keeps what `Lockstep` promises, on two commits of a small repository."""

from pathlib import Path

import pytest

from tests.tracker.lockstep.conftest import Pairable
from tracker.lockstep.engine import Engine, lockstep
from tracker.lockstep.errors import FolderBusy, UnknownCommit
from tracker.lockstep.model import Case, Counts, Failure, Figure, Lockstep, Pair, Side, Skipped

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

WORK = Case("faults.time_work")


def pair(engine: Lockstep, name: str, seed: int = 1) -> Pair:
    measured = engine.pair(Case(name), seed)
    assert isinstance(measured, Pair), measured
    return measured


def failed(engine: Lockstep, name: str) -> Failure:
    failure = engine.pair(Case(name), 1)
    assert isinstance(failure, Failure)
    return failure


def counts(engine: Lockstep, name: str) -> tuple[Counts, Counts]:
    counted = engine.counts(Case(name))
    base, head = counted[Side.BASE], counted[Side.HEAD]
    assert isinstance(base, Counts), base
    assert isinstance(head, Counts), head
    return base, head


def test_twice_the_work_takes_twice_the_time(engine: Engine) -> None:
    measured = pair(engine, "faults.time_work")

    assert 0.3 < measured.log_cpu < 1.2  # log 2 is 0.69
    base, head = measured.timings[Side.BASE], measured.timings[Side.HEAD]
    assert len(base.cpu_s) == len(base.wall_s) == len(head.cpu_s) >= 3


def test_a_benchmark_finds_the_files_of_its_cache_and_only_them(engine: Engine) -> None:
    for seed in (1, 1, 2):
        pair(engine, "faults.Cached.time_work", seed)


def test_what_a_benchmark_prints_is_no_answer(engine: Engine) -> None:
    pair(engine, "faults.time_print")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("faults.time_raise", "RuntimeError: the reason"),
        ("faults.time_crash", "-6"),
        ("faults.time_hang", "timed out after 0.5 s"),
        ("faults.time_gone", "time_gone"),
        ("gone.time_gone", "time_gone"),
    ],
)
def test_a_failure_says_why_and_the_next_case_runs(engine: Engine, name: str, said: str) -> None:
    failure = failed(engine, name)

    assert failure.side is Side.BASE
    assert said in failure.said
    pair(engine, "faults.time_work")


def test_a_skipped_case_is_no_failure(engine: Engine) -> None:
    assert engine.pair(Case("faults.time_skipped"), 1) == Skipped(Side.BASE)
    assert engine.counts(Case("faults.time_skipped"))[Side.HEAD] == Skipped(Side.HEAD)


def test_parameters_are_told_apart_by_their_repr(engine: Engine) -> None:
    good = engine.pair(Case("faults.time_of", ("2", "'b'")), 1)
    bad = engine.pair(Case("faults.time_of", ("1", "'b'")), 1)

    assert isinstance(good, Pair)
    assert isinstance(bad, Failure)


def test_servers_in_sessions_of_their_own_are_stopped(engine: Engine) -> None:
    pair(engine, "faults.time_server")  # the fixture looks for them


def test_the_cases_are_those_of_asv(engine: Engine) -> None:
    cases = engine.cases()

    assert list(cases) == sorted(cases)
    assert WORK in cases
    assert len([each for each in cases if each.benchmark == "faults.time_of"]) == 4
    sizes = next(each for each in cases if each.benchmark == "faults.track_size")
    assert (sizes.kind, sizes.unit, sizes.less_is_better) == ("track", "steps", False)


def test_asv_s_own_file_of_benchmarks_is_left_alone(engine: Engine, pairable: Pairable) -> None:
    engine.cases()

    assert not (pairable.toy.root / "results").exists()


@pytest.mark.parametrize("turn", [0, 1])
def test_figures_of_both_sides(engine: Engine, turn: int) -> None:
    sizes = engine.figures(Case("faults.track_size", kind="track"), turn)
    middle = engine.figures(Case("faults.track_distribution", kind="track"), turn)
    peak = engine.figures(Case("faults.peakmem_work", kind="peakmemory"), turn)

    assert sizes == {Side.BASE: Figure(20_000), Side.HEAD: Figure(40_000)}
    assert middle[Side.BASE] == Figure(2)
    assert all(isinstance(one, Figure) and one.value > 1e6 for one in peak.values())


@pytest.mark.parametrize(
    ("name", "counter", "least"),
    [
        ("faults.time_loop", "opcodes", 20),
        ("faults.time_write", "fsyncs", 1),
        ("faults.time_write", "statements", 1),
        ("faults.time_write", "vm_steps", 5),
        ("faults.time_write", "writes", 1),
        ("faults.time_write", "written_bytes", 1000),
        ("faults.time_leak", "kept_blocks", 0.9),
        ("faults.time_leak", "kept_bytes", 900),
        ("faults.time_nap", "sleeps", 3),
        ("faults.time_nap", "calls", 3),
        ("faults.time_leak", "allocated_bytes", 1000),
    ],
)
def test_what_head_does_more_is_counted(
    counted: dict[str, tuple[Counts, Counts]], name: str, counter: str, least: float
) -> None:
    base, head = counted[name]

    assert head.values[counter] - base.values[counter] >= least
    assert base.spread.get(counter, 0) == 0 or counter.startswith(("kept", "allocated"))


@pytest.fixture(scope="module")
def counted(engine: Engine) -> dict[str, tuple[Counts, Counts]]:
    names = ("loop", "write", "leak", "nap")
    return {f"faults.time_{name}": counts(engine, f"faults.time_{name}") for name in names}


def test_a_folder_in_use_is_refused(engine: Engine, pairable: Pairable) -> None:
    with (
        pytest.raises(FolderBusy, match="Another run"),
        lockstep(pairable.toy.root, "HEAD", "HEAD", environments=pairable.environments),
    ):
        pass


def test_an_unknown_commit_is_refused(pairable: Pairable, tmp_path: Path) -> None:
    with (
        pytest.raises(UnknownCommit, match="no_such"),
        lockstep(pairable.toy.root, "no_such", "HEAD", environments=tmp_path),
    ):
        pass
