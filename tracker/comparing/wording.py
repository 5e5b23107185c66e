"""Figures as a reader takes them in."""

from statistics import geometric_mean, median
from typing import Final

from tracker.comparing.counters import Moved
from tracker.comparing.gate import Ruling
from tracker.judging.paired import TRIM, Estimate
from tracker.judging.verdict import Verdict
from tracker.lockstep.model import Side

SCALES: Final = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))

EXPLAINING_MAX: Final = 3
"""Counters named in a row; the JSON has all."""


def percent(share: float) -> str:
    """Return a change: `+4.8 %`, `−12 %`, `×3.2` from double on."""
    if share == float("inf"):
        return "from 0"
    if share >= 1:
        return f"×{share + 1:.3g}"
    sign = "−" if share < 0 else "+"
    size = abs(100 * share)
    return f"{sign}{size:.1f} %" if size < 10 else f"{sign}{size:.0f} %"


def interval(found: Estimate) -> str:
    """Return the interval: `+3.1 … +6.6 %`."""
    return f"{percent(found.low)} … {percent(found.high)}"


def amount(value: float, unit: str) -> str:
    """Return a figure in a unit that suits it: `1.24 ms`, `4,096 bytes`, `0.97`."""
    if unit == "seconds":
        for scale, name in SCALES:
            if abs(value) >= scale:
                return f"{value / scale:.3g} {name}"
        return f"{value / 1e-9:.3g} ns"
    shown = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{shown} {unit}".rstrip()


def counter(each: Moved) -> str:
    """Return a counter and its move: `statements 3 → 4`, `opcodes +4.5 %`."""
    name = each.counter.replace("_", " ")
    if abs(each.share) < 1 and max(each.base, each.head) >= 1000:
        return f"{name} {percent(each.share)}"
    return f"{name} {_count(each.base)} → {_count(each.head)}"


def _count(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def because(ruling: Ruling) -> str:
    """Return what explains a change: the counters that moved with it, or that none did."""
    late = ruling.verdict is Verdict.SLOWER
    told = ruling.risen if late or ruling.risen else ruling.moved
    said = ", ".join(counter(each) for each in told[:EXPLAINING_MAX])
    if len(told) > EXPLAINING_MAX:
        said += f", {len(told) - EXPLAINING_MAX} more"
    if not ruling.finding.is_timed:
        return said
    if said:
        return said
    counted = len(ruling.finding.counts) == len(Side)
    if late and counted:
        return "the same work: waiting, memory or a dependency"
    return "" if counted else "not counted"


def word(ruling: Ruling) -> str:
    """Return what is said of a case, in one to three words."""
    finding, verdict = ruling.finding, ruling.verdict
    if finding.fails_anew:
        return "fails"
    if verdict in {Verdict.SLOWER, Verdict.FASTER}:
        return _changed(ruling)
    if any(each.rule.is_leak for each in ruling.risen):
        return "leaks"
    return "more work" if ruling.risen else verdict.value


def _changed(ruling: Ruling) -> str:
    is_late = ruling.verdict is Verdict.SLOWER
    if ruling.finding.is_exact:
        return "more" if is_late is ruling.finding.case.less_is_better else "less"
    if not ruling.finding.is_timed:
        return "worse" if is_late else "better"
    quantity = " (wall)" if ruling.decides is ruling.wall else ""
    return ("slower" if is_late else "faster") + quantity


def before_and_after(ruling: Ruling) -> tuple[str, str]:
    """Return the figures of both commits, of the pairs that decided."""
    finding, unit = ruling.finding, ruling.finding.case.unit
    if not finding.is_timed:
        turns = finding.fresh_turns or finding.turns
        if not turns:
            return ("–", "–")
        base, head = (median(turn[index] for turn in turns) for index in range(len(Side)))
        return (amount(base, unit), amount(head, unit))
    pairs = finding.fresh or finding.first
    if not pairs:
        return ("–", "–")
    is_wall = ruling.decides is ruling.wall
    # Means over the pairs that the estimate is of: the two differ by just what it says.
    pairs = sorted(pairs, key=lambda pair: pair.log_wall if is_wall else pair.log_cpu)
    ends = int(TRIM * len(pairs))
    kept = pairs[ends : len(pairs) - ends]

    def middle(side: Side) -> float:
        timings = (pair.timings[side] for pair in kept)
        return geometric_mean(median(each.wall_s if is_wall else each.cpu_s) for each in timings)

    return (amount(middle(Side.BASE), "seconds"), amount(middle(Side.HEAD), "seconds"))


def time_of(seconds: float) -> str:
    """Return a length of time: `45 s`, `12 min`."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
