"""Suspects measured again: commit against parent in lockstep, and what came of it, kept.

The file holds no path and no host: what was measured, on which named machine, and the answer.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from tracker.comparing import floors
from tracker.comparing.floors import Noise
from tracker.events.errors import InvalidConfirmations
from tracker.events.model import Move, Status
from tracker.judging.paired import estimate
from tracker.judging.verdict import Verdict, judge
from tracker.lockstep.model import Case, Failure, Figure, Lockstep, Pair, Side, Skipped
from tracker.result_files import JUDGING

FILE: Final = "confirmed.json"

PAIRS: Final = 12
"""Fresh ones: what raised the suspicion is not asked again whether it was right."""

FRESH_SEED: Final = 20_000
"""Seeds of the pairs, which no comparison has used."""

WALL_FLOORS: Final = 2.0

DECIDED: Final = frozenset({Verdict.SLOWER, Verdict.FASTER})

VERSION: Final = 1


class Answer(BaseModel):
    """What the lockstep measurement of one suspect said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    commit: str = Field(pattern=r"^[0-9a-f]{40}$")
    parent: str = Field(pattern=r"^[0-9a-f]{40}$")
    """The last measured commit of the level before."""
    benchmark: str
    machine: str = Field(pattern=r"^[a-z0-9-]+$")
    """Where it was measured, by the name that results have."""
    change: FiniteFloat | None = None
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    """Share by which the commit differs from the parent, and its 99 % interval."""
    pairs: int = Field(default=0, ge=0)
    measure: Literal["cpu", "wall", "figure"] = "cpu"
    verdict: Verdict
    said: str = Field(default="", max_length=200)
    """Why there is no figure."""


class Answers(BaseModel):
    """All of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(default=VERSION, ge=VERSION, le=VERSION)
    confirmed: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Suspect:
    """What is to be measured."""

    commit: str
    parent: str
    benchmark: str


def suspect_of(move: Move) -> Suspect:
    """Return what a lockstep measurement of the move has to compare."""
    return Suspect(move.bad, move.good, move.series.name)


def batches(moves: Iterable[Move], *, at_once: int, again: bool) -> list[list[Suspect]]:
    """Return what is to be measured together: suspects of the same two commits.

    What is surest comes first, of equals what moved most benchmarks.

    Args:
        moves: of one machine.
        at_once: how many share a batch.
        again: also those that were measured, and stayed unsure.
    """
    by_pair: dict[tuple[str, str], list[Move]] = {}
    for move in moves:
        if move.status is Status.SUSPECT and (again or not move.reason):
            by_pair.setdefault((move.good, move.bad), []).append(move)
    found = []
    for group in sorted(by_pair.values(), key=_urgency):
        largest = sorted(group, key=lambda move: -move.change.size)
        suspects = list(dict.fromkeys(map(suspect_of, largest)))
        found += [suspects[at : at + at_once] for at in range(0, len(suspects), at_once)]
    return found


def _urgency(group: Sequence[Move]) -> tuple[float, int]:
    return (-max(move.change.confidence or 0.0 for move in group), -len(group))


def read(results_dir: Path) -> tuple[Answer, ...]:
    """Return the answers that were kept; none where nothing was confirmed yet."""
    file = results_dir / JUDGING / FILE
    try:
        return Answers.model_validate_json(file.read_bytes()).confirmed
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise InvalidConfirmations(file, f"{place}: {first['msg']}") from error


def keep(results_dir: Path, answers: Iterable[Answer]) -> None:
    """Add answers; a newer one about the same suspect takes the place of the older."""
    kept = {_about(answer): answer for answer in (*read(results_dir), *answers)}
    file = results_dir / JUDGING / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    text = Answers(confirmed=tuple(kept[key] for key in sorted(kept))).model_dump_json(indent=1)
    written = file.with_suffix(".new")
    written.write_text(text + "\n", "utf-8")
    written.replace(file)


def apply(moves: Iterable[Move], answers: Iterable[Answer]) -> list[Move]:
    """Return the moves with the status that the answers give to the suspects among them."""
    known = {_about(answer): answer for answer in answers}
    return [
        _judged(move, known.get(suspect_of(move))) if move.status is Status.SUSPECT else move
        for move in moves
    ]


def _about(answer: Answer) -> Suspect:
    return Suspect(answer.commit, answer.parent, answer.benchmark)


def _judged(move: Move, answer: Answer | None) -> Move:
    if answer is None:
        return move
    rises = move.change.after > move.change.before
    as_suspected = Verdict.SLOWER if rises else Verdict.FASTER
    if answer.verdict is as_suspected:
        status = Status.CONFIRMED
    elif answer.verdict is Verdict.UNSURE:
        status = Status.SUSPECT
    else:
        status = Status.REFUTED
    return replace(move, status=status, reason=describe(answer))


def describe(answer: Answer) -> str:
    """Return an answer in a few words: `+4.8 % [+3.1, +6.6] in 12 pairs: slower`."""
    if answer.change is None or answer.low is None or answer.high is None:
        return f"not measurable: {answer.said or 'no figure'}"
    span = f"[{answer.low:+.1%}, {answer.high:+.1%}]"
    return (
        f"{answer.change:+.1%} {span} in {answer.pairs} pairs, {answer.measure}: {answer.verdict}"
    )


Outcome = Pair | tuple[Figure, Figure]
"""Of one turn: a pair of processes, or what whole runs of parent and commit gave."""


@dataclass(frozen=True, slots=True)
class Confirming:
    """How suspects of one commit and parent are measured."""

    lockstep: Lockstep
    machine: str
    is_time_left: Callable[[str], bool]
    """Asked before each turn of a suspect, with its benchmark."""
    floors: Mapping[str, Noise] = field(default_factory=dict)
    """What identical commits differed by, case by case."""

    def answers(self, suspects: Sequence[Suspect]) -> list[Answer]:
        """Measure them turn by turn, which they share; none is answered if the time ends first.

        A case that fails or is skipped is answered at once, and unsure.
        """
        cases = {case.name: case for case in self.lockstep.cases()}
        outcomes: dict[Suspect, list[Outcome]] = {}
        answers = []
        for suspect in suspects:
            if suspect.benchmark in cases:
                outcomes[suspect] = []
            else:
                answers.append(self._unmeasured(suspect, "there is no such benchmark any more"))
        for turn in range(PAIRS):
            for suspect in list(outcomes):
                if not self.is_time_left(suspect.benchmark):
                    return answers
                said = self._turn(cases[suspect.benchmark], turn)
                if isinstance(said, str):
                    answers.append(self._unmeasured(suspect, said))
                    del outcomes[suspect]
                else:
                    outcomes[suspect].append(said)
        return answers + [self._measured(suspect, each) for suspect, each in outcomes.items()]

    def _turn(self, case: Case, turn: int) -> Outcome | str:
        """Return what one turn measured, or why it did not."""
        if case.kind.startswith("time"):
            pair = self.lockstep.pair(case, FRESH_SEED + turn)
            return pair if isinstance(pair, Pair) else _why(pair)
        sides = self.lockstep.figures(case, turn)
        base, head = sides[Side.BASE], sides[Side.HEAD]
        if not isinstance(base, Figure):
            return _why(base)
        if not isinstance(head, Figure):
            return _why(head)
        if min(base.value, head.value) <= 0:
            return f"{base.value:g} and {head.value:g} have no ratio"
        return base, head

    def _measured(self, suspect: Suspect, outcomes: Sequence[Outcome]) -> Answer:
        floor = floors.floor(self.floors.get(suspect.benchmark))
        pairs = [each for each in outcomes if isinstance(each, Pair)]
        measure: Literal["cpu", "wall", "figure"] = "cpu" if pairs else "figure"
        if pairs:
            found = estimate([pair.log_cpu for pair in pairs])
            verdict = judge(found, floor.cpu)
            wall = estimate([pair.log_wall for pair in pairs])
            # What waits costs no processor time. Neighbours cost others wall time, so that it
            # has to be twice its floor.
            waiting = judge(wall, WALL_FLOORS * floor.wall)
            if verdict not in DECIDED and waiting in DECIDED:
                measure, found, verdict = "wall", wall, waiting
        else:
            logs = [math.log(each[1].value / each[0].value)
                    for each in outcomes if not isinstance(each, Pair)]  # fmt: skip
            found = estimate(logs)
            verdict = judge(found, floor.figure)
        if found is None:
            return self._unmeasured(suspect, "too few pairs")
        return Answer(
            **asdict(suspect),
            machine=self.machine,
            change=round(found.change, 5),
            low=round(found.low, 5),
            high=round(found.high, 5),
            pairs=found.pairs,
            measure=measure,
            verdict=verdict,
        )

    def _unmeasured(self, suspect: Suspect, said: str) -> Answer:
        return Answer(
            **asdict(suspect), machine=self.machine, verdict=Verdict.UNSURE, said=said[:200]
        )


def _why(outcome: Failure | Skipped) -> str:
    if isinstance(outcome, Skipped):
        return f"{outcome.side} cannot run it"
    last = (outcome.said.strip().splitlines() or ["it failed"])[-1]
    # What a program says of itself may name the folders of whoever ran it.
    return f"{outcome.side} failed: {re.sub(r'/[^ ]+/', '…/', last)}"
