"""A report as JSON, for programs: `schema` is raised when a field changes its meaning. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from tracker.comparing.gate import Measure, Ruling
from tracker.comparing.report import Report
from tracker.comparing.wording import because, word
from tracker.lockstep.model import Counts, Failure, Pair

SCHEMA: Final = 1

DIGITS: Final = 6


def record(report: Report) -> dict[str, Any]:
    """Return all of a report; shares are shares (0.05 is 5 %), times are seconds."""
    return {
        "schema": SCHEMA,
        "status": int(report.status),
        "verdict": report.status.name.lower(),
        "base": asdict(report.base),
        "head": asdict(report.head),
        "command": report.command,
        "budget_s": report.budget_s,
        "spent_s": round(report.spent_s, 1),
        "notes": list(report.notes),
        "packages": [asdict(each) for each in report.packages],
        "left_out": [{"case": name, "reason": reason} for name, reason in report.left_out],
        "cases": [_case(each, report.asv) for each in report.rulings],
    }


def _case(ruling: Ruling, asv: Mapping[str, str]) -> dict[str, Any]:
    finding, accepted = ruling.finding, ruling.acceptance
    return {
        "name": finding.case.name,
        "benchmark": finding.case.benchmark,
        "parameters": list(finding.case.parameters),
        "kind": finding.case.kind,
        "unit": finding.case.unit,
        "verdict": ruling.verdict.value,
        "word": word(ruling),
        "severity": ruling.severity.name.lower(),
        "closes_the_gate": ruling.closes_the_gate,
        "because": because(ruling),
        "accepted": asdict(accepted) if accepted else None,
        "cpu" if finding.is_timed else "figure": _measure(ruling.cpu),
        "wall": _measure(ruling.wall) if finding.is_timed else None,
        "floor_is_measured": ruling.floor.is_measured,
        "moved": [
            {
                "counter": each.counter,
                "base": each.base,
                "head": each.head,
                "severity": each.severity.name.lower(),
            }
            for each in ruling.moved
        ],
        "counts": {side.value: _counts(counts) for side, counts in finding.counts.items()},
        "missing": {
            side.value: each.said if isinstance(each, Failure) else "skipped"
            for side, each in finding.missing.items()
        },
        "first_pairs": [_pair(each) for each in finding.first],
        "fresh_pairs": [_pair(each) for each in finding.fresh],
        "turns": [list(each) for each in finding.turns],
        "fresh_turns": [list(each) for each in finding.fresh_turns],
        "asv": asv.get(finding.case.name),
    }


def _measure(measure: Measure) -> dict[str, Any]:
    found = measure.estimate
    return {
        "verdict": measure.verdict.value,
        "change": found and _round(found.change),
        "low": found and _round(found.low),
        "high": found and _round(found.high),
        "pairs": found.pairs if found else 0,
        "floor": _round(measure.floor),
        "is_confirmed": measure.is_confirmed,
    }


def _counts(counts: Counts) -> dict[str, dict[str, float]]:
    return {"values": dict(counts.values), "spread": dict(counts.spread)}


def _pair(pair: Pair) -> dict[str, Any]:
    return {"seed": pair.seed, "log_cpu": _round(pair.log_cpu), "log_wall": _round(pair.log_wall)}


def _round(share: float) -> float | None:
    """Return six digits; of what has no number (from nothing to something), null."""
    return round(share, DIGITS) if abs(share) != float("inf") else None
