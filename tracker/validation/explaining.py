"""Why a claim came out as it did: one sentence, made of the figures and of nothing else."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from tracker.validation.comparing import Comparison, median_s, server_s, server_share
from tracker.validation.judging import FAILED, Finding, Ruling, Verdict
from tracker.validation.names import arm_label
from tracker.validation.samples import Timed
from tracker.validation.wording import amount, duration, figure, interval, percent, size, times

ALIKE: Final = 0.1
"""Counts that differ by less are not why."""

SUMMARY: Final = (
    Verdict.HOLDS,
    Verdict.CACHE,
    Verdict.BATCH,
    Verdict.FAILS,
    Verdict.UNDECIDED,
    Verdict.NOT_MEASURED,
)

NAIVE_WORDS: Final = {
    "sdk_new_client": "an SDK client made for each call",
    "sdk_cold": "a process started for each call",
}


def why(ruling: Ruling) -> str:
    """Return the reason of a verdict, one sentence."""
    finding = ruling.finding
    if finding.estimate is None:
        return f"There is no figure of {arm_label(finding.arm)}: {finding.reason}."
    if finding.comparison is None or finding.comparison.ours is None:
        return _of_a_bound(finding)
    comparison = finding.comparison
    ours, theirs = comparison.ours, comparison.theirs
    assert ours is not None
    assert theirs is not None
    lead = (
        f"{_capital(arm_label(finding.arm))} takes {duration(median_s(ours))}, one SDK client"
        f" {duration(median_s(theirs))}"
    )
    clauses = [lead, _of_the_server(comparison, ruling.claim.value), _of_traffic(ours, theirs)]
    if finding.reason:
        clauses.append(finding.reason)
    return "; ".join(clause for clause in clauses if clause) + "."


def ceiling(comparison: Comparison) -> float | None:
    """Return the ratio that is left when all but Letta's own work takes no time at all."""
    total, worked = median_s(comparison.theirs), server_s(comparison.theirs)
    return total / worked if total and worked else None


def naive(ruling: Ruling) -> str:
    """Say what the claim is against a naive use of the SDK; nothing where that was not measured."""
    known = [each for each in ruling.naive.items() if each[1].estimate]
    if not known:
        return ""
    if ruling.verdict is Verdict.HOLDS:
        return f"Against {_listed(known)}."
    fails = ruling.verdict in FAILED
    parts = [
        f"{'holds only' if fails else 'holds'} against {{}}",
        f"does not hold against {{}}{' either' if fails else ''}",
        "is undecided against {}",
    ]
    said = [
        part.format(_listed(some))
        for part, verdict in zip(
            parts, (Verdict.HOLDS, Verdict.FAILS, Verdict.UNDECIDED), strict=True
        )
        if (some := [each for each in known if each[1].verdict is verdict])
    ]
    subject = {
        Verdict.CACHE: "Without the cache it",
        Verdict.BATCH: "Call by call it",
    }.get(ruling.verdict, "It")
    return f"{subject} {'; it '.join(said)}."


def _listed(findings: Iterable[tuple[str, Finding]]) -> str:
    return " and ".join(
        f"{NAIVE_WORDS[arm]} ({figure(each.claim, each.estimate)},"
        f" {interval(each.claim, each.estimate)})"
        for arm, each in findings
    )


def _of_a_bound(finding: Finding) -> str:
    claim, estimate = finding.claim, finding.estimate
    ends = interval(claim, estimate)
    where = "" if not ends else f" ({ends})"
    reason = f"; {finding.reason}" if finding.reason else ""
    return (
        f"{_capital(arm_label(finding.arm))}: {figure(claim, estimate)}{where},"
        f" claimed was {claim.text}{reason}."
    )


def _of_the_server(comparison: Comparison, claimed: float) -> str:
    share, limit = server_share(comparison.theirs), ceiling(comparison)
    if share is None or limit is None:
        return ""
    said = f"Letta itself works for {percent(share)} of the SDK’s time"
    if limit >= claimed:
        return said
    return f"{said}, so for the same work of Letta {times(limit)} is the most there can be"


def _of_traffic(ours: Timed, theirs: Timed) -> str:
    said = []
    if ours.requests is not None and theirs.requests is not None:
        if _alike(ours.requests, theirs.requests):
            said.append(f"both send {_requests(theirs.requests)}")
        else:
            said.append(f"it sends {_requests(ours.requests)}, not {amount(theirs.requests)}")
    if ours.bytes is not None and theirs.bytes and not _alike(ours.bytes, theirs.bytes):
        said.append(f"MCP hands on {size(ours.bytes)}, not {size(theirs.bytes)}")
    return " and ".join(said)


def _requests(count: float) -> str:
    return f"{amount(count)} request" + ("" if count == 1 else "s")


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= ALIKE * max(one, other)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def summary(rulings: Sequence[Ruling]) -> str:
    """Return what became of the claims of the headline: `Of 5 claims: 5 do not hold`."""
    counts = Counter(ruling.verdict for ruling in rulings if ruling.claim.is_headline)
    said = [_counted(verdict, counts[verdict]) for verdict in SUMMARY if counts[verdict]]
    return f"Of {counts.total()} claims: {', '.join(said)}."


def _counted(verdict: Verdict, count: int) -> str:
    text = verdict.value
    if count > 1:
        text = text.replace("does", "do").replace("holds", "hold")
    return f"{count} {text}"
