"""Suspects measured again, and the answers kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tracker.events.made import hash_of, step
from tracker.events import confirmation
from tracker.events.confirmation import PAIRS, Answer, Confirming, Suspect, suspect_of
from tracker.events.errors import InvalidConfirmations
from tracker.events.model import Status
from tracker.judging.verdict import Verdict
from tracker.lockstep.model import Case, Counts, Failure, Figure, Pair, Side, Skipped, Timing

TIMED = Case("tools.memory.At1k.time_get")
WHOLE = Case("cold_start.Stdio.track_initialize", kind="track")
BROKEN = Case("tools.memory.At1k.time_list")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Two commits of which the second takes `ratio` times as long; nothing is started."""

    ratio: float

    def cases(self) -> Sequence[Case]:
        return (TIMED, WHOLE, BROKEN)

    def counts(self, case: Case) -> Mapping[Side, Counts | Failure | Skipped]:
        return {}

    def pair(self, case: Case, seed: int) -> Pair | Failure | Skipped:
        if case == BROKEN:
            return Failure(Side.HEAD, "Traceback\nno such file: /home/someone/secret.db")
        jitter = 1 + seed % 5 / 1000
        sides = {Side.BASE: (1.0,), Side.HEAD: (self.ratio * jitter,)}
        return Pair(seed, {side: Timing(cpu, cpu) for side, cpu in sides.items()})

    def figures(self, case: Case, turn: int) -> Mapping[Side, Figure | Failure | Skipped]:
        return {Side.BASE: Figure(2.0), Side.HEAD: Figure(2.0 * self.ratio * (1 + turn / 1000))}


def suspect(benchmark: str) -> Suspect:
    return Suspect(hash_of(2), hash_of(1), benchmark)


def answer(ratio: float, benchmark: str = TIMED.name) -> Answer:
    confirming = Confirming(Recorded(ratio), "reference", lambda _: True)
    (given,) = confirming.answers([suspect(benchmark)])
    return given


@pytest.mark.parametrize("benchmark", [TIMED.name, WHOLE.name])
@pytest.mark.parametrize(
    ("ratio", "verdict"), [(1.2, Verdict.SLOWER), (1.0, Verdict.SAME), (0.7, Verdict.FASTER)]
)
def test_twelve_pairs_are_judged(benchmark: str, ratio: float, verdict: Verdict) -> None:
    given = answer(ratio, benchmark)

    assert (given.verdict, given.pairs) == (verdict, PAIRS)
    assert given.change == pytest.approx(ratio - 1, abs=0.02)


@pytest.mark.parametrize(
    ("ratio", "status"),
    [(1.2, Status.CONFIRMED), (1.0, Status.REFUTED), (0.7, Status.REFUTED)],
)
def test_an_answer_settles_its_suspect(ratio: float, status: Status) -> None:
    move = step(1.0, 1.3, benchmark=TIMED.name, unit="seconds")
    assert suspect_of(move) == suspect(TIMED.name)

    (judged,) = confirmation.apply([move], [answer(ratio)])

    assert judged.status is status
    assert "in 12 pairs" in judged.reason


def test_a_count_needs_no_answer() -> None:
    (judged,) = confirmation.apply([step(100, 110)], [answer(1.0)])

    assert judged.status is Status.COUNTED


def test_what_fails_stays_a_suspect_and_says_why_without_a_path() -> None:
    given = answer(1.0, BROKEN.name)

    assert given.verdict is Verdict.UNSURE
    assert given.said == "head failed: no such file: …/secret.db"


def test_what_is_no_benchmark_any_more_says_so() -> None:
    assert answer(1.0, "gone.A.time_b").said == "there is no such benchmark any more"


def test_no_suspect_is_begun_when_the_time_is_over() -> None:
    confirming = Confirming(Recorded(1.0), "reference", lambda _: False)

    assert confirming.answers([suspect(TIMED.name)]) == []


def test_answers_are_kept_and_newer_ones_replace_older(tmp_path: Path) -> None:
    confirmation.keep(tmp_path, [answer(1.0), answer(1.0, WHOLE.name)])
    confirmation.keep(tmp_path, [answer(1.2)])

    kept = {given.benchmark: given.verdict for given in confirmation.read(tmp_path)}
    assert kept == {TIMED.name: Verdict.SLOWER, WHOLE.name: Verdict.SAME}
    assert [file.name for file in (tmp_path / "judging").iterdir()] == ["confirmed.json"]


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "judging").mkdir()
    (tmp_path / "judging" / "confirmed.json").write_text('{"version": 2}')

    with pytest.raises(
        InvalidConfirmations, match=r"judging/confirmed\.json is not valid: version"
    ):
        confirmation.read(tmp_path)
