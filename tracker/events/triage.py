"""What is new since a day, for whoever looks once a week: one page of Markdown."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from tracker import results, targets
from tracker.events import wording
from tracker.events.gathering import Folders, Gathered
from tracker.events.model import WORSE, Event, Kind, Status
from tracker.events.wording import SHORT
from tracker.results import Point, full_name
from tracker.targets import Standing, State


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell."""

    machine: str
    since: datetime
    commits: int
    """Measured since."""
    events: tuple[Event, ...]
    """Since then, newest first."""
    failing: tuple[tuple[str, str], ...]
    """Benchmark, and the commit with which it began to fail."""
    violated: tuple[Standing, ...]
    """Targets that have not been kept since a commit of these days."""


def newest(found: Gathered, machine: str) -> datetime:
    """Return the date of the newest commit that has a figure."""
    places = found.chronicle.places
    last = max(
        places[r.commit] for s in found.histories if s.machine == machine for r in s.readings
    )
    return found.chronicle.commits[last].date


def news(folders: Folders, found: Gathered, machine: str, since: datetime) -> News:
    """Read what events do not say: failures and targets; keep what is new since a day."""
    dates = {commit.hash: commit.date for commit in found.chronicle.commits}
    points = [p for p in results.points(folders.results) if p.machine == machine]
    order = found.chronicle.places
    judged = [
        targets.judge(target, points, order)
        for target in targets.read(Path(folders.benchmarks, "targets.toml"))
    ]
    measured = {point.commit for point in points if point.commit in dates}
    return News(
        machine,
        since,
        sum(dates[commit] >= since for commit in measured),
        tuple(e for e in found.of_machine(machine) if e.commit.date >= since),
        tuple(f for f in _failing(points, order) if dates[f[1]] >= since),
        tuple(
            standing
            for standing in judged
            if standing.state is State.VIOLATED
            and standing.since is not None
            and dates[standing.since] >= since
        ),
    )


def _failing(points: Sequence[Point], order: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the benchmarks whose newest result is a failure, and since which commit."""
    by_name: dict[str, list[Point]] = defaultdict(list)
    for point in sorted((p for p in points if p.commit in order), key=lambda p: order[p.commit]):
        by_name[full_name(point.benchmark, point.parameters)].append(point)
    failing = []
    for name, measured in sorted(by_name.items()):
        failed = list(takewhile(lambda point: point.value is None, reversed(measured)))
        if failed:
            failing.append((name, failed[-1].commit))
    return failing


def markdown(told: News) -> str:
    """Return the page as text: no files, no clock."""
    standing = [event for event in told.events if event.stands]
    settled = [e for e in told.events if e.kind in WORSE and e.certain and not e.stands]
    suspects = [e for e in told.events if _suspected(e)]
    sections = (
        _section("Regressions that stand", [_line(event) for event in standing]),
        _section("Suspects, for `python -m tracker confirm`", [_line(e) for e in suspects]),
        _section("Newly failing", [f"`{name}` since `{at[:SHORT]}`" for name, at in told.failing]),
        _section("Targets newly violated", [_target(each) for each in told.violated]),
        _section("Taken back or accepted", [_line(event) for event in settled]),
        *(
            _section(title, [_line(e) for e in told.events if e.kind is kind and e.certain])
            for kind, title in ((Kind.IMPROVEMENT, "Improvements"), (Kind.RECOVERY, "Recoveries"))
        ),
    )
    quiet = "" if any(sections) else "\nNothing is new.\n"
    return (
        f"# Speed since {told.since:%Y-%m-%d}, machine `{told.machine}`\n\n"
        f"{told.commits} commits measured · {len(standing)} regressions stand ·"
        f" {len(suspects)} suspected · {len(told.failing)} benchmarks newly failing ·"
        f" {len(told.violated)} targets newly violated\n{quiet}{''.join(sections)}"
    )


def _suspected(event: Event) -> bool:
    return any(m.is_worse and m.status is Status.SUSPECT and not m.mended_by for m in event.moves)


def _section(title: str, lines: Sequence[str]) -> str:
    return f"\n## {title}\n\n" + "".join(f"- {line}\n" for line in lines) if lines else ""


def _line(event: Event) -> str:
    said = f"`{wording.place(event)}` {event.commit.subject}: {wording.headline(event)}"
    return f"{said}. {event.note}" if event.note else said


def _target(standing: Standing) -> str:
    since = f" since `{standing.since[:SHORT]}`" if standing.since else ""
    return f"{standing.target.name}{since}"
