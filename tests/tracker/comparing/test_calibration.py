"""How much identical commits differ, run after run."""

from tests.tracker.comparing.scripted import Script, Scripted, Silent, timed, tracked
from tracker.comparing.calibration import FIRST_SEED, PAIRS, Calibration
from tracker.lockstep.model import Failure, Side

A = timed("a.time_x")


def test_each_run_gives_each_case_one_change() -> None:
    whole = tracked("cold.track_x", "seconds")
    engine = Scripted({A: Script(jitter=3), whole: Script()}, fresh_from=10**9)

    noise = Calibration(engine, Silent(), budget_s=600).run(engine.cases(), runs=3)

    assert {
        name: [len(each) for each in vars(found).values()] for name, found in noise.items()
    } == {
        "a.time_x": [3, 3, 0],
        "cold.track_x": [0, 0, 3],
    }
    seeds = [seed for what, _, seed in engine.asked if what == "pair"]
    assert seeds == list(range(FIRST_SEED, FIRST_SEED + 3 * PAIRS))


def test_counts_are_exact_and_what_fails_has_no_noise() -> None:
    counts = tracked("work.track_sql", "statements")
    failing = Script(missing={Side.BASE: Failure(Side.BASE, "no")})
    engine = Scripted({counts: Script(), A: failing})

    noise = Calibration(engine, Silent(), budget_s=600).run(engine.cases(), runs=2)

    assert noise == {}
    assert engine.count("figures", counts) == 0


def test_a_budget_leaves_whole_runs() -> None:
    engine = Scripted({A: Script()})

    noise = Calibration(engine, Silent(), budget_s=0).run(engine.cases(), runs=5)

    assert len(noise["a.time_x"].cpu) == 1
