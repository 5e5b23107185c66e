"""What a search came to: lines for a terminal, and the same as JSON."""

import json
from dataclasses import asdict

from tracker.bisecting.counting import Move
from tracker.bisecting.line import Line
from tracker.bisecting.search import Finding
from tracker.bisecting.ways import told


def lines(finding: Finding, line: Line) -> list[str]:
    """Return the answer first, then what it stands on."""
    if len(finding.commits) == 1:
        verb = "changed" if finding.confirmed.holds else "is suspected, not confirmed, to change"
        first = f"{line.told(finding.commits[0])} {verb} {finding.benchmark}"
    else:
        first = f"One of {len(finding.commits)} commits changed {finding.benchmark}; all but the"
        first += " last cannot be measured:"
    said = [first]
    if len(finding.commits) > 1:
        said += [f"  {line.told(commit)}" for commit in finding.commits]
    if finding.confirmed.effect:
        said.append(f"  {finding.followed} {told(finding.confirmed.effect)}")
    said.append(f"  from good to bad: {finding.followed} {finding.between_ends}")
    said.append(f"  cause: {_cause(finding)}")
    said.append(f"  {finding.asked - 1} commits looked at, {finding.pairs} pairs")
    return said


def as_json(finding: Finding, line: Line) -> str:
    """Return the same for a program; shares, not per cent."""
    effect = finding.confirmed.effect
    told_commits = [
        {"commit": commit, "subject": line.subjects[commit]} for commit in finding.commits
    ]
    return json.dumps(
        {
            "benchmark": finding.benchmark,
            "commits": told_commits,
            "exact": finding.is_exact,
            "confirmed": finding.confirmed.holds,
            "followed": finding.followed,
            "between_ends": finding.between_ends,
            "effect": asdict(effect) if effect else None,
            "counters": {move.counter: [move.before, move.after] for move in finding.counters},
            "looked_at": finding.asked - 1,
            "skipped": list(finding.skipped),
            "pairs": finding.pairs,
        },
        indent=2,
    )


def _cause(finding: Finding) -> str:
    if not finding.counters:
        return "no counter moved: the same work, slower or faster"
    return ", ".join(map(_moved, finding.counters))


def _moved(move: Move) -> str:
    share = f" ({move.share:+.1%})" if move.before else ""
    return f"{move.counter} {move.before:,.6g} → {move.after:,.6g}{share}"
