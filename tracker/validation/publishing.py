"""What is committed of a comparison: the samples, and a page made of them alone."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from tracker.errors import NotForPublishing
from tracker.result_files import LETTA
from tracker.validation import claims, pictures, samples
from tracker.validation.comparing import median_s, server_share
from tracker.validation.explaining import naive, summary, why
from tracker.validation.judging import Finding, Ruling
from tracker.validation.markdown import Judgement, command, judged, origin, report
from tracker.validation.names import BASELINES
from tracker.validation.samples import Samples, Timed

PAGE: Final = "letta-comparison.md"

PICTURE_PREFIX: Final = "letta-"

INTRODUCTION: Final = """\
# Letta's SDK or MCP: which is faster?

The performance guide of letta-mcp-server says that an MCP server is up to 5.3 times as fast as
Letta's own SDK. This page says what was measured.
It is made from the files in `results/letta/` by `./just letta-page`;
[Validation](validation.md) has the rules by which a claim holds.
"""


def newest(results_dir: Path) -> list[Samples]:
    """Return the newest samples of each backend: a real Letta first, then what stands in for it."""
    found: dict[str, Samples] = {}
    for file in sorted((results_dir / LETTA).glob("*.json")):
        read = samples.read(file)
        known = found.get(read.backend.label)
        if known is None or read.measured_at > known.measured_at:
            found[read.backend.label] = read
    return sorted(found.values(), key=lambda each: (each.backend.kind, each.backend.label))


def judge_newest(results_dir: Path) -> list[Judgement]:
    """Judge the newest samples of each backend."""
    wanted = claims.read()
    return [judged(each, wanted) for each in newest(results_dir)]


def keep(measured: Samples, results_dir: Path) -> Path:
    """Write the samples where they are committed, rounded; return the file.

    Raises:
        NotForPublishing: nobody could look up of what they are.
    """
    if not measured.commit:
        raise NotForPublishing("they do not name the commit they are of")
    if not measured.is_clean:
        raise NotForPublishing("the working tree had changes; commit them and measure again")
    file = results_dir / LETTA / measured.file_name
    samples.write_rounded(measured, file)
    return file


def page(judgements: Sequence[Judgement]) -> str:
    """Return the page of the documentation as text."""
    if not judgements:
        return f"{INTRODUCTION}\nNothing has been measured yet.\n"
    first, *others = judgements
    drawn = [_picture(first, name) for name in ("ratios", *_more_pictures(first.samples))]
    parts = [_section(first, drawn)]
    parts += [_section(other, [_picture(other, "ratios")]) for other in others]
    return "\n".join([INTRODUCTION, *parts])


def _section(judgement: Judgement, drawn: Sequence[str]) -> str:
    measured = judgement.samples
    text = report(judgement, drawn).replace("\n## ", "\n### ")
    title = measured.backend.title
    again = f"```sh\n{command(measured)}\n```"
    # The name is what the tests ask for: a page without it is older than its samples.
    made_from = f"Samples: `results/{LETTA}/{measured.file_name}` ({origin(measured)})."
    return f"## {title[0].upper()}{title[1:]}\n\n{made_from}\n\n{again}\n\n{text}"


def _more_pictures(measured: Samples) -> list[str]:
    there: dict[str, Sequence[object]] = {
        "latency": measured.operations,
        "scaling": measured.scaling,
        "sustained": measured.sustained,
        "memory": [row for row in measured.processes if row.at_s],
    }
    return [name for name, rows in there.items() if rows]


def _prefix(judgement: Judgement) -> str:
    return f"{PICTURE_PREFIX}{judgement.samples.backend.label}-"


def _picture(judgement: Judgement, name: str) -> str:
    return f"{_prefix(judgement)}{name}.png"


def write_page(results_dir: Path, docs: Path) -> Path:
    """Write the page and its pictures anew; pictures that it no longer shows are deleted."""
    judgements = judge_newest(results_dir)
    for old in docs.glob(f"{PICTURE_PREFIX}*.png"):
        old.unlink()
    text = page(judgements)
    for judgement in judgements:
        for name in pictures.save(judgement, docs, _prefix(judgement)):
            if f"({name})" not in text:
                (docs / name).unlink()
    file = docs / PAGE
    file.write_text(text, "utf-8")
    return file


def write_report(judgement: Judgement, folder: Path) -> None:
    """Write report.md, verdicts.json and the pictures beside the samples."""
    drawn = pictures.save(judgement, folder)
    measured = judgement.samples
    head = f"# SDK or MCP\n\n{origin(measured)}\n\n```sh\n{command(measured)}\n```\n\n"
    (folder / "report.md").write_text(head + report(judgement, drawn), "utf-8")
    content = json.dumps(machine_readable(judgement), indent=1, ensure_ascii=False)
    (folder / "verdicts.json").write_text(content + "\n", "utf-8")


def machine_readable(judgement: Judgement) -> dict[str, object]:
    """Return the verdicts, and every ratio to every baseline, as JSON has it."""
    measured = judgement.samples
    return {
        "commit": measured.commit,
        "is_clean": measured.is_clean,
        "backend": measured.backend.model_dump(),
        "summary": summary(judgement.rulings),
        "claims": verdicts(judgement.rulings),
        "ratios": [
            {
                "operation": comparison.operation,
                "arm": comparison.arm,
                "baseline": baseline,
                **asdict(estimate),
                "ours": _counted(comparison.ours),
                "theirs": _counted(comparison.theirs),
            }
            for baseline in BASELINES
            for comparison, estimate in judgement.comparisons.against(baseline)
        ],
    }


def _counted(row: Timed | None) -> dict[str, object]:
    assert row is not None
    return {
        "median_s": median_s(row),
        "server_share": server_share(row),
        "requests": row.requests,
        "connections": row.connections,
        "bytes": row.bytes,
    }


def verdicts(rulings: Iterable[Ruling]) -> list[dict[str, object]]:
    """Return what became of each claim, as JSON has it."""
    return [
        {
            "claim": ruling.claim.model_dump(exclude_none=True),
            "verdict": ruling.verdict.value,
            "decided_by": _finding(ruling.finding),
            "arms": [_finding(finding) for finding in ruling.findings],
            "naive": {arm: _finding(finding) for arm, finding in ruling.naive.items()},
            "why": " ".join(part for part in (why(ruling), naive(ruling)) if part),
        }
        for ruling in rulings
    ]


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "arm": finding.arm,
        "verdict": finding.verdict.value,
        "estimate": asdict(finding.estimate) if finding.estimate else None,
        "reason": finding.reason,
    }
