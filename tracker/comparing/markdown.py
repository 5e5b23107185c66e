"""A report as the comment under a pull request: what changed in front, all else folded. Pure."""

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

from tracker.comparing.counters import Severity
from tracker.comparing.gate import Ruling
from tracker.comparing.report import Report, Status
from tracker.comparing.wording import (
    because,
    before_and_after,
    interval,
    percent,
    time_of,
    word,
)
from tracker.lockstep.model import Failure, Side

MARK: Final = "<!-- ltmc compare -->"
"""By which a later comment finds the one to replace."""

BYTES_MAX: Final = 60_000
"""GitHub refuses a comment of more than 65,536 characters."""

ROWS_MAX: Final = 60
SAID_LINES_MAX: Final = 12
SAID_CHARACTERS_MAX: Final = 1500

CUT: Final = "\n\n*The rest is cut off: a comment holds no more. The JSON has all of it.*\n"

Shape = Callable[[Sequence[Ruling]], list[str]]
"""How cases that are folded away are listed."""

SYMBOLS: Final = {Severity.RED: "✗", Severity.YELLOW: "!", Severity.NONE: "✓"}


def markdown(report: Report) -> str:
    """Return the comment, of 60 kB at the most."""
    parts = [
        f"{MARK}\n## {verdict_line(report)}",
        _commits(report),
        _changed(report),
        _failing(report),
        *(f"> {plain(note)}" for note in report.notes),
        f"At home: `{report.command}`" if report.command else "",
        _folded("undecided", report.unsure, _judged),
        _folded("the same, each within its interval", report.same, _judged),
        _folded("not reached in time, or only counted", report.untimed, _named),
        _folded("fail on both commits", report.failing_on_both, _named),
        _folded("fail on base only", report.mended, _named),
        _folded("new", report.new, _named),
        _folded("gone: head cannot run them", report.gone, _named),
        _folded("skipped on both commits", report.skipped, _named),
        _left_out(report),
        _environment(report),
        _how(report),
    ]
    return fitted([part for part in parts if part])


def verdict_line(report: Report) -> str:
    """Return the one sentence that is read in any case."""
    counted = (
        (len(report.failing), "newly failing"),
        (len(report.beyond), "slower or doing more, beyond the gate"),
        (len(report.accepted), "accepted"),
        (len(report.watched), "to be watched"),
        (len(report.faster), "faster"),
        (len(report.same), "the same"),
        (len(report.unsure), "undecided"),
        (len(report.untimed), "not reached"),
    )
    said = " · ".join(f"{number} {what}" for number, what in counted if number)
    if report.status is Status.NOTHING_MEASURED:
        return "Nothing was measured: this says nothing about the speed"
    lead = {
        Status.PASSED: "Nothing is slower beyond the gate",
        Status.SLOWER: "Slower",
        Status.FAILS: "Benchmarks fail",
    }[report.status]
    return f"{lead}: {said}"


def fitted(parts: Sequence[str]) -> str:
    """Join as many parts as fit, whole ones, and say that there were more."""
    text = ""
    for part in parts:
        longer = f"{text}\n\n{part}" if text else part
        if len(f"{longer}\n{CUT}".encode()) > BYTES_MAX:
            return text + CUT
        text = longer
    return f"{text}\n"


def plain(text: str) -> str:
    """Return text of a stranger's, on one line, such that it is shown as it is: no tag, no name."""
    escaped = re.sub(r"([\\`*_{}\[\]<>|#~])", r"\\\1", " ".join(text.split()))
    return escaped.replace("@", "@\u200b")  # nobody is called by a benchmark


def code(text: str) -> str:
    """Return a name in code, which a table's cell takes."""
    return f"`{text.replace('`', 'ˋ').replace('|', '¦')}`"


def _commits(report: Report) -> str:
    sides = (
        f"{name} {code(commit.short)} {plain(commit.subject)}".strip()
        for name, commit in (("base", report.base), ("head", report.head))
    )
    return " → ".join(sides)


def _changed(report: Report) -> str:
    rows = report.changed
    if not rows:
        return ""
    table = [
        "| | benchmark | base | head | change | 99 % interval | pairs | floor | because | asv |",
        "|---|---|--:|--:|--:|---|--:|--:|---|---|",
        *(_row(each, report) for each in rows[:ROWS_MAX]),
    ]
    if len(rows) > ROWS_MAX:
        table.append(f"| | … {len(rows) - ROWS_MAX} more | | | | | | | | |")
    reasons = [
        f"- {code(each.finding.case.name)} is accepted: {plain(each.acceptance.reason)}"
        f"{f' ({each.acceptance.commit[:8]})' if each.acceptance.commit else ''}"
        for each in report.accepted[:ROWS_MAX]
        if each.acceptance
    ]
    return "\n".join([*table, "", *reasons]).rstrip()


def _row(ruling: Ruling, report: Report) -> str:
    found, name = ruling.decides.estimate, ruling.finding.case.name
    is_accepted = ruling.acceptance and ruling.severity is Severity.RED
    cells = (
        f"{'accepted' if is_accepted else SYMBOLS[ruling.severity]} {word(ruling)}",
        code(name),
        *before_and_after(ruling),
        f"**{percent(found.change)}**" if found else "–",
        interval(found) if found and not ruling.finding.is_exact else "exact" if found else "–",
        str(found.pairs) if found else "–",
        floor(ruling),
        plain(because(ruling)),
        report.asv.get(name, "–"),
    )
    return f"| {' | '.join(cells)} |"


def floor(ruling: Ruling) -> str:
    """Return the noise floor, with a `?` where nobody has measured it."""
    if ruling.finding.is_exact:
        return "0"
    share = ruling.decides.floor
    return f"{100 * share:.1f} %" + ("" if ruling.floor.is_measured else "?")


def _failing(report: Report) -> str:
    return "\n\n".join(_failure(each) for each in report.failing[:ROWS_MAX])


def _failure(ruling: Ruling) -> str:
    missing = ruling.finding.missing[Side.HEAD]
    assert isinstance(missing, Failure)
    said = "\n".join(missing.said.splitlines()[-SAID_LINES_MAX:])[-SAID_CHARACTERS_MAX:]
    # A fence longer than any in what was said: it cannot be closed from within.
    longest = max((len(run) for run in re.findall(r"`{3,}", said)), default=2)
    fence = "`" * (longest + 1)
    name = code(ruling.finding.case.name)
    return f"✗ {name} fails at head, and did not at base:\n\n{fence}text\n{said}\n{fence}"


def _folded(title: str, rulings: Sequence[Ruling], shape: Shape) -> str:
    if not rulings:
        return ""
    lines = shape(rulings[:ROWS_MAX])
    if len(rulings) > ROWS_MAX:
        lines.append(f"\n… and {len(rulings) - ROWS_MAX} more")
    return _details(f"{len(rulings)} {title}", "\n".join(lines))


def _judged(rulings: Sequence[Ruling]) -> list[str]:
    head = ["| benchmark | change | 99 % interval | pairs | floor |", "|---|--:|---|--:|--:|"]
    return head + [
        f"| {code(each.finding.case.name)} | {percent(found.change)} | {interval(found)}"
        f" | {found.pairs} | {floor(each)} |"
        for each in rulings
        if (found := each.decides.estimate)
    ]


def _named(rulings: Sequence[Ruling]) -> list[str]:
    return [f"- {code(each.finding.case.name)}" for each in rulings]


def _left_out(report: Report) -> str:
    if not report.left_out:
        return ""
    by_reason = sorted(report.left_out, key=lambda each: each[1])
    lines = []
    for reason, cases in groupby(by_reason, key=lambda each: each[1]):
        benchmarks = sorted({name.partition("(")[0] for name, _ in cases})
        lines.append(f"- {plain(reason)}: {_some(benchmarks)}")
    return _details(f"{len(report.left_out)} not compared", "\n".join(lines))


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(code(name) for name in names[:ROWS_MAX])
    return shown + (f" and {len(names) - ROWS_MAX} more" if len(names) > ROWS_MAX else "")


def _environment(report: Report) -> str:
    if not report.packages:
        return ""
    lines = ["| package | base | head |", "|---|---|---|"]
    lines += [
        f"| {code(each.name)} | {plain(each.base or '–')} | {plain(each.head or '–')} |"
        for each in report.packages[:ROWS_MAX]
    ]
    return _details(f"environment: {len(report.packages)} packages differ", "\n".join(lines))


def _how(report: Report) -> str:
    spent = f"{time_of(report.spent_s)} of {time_of(report.budget_s)}"
    return _details(
        "how this was judged",
        "Counters first, exactly; then CPU time of pairs of processes, one of each commit, in"
        " turns; what looked changed was measured again with fresh pairs, which alone decide (20 %"
        " trimmed paired t, 99 %, Holm over what was asked again). The floor is what runs of"
        " identical commits showed; with a `?` it was not measured, and is assumed. `asv` is what"
        f" `asv compare` says of the same samples. It took {spent}. The rule: docs/comparing.md.",
    )


def _details(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"
