"""Tables of run.html."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from statistics import median
from typing import Final

from tracker.coverage import Coverage
from tracker.packages import differences
from tracker.pages.figures import commit_link, quantity
from tracker.pages.noise import Floor
from tracker.pages.sparkline import line
from tracker.pages.tables import Column, table
from tracker.runs import Run
from tracker.series import Series

UNSAID: Final = "What it said was not kept; <code>./just track</code> keeps it from now on."

NOISE_COMMAND: Final = "python -m tracker noise"

NO_NOISE: Final = (
    '<p class="empty">The noise floors have not been measured yet.'
    f" <code>{NOISE_COMMAND}</code> compares identical commits, and keeps how they differ.</p>\n"
)

MINUTE_S: Final = 60


def facts(run: Run, covered: Sequence[Coverage], packages: Mapping[str, str]) -> str:
    """Return the run in a handful of figures."""
    wanted = sum(len(tool.measured) + len(tool.missing) for tool in covered)
    measured = sum(len(tool.measured) for tool in covered)
    tiles = [
        ("Figures", f"{run.figures}", ""),
        ("Failed", f"{len(run.failed)}", "bad" if run.failed else "good"),
        ("Skipped", f"{len(run.skipped)}", ""),
        ("Actions measured", f"{measured} of {wanted}" if wanted else "–", ""),
        ("Took", took(run.duration_s), ""),
        ("Measured", day(run.began) if run.began else "–", ""),
        ("Python", escape(run.python), ""),
        ("Packages", str(len(packages)) if packages else "–", ""),
    ]
    listed = "".join(
        f'<div class="{css}"><dt>{label}</dt><dd>{value}</dd></div>' for label, value, css in tiles
    )
    return f'<dl class="tiles">{listed}</dl>\n'


def failed(run: Run, said: Mapping[str, Sequence[str]]) -> str:
    """Return what failed, with what it said last."""
    if not run.failed:
        return ""
    rows = []
    for name in run.failed:
        lines = said.get(name.partition("(")[0], ())
        text = escape("\n".join(lines))
        rows.append((f"<code>{escape(name)}</code>", f"<pre>{text}</pre>" if lines else UNSAID))
    columns = (Column("Benchmark", "failed-column"), Column("Its last words"))
    return table("Failed <small>· the end of its output, paths left out</small>", columns, rows)


def skipped(run: Run) -> str:
    """Return what raised `NotImplementedError`: it cannot run on that commit or machine."""
    if not run.skipped:
        return ""
    listed = "".join(f"<li><code>{escape(name)}</code></li>" for name in run.skipped)
    return (
        f"<details><summary>Skipped: {len(run.skipped)}</summary>\n"
        f'<p class="origin">These cannot run on this commit, or on this machine.</p>\n'
        f'<ul class="names">{listed}</ul></details>\n'
    )


def calibration(series: Iterable[Series]) -> str:
    """Return how fast the machine was: fixed work, that no commit changes."""
    rows = []
    for each in series:
        values = [reading.value for reading in each.readings]
        usual, newest = median(values), values[-1]
        label = (
            f"{len(values)} commits, {plain(values[0], each.unit)} to {plain(newest, each.unit)}"
        )
        change = f"{newest / usual - 1:+.0%}".replace("-", "−") if usual else "–"
        rows.append(
            (
                f"<code>{escape(each.name)}</code>",
                quantity(newest, each.unit),
                f"{quantity(usual, each.unit)}<small>{change.replace('%', '&nbsp;%')}</small>",
                line(values, label),
            )
        )
    if not rows:
        return ""
    columns = (
        Column("Fixed work"),
        Column("This run", "number number-column"),
        Column("Median of all runs", "number number-column"),
        Column("History", "history-column"),
    )
    caption = "Was the machine the same? <small>· work that no commit changes</small>"
    return table(caption, columns, rows)


def changed(now: Mapping[str, str], before: Mapping[str, str] | None) -> str:
    """Return the packages that are not those of the run before, and all of them folded away."""
    if not now:
        return '<p class="origin">The commit has no <code>requirements.lock</code>.</p>\n'
    listed = "".join(f"<li><code>{name} {version}</code></li>" for name, version in now.items())
    every = (
        f"<details><summary>Packages: {len(now)}</summary>\n"
        f'<ul class="names">{listed}</ul></details>\n'
    )
    different = [] if before is None else differences(before, now)
    if not different:
        same = "" if before is None else "The packages are those of the run before."
        return f'{every}<p class="origin">{same}</p>\n' if same else every
    rows = [
        (f"<code>{escape(each.name)}</code>", escape(each.before or "–"), escape(each.now or "–"))
        for each in different
    ]
    columns = (Column("Package"), Column("Run before"), Column("This run"))
    return table("Packages that changed", columns, rows) + every


def covered(tools: Sequence[Coverage]) -> str:
    """Return how many of the published actions have a figure, tool by tool."""
    if not tools:
        return ""
    rows = []
    for tool in tools:
        every = len(tool.measured) + len(tool.missing)
        missing = ", ".join(f"<code>{escape(name)}</code>" for name in tool.missing)
        share = len(tool.measured) / every if every else 1.0
        bar = f'<span class="bar" aria-hidden="true"><i style="width:{share:.0%}"></i></span>'
        count = f"{len(tool.measured)} of {every}"
        rows.append((escape(tool.tool), f"{count}{bar}", missing or "none"))
    columns = (Column("Tool", "tool-column"), Column("Actions with a figure", "covered-column"),
               Column("Without one"))  # fmt: skip
    return table("Coverage <small>· of the published actions, in this run</small>", columns, rows)


def slowest(run: Run) -> str:
    """Return what took the time of the run."""
    if not run.slowest:
        return ""
    rows = [
        (f"<code>{escape(name.strip('<>'))}</code>", took(seconds),
         f"{seconds / run.duration_s:.0%}".replace("%", "&nbsp;%"))
        for name, seconds in run.slowest
    ]  # fmt: skip
    columns = (Column("Benchmark or setup"), Column("Took", "number number-column"),
               Column("Of the run", "number number-column"))  # fmt: skip
    return table("What took the time", columns, rows)


def history(every: Sequence[Run], subjects: Mapping[str, str], commit_url: str) -> str:
    """Return the newest runs."""
    rows = [
        (
            (
                f"{commit_link(run.commit, commit_url)}"
                f"<small>{escape(subjects.get(run.commit, ''))}</small>"
            ),
            day(run.committed),
            day(run.began) if run.began else "–",
            took(run.duration_s),
            str(run.figures),
            str(len(run.failed)),
            str(len(run.skipped)),
        )
        for run in every
    ]
    columns = (
        Column("Commit"),
        Column("Committed", "day-column"),
        Column("Measured", "day-column"),
        Column("Took", "number took-column"),
        Column("Figures", "number took-column"),
        Column("Failed", "number took-column"),
        Column("Skipped", "number took-column"),
    )
    return table("Newest runs", columns, rows)


def noise(floors: Mapping[str, Floor]) -> str:
    """Return from which change on each benchmark is said to have moved."""
    head = (
        '<section class="machine" aria-labelledby="noise">\n<header><h2 id="noise">Noise floors'
        '</h2><p class="counts">from which change on a benchmark has moved</p></header>\n'
    )
    if not floors:
        return f"{head}{NO_NOISE}</section>\n"
    rows = [
        (f"<code>{escape(name)}</code>", f"{100 * floor.share:.3g}&nbsp;%", str(floor.runs),
         floor.kind or "–")
        for name, floor in sorted(floors.items(), key=lambda item: -item[1].share)
    ]  # fmt: skip
    columns = (Column("Benchmark"), Column("Floor", "number number-column"),
               Column("Runs", "number took-column"), Column("By", "took-column"))  # fmt: skip
    caption = "The noisiest first <small>· max(2 %, Q3 + 3 IQR) of identical commits</small>"
    return f"{head}{table(caption, columns, rows)}</section>\n"


def took(seconds: float) -> str:
    """Return a duration as people say it: `8 min 20 s`, `4.1 s`."""
    if seconds < MINUTE_S:
        return f"{seconds:.1f}&nbsp;s"
    minutes, rest = divmod(round(seconds), MINUTE_S)
    return f"{minutes}&nbsp;min {rest}&nbsp;s"


def day(moment: datetime) -> str:
    """Return a moment to the minute, in UTC."""
    return f'<time datetime="{moment:%Y-%m-%dT%H:%MZ}">{moment:%Y-%m-%d %H:%M}</time>'


def plain(value: float, unit: str) -> str:
    """Return a figure with its unit, as text."""
    return quantity(value, unit).replace("&nbsp;", " ")
