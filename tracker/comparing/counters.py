"""What may a counter rise by? One table, and the counts of two commits held to it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from tracker.lockstep.model import Counts

SPREADS: Final = 5
"""A rise is to be so many times what two counts of one commit differed by."""


class Severity(IntEnum):
    """How much it matters; red closes the gate."""

    NONE = 0
    YELLOW = 1
    RED = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """From which rise on a counter is worth a word, and from which on it closes the gate."""

    yellow: float
    """A share of what base counted; 0 is any rise."""
    red: float
    least: float = 0
    """A rise below this many counts is none."""
    waits: bool = False
    """Whether the process waits meanwhile: time of the processor does not tell of it."""
    is_leak: bool = False


ANY: Final = Rule(yellow=0, red=0, least=1)
WAIT: Final = Rule(yellow=0, red=0, least=1, waits=True)
WORK: Final = Rule(yellow=0.005, red=0.03)
BYTES: Final = Rule(yellow=0.01, red=0.01, least=1)
ALLOCATED: Final = Rule(yellow=0.05, red=0.2, least=4096)

RULES: Final[Mapping[str, Rule]] = {
    # What a call leaves behind is paid by every call after it. Identical commits differed by up to
    # 2 blocks and 120 bytes (a cache that fills, the allocator's own); a text or a connection that
    # stays is well above.
    "kept_bytes": Rule(yellow=0, red=0, least=512, is_leak=True),
    "kept_blocks": Rule(yellow=0, red=0, least=8, is_leak=True),
    # One more of these is a decision of the code, never chance: the same call gives the same count.
    "statements": ANY,
    "fsyncs": WAIT,
    "sleeps": WAIT,
    "writes": WAIT,
    # A time or an id may be a digit longer.
    "written_bytes": BYTES,
    "bytes": BYTES,
    # 5 times the noise of an asynchronous server, of which one more turn of the loop is 0.05 %.
    "opcodes": WORK,
    "vm_steps": WORK,
    "calls": WORK,
    # A dictionary that doubles is a step of its own, so the gate waits for a rise that is felt.
    "allocated_bytes": ALLOCATED,
    "allocated": ALLOCATED,
}
"""In the order in which they explain a slow-down best. `bytes` and `allocated` are those of
`work.*`; all others are what the lockstep engine counts."""

UNKNOWN: Final = Rule(yellow=0.01, red=float("inf"))
"""A counter that is new is shown and closes nothing."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A counter that differs between the commits."""

    counter: str
    base: float
    head: float
    severity: Severity
    """NONE for a fall, and for a rise that means nothing by itself."""

    @property
    def rule(self) -> Rule:
        """What it is held to."""
        return rule_of(self.counter)

    @property
    def share(self) -> float:
        """By what share of base it rose; infinite from nothing."""
        if self.base:
            return (self.head - self.base) / abs(self.base)
        return float("inf") if self.head > 0 else 0.0


def rule_of(counter: str) -> Rule:
    """Return the rule of a counter."""
    return RULES.get(counter, UNKNOWN)


def moved(base: Counts, head: Counts) -> tuple[Moved, ...]:
    """Return the counters of both that differ by more than their spread, the worst first."""
    found = []
    for counter in base.values.keys() & head.values.keys():
        before, after = base.values[counter], head.values[counter]
        spread = max(base.spread.get(counter, 0), head.spread.get(counter, 0))
        if before != after and abs(after - before) > SPREADS * spread:
            found.append(Moved(counter, before, after, severity(counter, before, after)))
    order = {counter: place for place, counter in enumerate(RULES)}
    return tuple(
        sorted(
            found,
            key=lambda each: (
                -each.severity,
                not each.rule.is_leak,
                order.get(each.counter, len(order)),
                each.counter,
            ),
        )
    )


def together(counts: Counts, again: Counts, *, choose: Callable[[float, float], float]) -> Counts:
    """Return two counts of one commit as one, which is sure of no more than the two agree on.

    Args:
        counts: what was counted first.
        again: the same, in new processes.
        choose: `max` of base and `min` of head leave the smallest rise.
    """
    both = counts.values.keys() & again.values.keys()
    return Counts(
        {each: choose(counts.values[each], again.values[each]) for each in both},
        {
            each: max(
                counts.spread.get(each, 0),
                again.spread.get(each, 0),
                abs(counts.values[each] - again.values[each]),
            )
            for each in both
        },
    )


def severity(counter: str, base: float, head: float) -> Severity:
    """Say how much a change of a counter matters by itself."""
    rule, rise = rule_of(counter), head - base
    if rise <= 0 or rise < rule.least:
        return Severity.NONE
    if rise >= rule.red * abs(base):
        return Severity.RED
    return Severity.YELLOW if rise >= rule.yellow * abs(base) else Severity.NONE
