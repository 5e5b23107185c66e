"""Trials are kept and counted; asv's rule is asv's; nothing of a load is left."""

from pathlib import Path

import psutil
import pytest

from tracker.evaluation import asv_rule, burning, live_page
from tracker.evaluation.live_figures import Share, figures
from tracker.evaluation.tasks import QUICK, Amount, tasks
from tracker.evaluation.trials import Judged, Ledger, Trial
from tracker.lockstep.model import Pair, Side, Timing


def trial(key: str, *judged: Judged, subject: str = "", size: float | None = None) -> Trial:
    part = key.partition("/")[0]
    return Trial.model_validate(
        {"key": key, "part": part, "subject": subject, "size": size, "seconds": 1, "judged": judged}
    )


GREEN = Judged(benchmark="a.time_b", verdict="same", change=0.001, pairs=6, asv="same")
RED = Judged(
    benchmark="tools.todo.At500.time_list",
    colour="red",
    verdict="slower",
    change=0.06,
    pairs=18,
    counters=("statements", "opcodes"),
    asv="same",
)


def test_a_ledger_goes_on_where_it_was_cut_off(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "kept.jsonl", "commit seed 1")
    ledger.begin()
    ledger.add(trial("same/00", GREEN))
    with ledger.file.open("a", encoding="utf-8") as file:
        file.write('{"key": "same/01", "par')

    assert [each.key for each in ledger.begin()] == ["same/00"]
    ledger.add(trial("same/01", GREEN))
    assert [each.key for each in ledger.read()] == ["same/00", "same/01"]
    assert Ledger(ledger.file, "commit seed 2").begin() == []


def test_every_part_gets_its_share_of_any_budget() -> None:
    every = tasks(Amount(), 1)
    half = every[: len(every) // 2]

    assert len({task.key for task in every}) == len(every)
    for part in ("same", "fault", "power", "bisect"):
        whole = sum(task.part == part for task in every)
        assert sum(task.part == part for task in half) >= whole // 2 - 1, part
    assert {task.part for task in tasks(QUICK, 1)} >= {"same", "fault", "bisect"}
    assert tasks(Amount(), 1) == tasks(Amount(), 1)


def test_figures_count_what_was_said() -> None:
    found = figures(
        [
            trial("same/00", GREEN, GREEN),
            trial("same/01", GREEN, RED),
            trial("fault/n+1", RED, GREEN, subject="n+1"),
            trial("power/x/5%/0", RED, subject="x", size=0.05),
            trial("power/x/5%/1", GREEN, subject="x", size=0.05),
        ]
    )

    assert (found.silence.red.hits, found.silence.red.of) == (1, 4)
    [named] = found.named
    assert named.counter == "statements"
    assert named.is_first_right
    [power] = found.power
    assert (power.found.hits, power.found.of) == (1, 2)
    assert power.measured == (0.06, 0.001)


def test_a_share_has_the_exact_interval() -> None:
    # 1 - 0.025 ** (1 / 20): the rule of three, made exact.
    assert Share.of_all(0, 20).high == pytest.approx(0.1684, abs=1e-4)
    assert Share.of_all(0, 0).high == 1


def test_the_page_says_how_many_trials_it_stands_on(tmp_path: Path) -> None:
    counted = figures([trial("same/00", GREEN, GREEN)]).model_dump(mode="json")
    part = {"commit": "a" * 40, "machine": "reference", "measured_at": "2026-01-02T03:04:05Z"}
    live = part | {"seed": 1, "loaded": True, "trials": 1, "figures": counted}

    page = live_page.section({"live": live}, tmp_path)

    assert "machine `reference`, both cores kept busy, 2026-01-02, seed 1: 1 trials." in page
    assert "| red | 0 of 2 (0% to 84%) |" in page


@pytest.mark.parametrize(("by", "said"), [(1.5, "slower"), (1.0, "same"), (0.6, "faster")])
def test_asvs_rule_takes_what_is_beyond_its_factor(by: float, said: str) -> None:
    samples = tuple(1e-3 + 1e-6 * number for number in range(20))
    head = tuple(by * sample for sample in samples)
    pair = Pair(1, {Side.BASE: Timing(samples, samples), Side.HEAD: Timing(head, head)})

    assert asv_rule.said([pair]) == said


def test_a_load_ends_with_its_block_even_by_ctrl_c() -> None:
    before = set(psutil.Process().children())
    burned: set[psutil.Process] = set()

    def interrupted() -> None:
        with burning.burning():
            burned.update(set(psutil.Process().children()) - before)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert len(burned) == burning.PROCESSES
    assert not any(process.is_running() for process in burned)
