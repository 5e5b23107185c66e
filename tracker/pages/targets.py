"""targets.html: each promise and goal, what was measured, and whether it holds."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import ClassVar, Final, Protocol

from asv.publishing import OutputPublisher

from tracker import results, targets
from tracker.pages.figures import commit_link, machines_of
from tracker.pages.frame import frame
from tracker.pages.sparkline import sparkline
from tracker.results import Point
from tracker.targets import Reading, Standing, State, Target
from tracker.units import number, readable

CAPTIONS: Final = {
    "promise": ("Promises", "what users may rely on"),
    "goal": ("Goals", "what the project holds itself to"),
}
COLUMNS: Final = (
    ("State", "state-column"),
    ("Target", ""),
    ("Bound", "number number-column"),
    ("Measured", "number number-column"),
    ("History", "history-column"),
    ("Since", "since-column"),
)

LEAD: Final = (
    "The figures this project answers for. Each is the latest measured commit’s; the line shows"
    " its history, the dashes its bound."
)


class Configuration(Protocol):
    """What the page reads of asv's configuration."""

    project: str
    show_commit_url: str
    benchmark_dir: str
    results_dir: str
    html_dir: str


@dataclass(frozen=True, slots=True)
class Machine:
    """How the targets stand on one machine."""

    name: str
    standings: tuple[Standing, ...]


class TargetsPage(OutputPublisher):
    """Writes `targets.html`."""

    name: ClassVar[str] = "targets"
    button_label: ClassVar[str] = "Targets"
    description: ClassVar[str] = "Promises and goals, and whether they hold"
    order: ClassVar[float] = 10

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
        wanted = targets.read(Path(conf.benchmark_dir, "targets.toml"))
        points = results.points(Path(conf.results_dir))
        machines = []
        for name in machines_of(points):
            measured = defaultdict[str, list[Point]](list)
            for point in points:
                if point.machine == name:
                    measured[point.benchmark].append(point)
            standings = (
                targets.judge(
                    target,
                    [each for name in target.benchmarks for each in measured[name]],
                    revisions,
                )
                for target in wanted
            )
            machines.append(Machine(name, tuple(standings)))
        page = render(conf.project, machines if wanted else [], conf.show_commit_url)
        Path(conf.html_dir, "targets.html").write_text(page, "utf-8")


def render(project: str, machines: Sequence[Machine], commit_url: str) -> str:
    """Return the page as text: no files, no clock."""
    sections = "".join(_section(machine, commit_url) for machine in machines)
    nothing = (
        '<p class="empty">No targets yet. Write them in <code>benchmarks/targets.toml</code>,'
        " measure a commit, and publish.</p>\n"
    )
    body = f'<h1>Targets</h1>\n<p class="lead">{LEAD}</p>\n{sections or nothing}'
    return frame("Targets", project, body)


def _section(machine: Machine, commit_url: str) -> str:
    counts = Counter(standing.state for standing in machine.standings)
    counted = " · ".join(f"{counts[state]} {state.value}" for state in State if counts[state])
    tables = "".join(
        _table(kind, [s for s in machine.standings if s.target.kind == kind], commit_url)
        for kind in CAPTIONS
    )
    name = escape(machine.name)
    return (
        f'<section class="machine" aria-labelledby="machine-{name}">\n'
        f'<header><h2 id="machine-{name}">Machine <code>{name}</code></h2>'
        f'<p class="counts">{counted}</p></header>\n{tables}</section>\n'
    )


def _table(kind: str, standings: Sequence[Standing], commit_url: str) -> str:
    if not standings:
        return ""
    title, meaning = CAPTIONS[kind]
    # On a phone the style turns rows into cards; the roles keep them a table for a screen reader.
    columns = "".join(
        f'<th scope="col" role="columnheader" class="{css}">{label}</th>\n'
        for label, css in COLUMNS
    )
    order = list(State)
    rows = "".join(
        _row(standing, commit_url)
        for standing in sorted(standings, key=lambda standing: order.index(standing.state))
    )
    return (
        f'<table role="table">\n<caption>{title} <small>· {meaning}</small></caption>\n'
        f'<thead role="rowgroup"><tr role="row">\n{columns}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{rows}</tbody>\n</table>\n'
    )


def _row(standing: Standing, commit_url: str) -> str:
    target = standing.target
    css = standing.state.value.replace(" ", "-")
    is_missed = standing.state is State.VIOLATED
    told = [target.note, target.missed if is_missed else ""]
    note = "".join(f"<small>{escape(each)}</small>" for each in told if each)
    sign = "≤" if target.better == "lower" else "≥"
    bound = _figure(target.bound, target)
    since = commit_link(standing.since, commit_url) if standing.since else "–"
    return (
        '<tr role="row">\n'
        f'<td role="cell"><span class="state {css}">{standing.state.value}</span></td>\n'
        f'<th scope="row" role="rowheader">{escape(target.name)}{note}'
        f'<span class="aside"><code>{escape(_benchmark(target))}</code></span></th>\n'
        f'<td role="cell" class="number" data-label="Bound">{sign}&nbsp;{bound}</td>\n'
        f'<td role="cell" class="number" data-label="Measured">{_measured(standing)}</td>\n'
        f'<td role="cell" data-label="History">{sparkline(standing)}</td>\n'
        f'<td role="cell" data-label="Since">{since}</td>\n'
        "</tr>\n"
    )


def _benchmark(target: Target) -> str:
    if target.params is None:
        return target.benchmark
    return f"{target.benchmark}({', '.join(map(repr, target.params))})"


def _measured(standing: Standing) -> str:
    if standing.state is State.NO_DATA:
        return f"–<small>{escape(standing.reason)}</small>"
    latest: Reading = standing.readings[-1]
    assert latest.value is not None
    unit, scale = readable(latest.value, standing.target.unit)
    figure = f"{number(latest.value * scale)}&nbsp;{escape(unit)}"
    if latest.low is not None and latest.high is not None:
        low, high = number(latest.low * scale), number(latest.high * scale)
        figure += f"<small>{low} to {high}</small>"
    return figure + _floor(standing)


def _floor(standing: Standing) -> str:
    """Return what the libraries alone take, if the target says where that is measured."""
    floor = standing.floor
    if floor is None or floor.value is None or standing.target.floor is None:
        return ""
    unit, scale = readable(floor.value, standing.target.unit)
    said = f"floor {number(floor.value * scale)}&nbsp;{escape(unit)}"
    return f'<small title="{escape(standing.target.floor.benchmark)}">{said}</small>'


def _figure(value: float, target: Target) -> str:
    return f"{number(value)}&nbsp;{escape(target.unit)}"
