"""The run against real processes: what is counted, and what a server that fails leaves."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.tracker.peers.made import SHORT, small, workload
from tracker.peers import losing
from tracker.peers.contender import Contender
from tracker.peers.measuring import measure
from tracker.peers.turns import Turns


def silent(done: float, what: str) -> None:
    assert 0 <= done <= 1


def turns(*contenders: Contender) -> Turns:
    return Turns(contenders, SHORT, silent)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """See that no process is left; servers that other tests share are none of ours."""
    before = children()
    yield
    assert children() <= before


def children() -> set[int]:
    return {each.pid for each in psutil.Process().children(recursive=True)}


@pytest.mark.slow
def test_a_whole_run_has_every_figure_and_leaves_nothing() -> None:
    good, other = small("good"), small("other")

    measure([good, other], workload(), SHORT, silent)

    for each in (good, other):
        counts = {name: sum(map(len, turns)) for name, turns in each.samples.items()}
        assert each.remarks == []
        assert counts == {
            "start.initialize_s": 1, "start.cpu_s": 1, "start.first_call_s": 1,
            "memory.idle_bytes": 1, "memory.full_bytes": 2, "disk.fsyncs": 1,
            "store_s": 6, "store.cpu_s": 2, "store.ready_per_s": 2,
            "retrieve_s": 6, "retrieve.cpu_s": 2, "quality.recall@5": 6, "list_s": 4,
            "at_once.stores_per_s": 1, "at_once.retrieves_per_s": 1, "together.stores_per_s": 1,
            "sdk.store_s": 2, "sdk.retrieve_s": 2,
        }  # fmt: skip
        assert each.samples["quality.recall@5"] == [[1.0] * 3, [1.0] * 3]
        assert each.failures == 0
        assert {name: loss.lost for name, loss in each.losses.items()} == {
            "at once": 0,
            "together": 0,
            "killed": 0,
        }
        assert not any(home.exists() for home in each.homes)


@pytest.mark.slow
def test_one_that_dies_in_the_middle_keeps_what_it_had_and_the_others_go_on() -> None:
    mortal, good = small("mortal", DIES_AFTER="4"), small("good")

    measure([mortal, good], workload(), SHORT, silent)

    assert sum(map(len, mortal.samples["store_s"])) == 4
    assert mortal.failures > 0
    assert "retrieve_s" not in mortal.samples
    assert any(remark.startswith("fill: it ended") for remark in mortal.remarks)
    assert good.remarks == []
    assert sum(map(len, good.samples["retrieve_s"])) == 6


def test_one_that_does_not_start_says_why() -> None:
    shut = small(SHUT="there is no disk")

    measure([shut], workload(), SHORT, silent)

    assert shut.samples == {}
    assert "start: it ended: there is no disk" in shut.remarks


def test_a_refused_store_has_no_time_and_is_told() -> None:
    picky = small(REFUSES="other3")

    measure([picky], workload(), SHORT, silent)

    assert sum(map(len, picky.samples["store_s"])) == 5
    assert picky.failures > 0
    assert "fill: 1 of 3 refused: not this one" in picky.remarks


@pytest.mark.parametrize("how", [losing.together, losing.killed])
def test_what_was_acknowledged_and_is_gone_is_counted(
    how: Callable[[Contender, Turns], None],
) -> None:
    forgetful = small(FORGETS="2")

    how(forgetful, turns(forgetful))

    [loss] = forgetful.losses.values()
    assert loss.acknowledged == loss.looked_for == loss.wanted
    assert loss.lost == loss.acknowledged // 2
    forgetful.clean()


def test_what_was_not_acknowledged_is_not_lost() -> None:
    mortal = small(DIES_AFTER="2")  # one of them is not counted

    losing.together(mortal, turns(mortal))

    loss = mortal.losses["together"]
    assert (loss.acknowledged, loss.lost) == (2, 0)
    assert loss.why.startswith("it ended")
    mortal.clean()


def test_remarks_name_no_folder_of_the_machine() -> None:
    contender = small()
    home = contender.home()

    contender.remark(f"can not open {home}/x.db, nor {Path.home()}/y")
    contender.clean()

    assert contender.remarks == ["can not open {home}/x.db, nor ~/y"]


def test_no_variable_of_whoever_measures_reaches_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LTMC_DATA_DIR", "mine")
    contender = small(PLACE="{home}/notes")

    launch = contender.launch(Path("home"))

    assert launch.environ["HOME"] == "home"
    assert launch.environ["PLACE"] == "home/notes"
    assert "LTMC_DATA_DIR" not in launch.environ
