"""What is put before the judge, and in which order: every part gets its share of any budget."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tracker.evaluation.faults import RETRIEVE, SELECTION, TODO_LIST, Fault
from tracker.evaluation.mistakes import MISTAKES
from tracker.evaluation.trials import Part
from tracker.evaluation.voids import VOID

SIZES: Final = (0.03, 0.05, 0.10)
"""Of the work put in to see from which size on it is found."""

NOT_CHANGED: Final = "the same commit"

LINE_COMMITS: Final = 32

BENCHMARKS_A_TRIAL: Final = 1
"""Of the selection, in turns: what is asked is how often a comparison is wrong, so many
comparisons of few tell more than few of many."""

AROUND: Final = 2
"""Benchmarks that a mistake is put before: one that pays for it, and one that does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How much of each part there is."""

    same: int = 40
    mistakes: int = len(MISTAKES)
    powered: tuple[str, ...] = (TODO_LIST, RETRIEVE)
    trials_a_size: int = 5
    by_counter: int = 1
    by_time: int = 2
    line_commits: int = LINE_COMMITS


QUICK: Final = Amount(
    same=1,
    mistakes=2,
    powered=(TODO_LIST,),
    trials_a_size=0,
    by_counter=1,
    by_time=0,
    line_commits=4,
)
"""Enough to see that every part runs; its figures mean nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One comparison or search that is to be made."""

    key: str
    part: Part
    subject: str
    benchmarks: tuple[str, ...]
    fault: Fault | None = None
    size: float | None = None
    """Of work whose amount is known once it has been calibrated."""
    place: int = 0
    """Of the commit to be found."""
    seed: int = 0


def tasks(amount: Amount, seed: int) -> list[Task]:
    """Return every task, calibrations first, then the parts in step with one another."""
    parts = [_same(amount), _mistakes(amount), _power(amount), _searches(amount, seed)]
    placed = [
        ((number + 1) / len(part), order, task)
        for order, part in enumerate(parts)
        for number, task in enumerate(part)
    ]
    ordered = [task for _, _, task in sorted(placed, key=lambda each: each[:2])]
    return [*_calibrations(amount), *ordered]


def _calibrations(amount: Amount) -> list[Task]:
    wanted = [each for each in amount.powered if amount.trials_a_size or amount.by_time]
    return [
        Task(key=f"calibration/{name}", part="calibration", subject=name, benchmarks=(name,))
        for name in wanted
    ]


def _same(amount: Amount) -> list[Task]:
    heads: Sequence[Fault | None] = (None, *VOID)
    made = []
    for number in range(amount.same):
        head = heads[number % len(heads)]
        made.append(
            Task(
                key=f"same/{number:02}",
                part="same",
                subject=head.name if head else NOT_CHANGED,
                benchmarks=_some(number),
                fault=head,
                seed=1_000_000 * (number + 1),
            )
        )
    return made


def _mistakes(amount: Amount) -> list[Task]:
    return [
        Task(
            key=f"fault/{fault.name}",
            part="fault",
            subject=fault.name,
            benchmarks=_around(fault),
            fault=fault,
        )
        for fault in MISTAKES[: amount.mistakes]
    ]


def _power(amount: Amount) -> list[Task]:
    return [
        Task(
            key=f"power/{name}/{size:.0%}/{number}",
            part="power",
            subject=name,
            benchmarks=(name,),
            size=size,
            seed=1_000_000 * (number + 1),
        )
        for number in range(amount.trials_a_size)
        for size in SIZES
        for name in amount.powered
    ]


def _searches(amount: Amount, seed: int) -> list[Task]:
    # Reproducible, and no secret.
    places = random.Random(seed)  # noqa: S311
    by_name = {fault.name: fault for fault in MISTAKES}
    by_counter = [
        Task(
            key=f"bisect/counter/{number}",
            part="bisect",
            subject="n+1",
            benchmarks=(TODO_LIST,),
            fault=by_name["n+1"],
            place=places.randrange(1, amount.line_commits),
        )
        for number in range(amount.by_counter)
    ]
    by_time = [
        Task(
            key=f"bisect/time/{number}",
            part="bisect",
            subject="work",
            benchmarks=(amount.powered[number % len(amount.powered)],),
            size=(0.10, 0.05)[number % 2],
            place=places.randrange(1, amount.line_commits),
        )
        for number in range(amount.by_time)
    ]
    return [*by_counter, *by_time]


def _some(turn: int) -> tuple[str, ...]:
    """Return the next few, beginning again when all had their turn."""
    first = turn * BENCHMARKS_A_TRIAL
    return tuple(
        SELECTION[(first + number) % len(SELECTION)] for number in range(BENCHMARKS_A_TRIAL)
    )


def _around(fault: Fault) -> tuple[str, ...]:
    """Return one benchmark that pays for a mistake, and others that do not, where there are."""
    paying = fault.benchmarks
    others = [name for name in SELECTION if name not in paying]
    return tuple([*paying[:1], *others, *paying[1:]][:AROUND])
