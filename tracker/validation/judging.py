"""Does a claim hold? The rules, which docs/validation.md repeats in words.

One arm against one baseline:

- fewer than 8 turns with both times: undecided
- fewer than 30, and an interval wider than 5 % of the claim: undecided
- the whole interval keeps the claim: holds
- no part of the interval keeps it: does not hold
- an interval on both sides of the claim, narrower than 5 % of it: as its point says
- any other: undecided

The claim itself is judged against one long-lived SDK client, over stdio and over HTTP: it holds if
it holds over one of them. If over neither, the cache and the batch are asked. Everything else that
was measured is shown beside it and decides nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from tracker.validation import bootstrap, figures
from tracker.validation.bootstrap import Estimate
from tracker.validation.claims import Claim, Kind
from tracker.validation.comparing import Comparison, Comparisons, seed_of, trouble
from tracker.validation.names import DECIDING, HEADLINE, NAIVE, NOT_MCP, WARM
from tracker.validation.samples import Samples

TURNS_MIN: Final = 8
"""Fewer say nothing of their own spread, however narrow they look."""

TURNS_ENOUGH: Final = 30
"""Below, a percentile interval is narrower than it should be."""

NARROW: Final = 0.05
"""Of the claim: an interval that is narrower knows the figure."""


class Verdict(Enum):
    """What became of a claim, the worst first."""

    FAILS = "does not hold"
    CACHE = "holds only with cache"
    BATCH = "holds only as a batch"
    UNDECIDED = "undecided"
    NOT_MEASURED = "not measured"
    HOLDS = "holds"


FAILED: Final = frozenset({Verdict.FAILS, Verdict.CACHE, Verdict.BATCH})
"""Nobody claimed a cache or a batch, so what needs one does not hold as it was said."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim, against one arm."""

    claim: Claim
    arm: str
    verdict: Verdict
    estimate: Estimate | None = None
    reason: str = ""
    """Why it is undecided or not measured."""
    comparison: Comparison | None = None
    """Of a ratio."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A claim, and what became of it."""

    claim: Claim
    verdict: Verdict
    finding: Finding
    """The one that decided; of several the most favourable to the claim."""
    findings: tuple[Finding, ...]
    """Every arm, against the baseline of the headline."""
    naive: Mapping[str, Finding]
    """The deciding arm, without cache or batch, against each naive baseline."""


def weigh(claim: Claim, estimate: Estimate) -> tuple[Verdict, str]:
    """Apply the rule for one arm; the reason is empty where it is decided."""
    low, high, n = estimate.low, estimate.high, estimate.n
    if low is None or high is None or estimate.width is None:
        # A peak, a share of a processor: one reading of one run, without an interval.
        return (Verdict.HOLDS if claim.is_kept_by(estimate.point) else Verdict.FAILS), ""
    narrow = estimate.width < NARROW * claim.value
    if n < TURNS_MIN:
        return Verdict.UNDECIDED, f"{n} turns are too few; {TURNS_MIN} are the least"
    if n < TURNS_ENOUGH and not narrow:
        return Verdict.UNDECIDED, f"{n} turns leave too wide an interval; measure {TURNS_ENOUGH}"
    kept = {claim.is_kept_by(low), claim.is_kept_by(high)}
    if len(kept) > 1 and not narrow:
        return Verdict.UNDECIDED, "the interval has the claim in it; measure more turns"
    is_kept = claim.is_kept_by(estimate.point) if len(kept) > 1 else kept.pop()
    return (Verdict.HOLDS if is_kept else Verdict.FAILS), ""


def judge(claim: Claim, comparisons: Comparisons) -> Ruling:
    """Say what became of a claim."""
    samples = comparisons.samples
    arms = _arms(claim, samples)
    findings = {arm: _find(claim, arm, comparisons) for arm in (*DECIDING, *arms)}
    deciding = [findings[arm] for arm in DECIDING]
    best = _most_favourable(deciding)
    verdict, finding = best.verdict, best
    if verdict is Verdict.FAILS and claim.operation:
        verdict, finding = _with_help(claim, findings.get(WARM), best, comparisons)
    naive = {
        baseline: _against(claim, best.arm, baseline, comparisons)
        for baseline in NAIVE
        if claim.kind == "ratio"
    }
    shown = tuple(findings[arm] for arm in arms)
    return Ruling(claim, verdict, finding, shown, naive)


def _most_favourable(findings: Sequence[Finding]) -> Finding:
    """Return the finding that decides: one that holds, else one that is open, else a failure.

    A claim fails only when every arm that was measured fails it.
    """
    order = (Verdict.HOLDS, Verdict.UNDECIDED, Verdict.FAILS, Verdict.NOT_MEASURED)

    def rank(finding: Finding) -> tuple[int, float]:
        point = finding.estimate.point if finding.estimate else 0.0
        return order.index(finding.verdict), -point if finding.claim.at_least else point

    return min(findings, key=rank)


def _with_help(
    claim: Claim, warm: Finding | None, best: Finding, comparisons: Comparisons
) -> tuple[Verdict, Finding]:
    if warm and warm.verdict is Verdict.HOLDS:
        return Verdict.CACHE, warm
    if claim.batch:
        as_batch = claim.model_copy(update={"operation": claim.batch})
        batch = _most_favourable([_find(as_batch, arm, comparisons) for arm in DECIDING])
        if batch.verdict is Verdict.HOLDS:
            return Verdict.BATCH, batch
    return Verdict.FAILS, best


def _arms(claim: Claim, samples: Samples) -> list[str]:
    """Return the MCP arms that have anything to say about a claim, in the order of the file."""
    rows: Mapping[Kind, Callable[[], list[str]]] = {
        "memory": lambda: [row.arm for row in samples.processes],
        "cpu": lambda: [row.arm for row in samples.processes],
        "throughput": lambda: [
            row.arm for row in samples.scaling if row.operation == claim.operation
        ],
    }
    operations = [row.arm for row in samples.operations if row.operation == claim.operation]
    found = rows[claim.kind]() if claim.kind in rows else operations
    return [arm for arm in dict.fromkeys(found) if arm not in NOT_MCP]


def _find(claim: Claim, arm: str, comparisons: Comparisons) -> Finding:
    samples = comparisons.samples
    if claim.kind == "ratio":
        return _against(claim, arm, HEADLINE, comparisons)
    if claim.kind == "seconds":
        row = samples.timed(claim.operation, arm)
        if problem := trouble(row):
            verdict = Verdict.UNDECIDED if row else Verdict.NOT_MEASURED
            return Finding(claim, arm, verdict, reason=problem)
        assert row is not None
        times = [second for second in row.seconds if second is not None]
        estimate: Estimate | None = bootstrap.median(times, seed_of(samples, claim.operation))
    else:
        estimate = figures.reading(claim, arm, samples)
    if estimate is None:
        return Finding(claim, arm, Verdict.NOT_MEASURED, reason="not measured")
    verdict, reason = weigh(claim, estimate)
    return Finding(claim, arm, verdict, estimate, reason)


def _against(claim: Claim, arm: str, baseline: str, comparisons: Comparisons) -> Finding:
    comparison = comparisons.of(claim.operation, arm, baseline)
    if comparison.estimate is None:
        verdict = Verdict.NOT_MEASURED if comparison.is_missing else Verdict.UNDECIDED
        return Finding(claim, arm, verdict, None, comparison.problem, comparison)
    verdict, reason = weigh(claim, comparison.estimate)
    return Finding(claim, arm, verdict, comparison.estimate, reason, comparison)


def exit_status(rulings: Sequence[Ruling], samples: Samples) -> int:
    """Return 1 when a claim fails, else 2 when one could not be measured, else 0.

    A quick or a comparative run does not ask about everything, and what it does not ask about is
    no failure; but a run that decided nothing has measured nothing.
    """
    verdicts = {ruling.verdict for ruling in rulings}
    if verdicts & FAILED:
        return 1
    if Verdict.UNDECIDED in verdicts or verdicts <= {Verdict.NOT_MEASURED}:
        return 2
    return 2 if Verdict.NOT_MEASURED in verdicts and samples.set == "full" else 0
