"""tails.html: the median, the 95th and 99th percentile of each latency, and its distribution."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import ClassVar, Final

from asv.publishing import OutputPublisher

from tracker import results
from tracker.pages.distribution import Axis, distribution
from tracker.pages.figures import commit_link, machines_of, quantity, seconds_of
from tracker.pages.filter import filter_bar
from tracker.pages.frame import frame
from tracker.pages.tables import Column, table
from tracker.pages.targets import Configuration
from tracker.results import Point, full_name
from tracker.tails import Percentile, Tails, tails

TITLE: Final = "Tails"

LEAD: Final = (
    "What most calls take, and what the unlucky ones do: the median, the 95th and the 99th"
    " percentile of every latency at the newest measured commit of each machine, beside the commit"
    " measured before it. Two runs of one commit differ: read a change here as a question, and"
    " Events for the answer."
)

NOTHING: Final = (
    '<p class="empty">No samples yet. <code>./just track</code> measures a commit, and'
    " <code>./just publish</code> shows it here.</p>\n"
)

LEGEND: Final = (
    '<ul class="legend hill-legend"><li class="now"><i></i>this commit</li><li class="before"><i>'
    '</i>the one before</li><li class="mark"><i></i>p50, p95, p99</li></ul>\n'
)

COLUMNS: Final = (
    Column("Latency", "latency-column"),
    Column("n", "number count-column"),
    Column("p50", "number percentile-column"),
    Column("p95", "number percentile-column"),
    Column("p99", "number percentile-column"),
    Column("Distribution", "hills-column"),
)


@dataclass(frozen=True, slots=True)
class Latency:
    """One benchmark with its parameters, at the newest commit and the one measured before."""

    name: str
    group: str
    unit: str
    samples: tuple[float, ...]
    now: Tails
    before_samples: tuple[float, ...] = ()
    before: Tails | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """The latencies of one machine."""

    machine: str
    commit: str
    before: str | None
    latencies: tuple[Latency, ...]


class TailsPage(OutputPublisher):
    """Writes `tails.html`."""

    name: ClassVar[str] = "tails"
    button_label: ClassVar[str] = TITLE
    description: ClassVar[str] = "Percentiles and distribution of each latency"
    order: ClassVar[float] = 13

    @classmethod
    def publish(
        cls,
        conf: Configuration,
        repo: object,
        benchmarks: object,
        graphs: object,
        revisions: Mapping[str, int],
    ) -> None:
        """Write the page. asv calls this, once a publish."""
        measured = measurements(results.points(Path(conf.results_dir)), revisions)
        page = render(conf.project, measured, conf.show_commit_url)
        Path(conf.html_dir, "tails.html").write_text(page, "utf-8")


def measurements(points: Sequence[Point], revisions: Mapping[str, int]) -> list[Measured]:
    """Return the latencies of each machine at its newest commit, with the commit before."""
    found = []
    for machine in machines_of(points):
        newest = results.newest_first(points, machine, revisions)[:2]
        by_commit: dict[str, list[Point]] = {commit: [] for commit in newest}
        for point in points:
            if point.machine == machine and point.commit in by_commit:
                by_commit[point.commit].append(point)
        if newest:
            latencies = _latencies(*by_commit.values())
            before = newest[1] if newest[1:] else None
            found.append(Measured(machine, newest[0], before, tuple(latencies)))
    return found


def _latencies(now: Iterable[Point], before: Iterable[Point] = ()) -> Iterable[Latency]:
    earlier = {(point.benchmark, point.parameters): point for point in before}
    for point in now:
        told = tails(point.samples, point.calls)
        if told is None or seconds_of(point.unit) is None:
            continue
        past = earlier.get((point.benchmark, point.parameters))
        yield Latency(
            name=full_name(point.benchmark, point.parameters),
            group=group_of(point.benchmark),
            unit=point.unit,
            samples=point.samples,
            now=told,
            before_samples=past.samples if past else (),
            before=tails(past.samples, past.calls) if past else None,
        )


def group_of(benchmark: str) -> str:
    """Return the tool that a benchmark is of, or else its file: `memory`, `cold_start`."""
    first, _, rest = benchmark.partition(".")
    return rest.partition(".")[0] if first == "tools" else first


def render(project: str, measured: Sequence[Measured], commit_url: str) -> str:
    """Return the page as text: no files, no clock."""
    sections = "".join(_section(each, commit_url) for each in measured)
    groups = {latency.group for each in measured for latency in each.latencies}
    bar = filter_bar("Tool", groups) if sections else ""
    body = f'<h1>{TITLE}</h1>\n<p class="lead">{LEAD}</p>\n{bar}{sections or NOTHING}'
    return frame(TITLE, project, body)


def _section(measured: Measured, commit_url: str) -> str:
    groups: dict[str, list[Latency]] = defaultdict(list)
    for latency in measured.latencies:
        groups[latency.group].append(latency)
    tables = "".join(_group(measured.machine, each, groups[each]) for each in sorted(groups))
    jumps = "".join(
        f'<li><a href="#{escape(measured.machine)}-{escape(each)}">{escape(each)}</a></li>'
        for each in sorted(groups)
    )
    before = f" · before it {commit_link(measured.before, commit_url)}" if measured.before else ""
    name = escape(measured.machine)
    return (
        f'<section class="machine" aria-labelledby="machine-{name}">\n'
        f'<header><h2 id="machine-{name}">Machine <code>{name}</code></h2>'
        f'<p class="counts">{_count(measured.latencies)} at'
        f" {commit_link(measured.commit, commit_url)}{before}</p></header>\n"
        f'<p class="origin">n samples; in small letters the 99 % interval, from order statistics,'
        f" and the commit before.</p>\n{LEGEND}"
        f'<ul class="jumps" aria-label="Groups">{jumps}</ul>\n{tables}</section>\n'
    )


def _count(latencies: Sequence[Latency]) -> str:
    return "1 latency" if len(latencies) == 1 else f"{len(latencies)} latencies"


def _group(machine: str, name: str, latencies: Sequence[Latency]) -> str:
    scales = [seconds_of(latency.unit) or 1.0 for latency in latencies]
    axis = Axis.over(
        sample * scale
        for latency, scale in zip(latencies, scales, strict=True)
        for sample in (*latency.samples, *latency.before_samples)
    )
    rows = [_row(latency, axis, scale) for latency, scale in zip(latencies, scales, strict=True)]
    count = _count(latencies)
    return (
        f'<div class="group" id="{escape(machine)}-{escape(name)}" data-group="{escape(name)}">\n'
        f"{table(f'{escape(name)} <small>· {count}</small>', COLUMNS, rows)}{_axis(axis)}</div>\n"
    )


def _row(latency: Latency, axis: Axis | None, scale: float) -> tuple[str, ...]:
    now, before = latency.now, latency.before
    cells = (
        _cell(now.p50, before.p50 if before else None, latency.unit, now.reason),
        _cell(now.p95, before.p95 if before else None, latency.unit, now.reason),
        _cell(now.p99, before.p99 if before else None, latency.unit, now.reason),
    )
    return (_label(latency.name), str(now.count), *cells, _picture(latency, axis, scale))


def _label(name: str) -> str:
    start, dot, end = name.partition("(")[0].rpartition(".")
    end += name[len(start) + len(dot) + len(end) :]
    # A long name may break after each of its parts, and nowhere else.
    shown = (escape(part).replace(".", ".<wbr>").replace("_", "_<wbr>") for part in (start, end))
    return "<code><i>{}.</i><wbr>{}</code>".format(*shown)


def _cell(now: Percentile | None, before: Percentile | None, unit: str, reason: str) -> str:
    if now is None:
        return f'–<small class="reason">{escape(reason)}</small>'
    was = ""
    if before is not None and before.value:
        change = f"{now.value / before.value - 1:+.0%}".replace("-", "−").replace("%", "&nbsp;%")
        was = f"<small>was {quantity(before.value, unit)} <b>{change}</b></small>"
    return f"{quantity(now.value, unit)}<small>{_interval(now, unit)}</small>{was}"


def _interval(told: Percentile, unit: str) -> str:
    if told.low is None:
        return f"at most {quantity(told.high, unit)}" if told.high is not None else "not bounded"
    if told.high is None:
        return f"at least {quantity(told.low, unit)}"
    low, high = quantity(told.low, unit), quantity(told.high, unit)
    figure, _, its_unit = low.partition("&nbsp;")
    return f"{figure if high.endswith(f';{its_unit}') else low} to {high}"


def _picture(latency: Latency, axis: Axis | None, scale: float) -> str:
    if axis is None:
        return "–"
    told = (latency.now.p50, latency.now.p95, latency.now.p99)
    shown = [each for each in told if each is not None]
    unit = latency.unit
    ends = " to ".join(quantity(end, unit) for end in (min(latency.samples), max(latency.samples)))
    said = f"{latency.now.count} samples from {ends}".replace("&nbsp;", " ")
    return distribution(
        [sample * scale for sample in latency.samples],
        [sample * scale for sample in latency.before_samples],
        [each.value * scale for each in shown],
        axis,
        said,
    )


def _axis(axis: Axis | None) -> str:
    if axis is None:
        return ""
    labels = "".join(
        f'<span style="left:{100 * axis.at(tick):.1f}%">{quantity(tick, "s")}</span>'
        for tick in axis.ticks()
    )
    return f'<div class="axis" aria-hidden="true"><div>{labels}</div></div>\n'
