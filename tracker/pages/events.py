"""events.html and events.xml: at which commit the speed changed, by how much, and why."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import ClassVar, Final

from asv.publishing import OutputPublisher

from tracker.events import feed, gathering, wording
from tracker.events.model import Event, Kind, Move, Status
from tracker.pages.frame import frame
from tracker.pages.steps import stepline
from tracker.pages.tables import Column, table
from tracker.pages.targets import Configuration

EVENTS_MAX: Final = 300
"""Shown; the JSON of `python -m tracker regressions` has all."""

MOVES_MAX: Final = 40
"""Benchmarks shown of one event."""

LINES_MAX: Final = 8
"""Of these the history is drawn: a drawing costs as much as ten rows."""

LEAD: Final = (
    "Where the speed changed, newest first: one row a commit and direction, with every benchmark"
    " that moved. What is counted is certain. A time is a suspect until its commit and the one"
    " before were measured at once, and then confirmed or refuted."
)
COLUMNS: Final = (
    Column("Benchmark"),
    Column("Size", "number size-column"),
    Column("From, to", "number levels-column"),
    Column("History", "history-column"),
    Column("How sure", "sure-column"),
)
SIZES: Final = (("0", "any size"), ("0.05", "5 % or more"), ("0.2", "20 % or more"), ("1", "×2"))
BADGES: Final = {
    Kind.REGRESSION: "violated",
    Kind.CREEP: "violated",
    Kind.RECOVERY: "passing",
    Kind.IMPROVEMENT: "passing",
}


@dataclass(frozen=True, slots=True)
class Site:
    """What the page says of where it is."""

    project: str
    commit_url: str
    machines: int = 1


class EventsPage(OutputPublisher):
    """Writes `events.html` and `events.xml`."""

    name: ClassVar[str] = "events"
    button_label: ClassVar[str] = "Events"
    description: ClassVar[str] = "Regressions, improvements, recoveries"
    order: ClassVar[float] = 11

    @classmethod
    def publish(
        cls,
        conf: Configuration,
        repo: object,
        benchmarks: object,
        graphs: object,
        revisions: Mapping[str, int],
    ) -> None:
        """Write the page and the feed. asv calls this, once a publish."""
        folders = replace(
            gathering.Folders.of(Path.cwd()),
            results=Path(conf.results_dir),
            benchmarks=Path(conf.benchmark_dir),
        )
        found = gathering.gather(folders)
        site = Site(conf.project, conf.show_commit_url, len(found.machines))
        page = render(site, found.events)
        Path(conf.html_dir, "events.html").write_text(page, "utf-8")
        Path(conf.html_dir, feed.FILE).write_bytes(feed.render(conf.project, found.events))


def render(site: Site, events: Sequence[Event]) -> str:
    """Return the page as text: no files, no clock."""
    shown = events[:EVENTS_MAX]
    counts = Counter(event.kind for event in events)
    counted = " · ".join(f"{counts[kind]} {_plural(kind, counts[kind])}" for kind in Kind)
    standing = sum(event.stands for event in events)
    rows = "".join(_event(event, site) for event in shown)
    nothing = '<p class="empty">No events yet: nothing that was measured has changed.</p>\n'
    more = len(events) - len(shown)
    body = (
        f"<style>\n{_asset('events.css')}</style>\n"
        f'<h1>Events</h1>\n<p class="lead">{LEAD}</p>\n'
        f'<p class="counts"><b>{standing} standing</b> · {counted} ·'
        f' <a href="{feed.FILE}">Atom feed</a></p>\n'
        f"{_filter(shown)}"
        f'<div id="events">\n{rows or nothing}</div>\n'
        + (f'<p class="counts">{more} older ones are left out.</p>\n' if more > 0 else "")
        + f"<script>\n{_asset('events.js')}</script>\n"
    )
    return frame("Events", site.project, body)


def _asset(name: str) -> str:
    return files("tracker.pages").joinpath(name).read_text("utf-8")


def _plural(kind: Kind, number: int) -> str:
    if kind is Kind.RECOVERY:
        return "recovery" if number == 1 else "recoveries"
    return kind.value if number == 1 else f"{kind.value}s"


def _filter(events: Sequence[Event]) -> str:
    """Return the controls; without a script there is nothing to control, so they stay hidden."""
    tools = sorted({wording.tool(move) for event in events for move in event.moves})
    options = "".join(f'<option value="{escape(tool)}">{escape(tool)}</option>' for tool in tools)
    sizes = "".join(f'<option value="{value}">{said}</option>' for value, said in SIZES)
    kinds = "".join(
        f'<label><input type="checkbox" name="kind" value="{kind}" checked> {kind}</label>'
        for kind in Kind
    )
    return (
        '<form id="filter" aria-label="Filter" hidden>\n'
        f'<label>Tool <select name="tool"><option value="">all</option>{options}</select></label>\n'
        f'<label>Size <select name="size">{sizes}</select></label>\n'
        f"<fieldset><legend>Kind</legend>{kinds}</fieldset>\n"
        '<label><input type="checkbox" name="suspects" checked> suspects</label>\n'
        '<label><input type="checkbox" name="standing"> standing only</label>\n'
        '<output aria-live="polite"></output>\n</form>\n'
    )


def _event(event: Event, site: Site) -> str:
    tools = sorted({wording.tool(move) for move in event.moves})
    told = event.certain or event.moves
    classes = f"event {event.status}" + (" stands" if event.stands else "")
    machine = f" · on <code>{escape(event.machine)}</code>" if site.machines > 1 else ""
    note = f'<p class="note">{_with_code(event.note)}</p>\n' if event.note else ""
    return (
        f'<article class="{classes}" id="e-{event.id}" data-kind="{event.kind}"'
        f' data-tools="{escape(" ".join(tools))}" data-size="{_data_size(event)}">\n'
        f"<header>{_badges(event)}"
        f'<h2><a class="self" href="#e-{event.id}">{escape(wording.headline(event))}</a></h2>'
        f"{stepline(told[0])}</header>\n"
        f'<p class="commit">{_commit(event, site)} <q>{escape(event.commit.subject)}</q>'
        f" · <time>{event.commit.date:%Y-%m-%d}</time>{machine}</p>\n"
        f"{note}{_facts(event)}"
        f"<details><summary>{len(event.moves)} benchmark{'s' * (len(event.moves) > 1)},"
        f" and how to find it again</summary>\n{_moves(event)}{_bisect(told[0])}</details>\n"
        "</article>\n"
    )


def _with_code(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _data_size(event: Event) -> str:
    from math import exp

    return f"{exp(min(max(move.change.size for move in event.moves), 10)) - 1:.3f}"


def _badges(event: Event) -> str:
    kind = f'<span class="state {BADGES[event.kind]}">{event.kind}</span>'
    if event.status in (Status.SUSPECT, Status.REFUTED):
        kind = f'<span class="state no-data">{event.kind}</span>'
    badges = [
        kind,
        f'<span class="state {_css(event.status)}">{wording.certainty(event.moves[0])}</span>',
    ]
    if event.stands:
        badges.append('<span class="state outlined">standing</span>')
    elif any(move.is_worse and move.is_certain for move in event.moves):
        # Its parts may differ: some were taken back, the price of others was accepted.
        accepted = any(move.accepted and not move.mended_by for move in event.moves)
        badges.append(f'<span class="state no-data">{"accepted" if accepted else "mended"}</span>')
    return f'<span class="badges">{"".join(badges)}</span>'


def _css(status: Status) -> str:
    return {Status.COUNTED: "sure", Status.CONFIRMED: "sure"}.get(status, "no-data")


def _commit(event: Event, site: Site) -> str:
    said = f"<code>{escape(wording.place(event))}</code>"
    if site.commit_url not in ("", "#"):
        said = f'<a href="{escape(site.commit_url + event.commit.hash)}">{said}</a>'
    if len(event.commits) > 1:
        how = "over" if event.kind is Kind.CREEP else "one of"
        said += f" ({how} {len(event.commits)} commits, up to)"
    return said


def _facts(event: Event) -> str:
    facts = []
    if event.counters:
        said = ", ".join(wording.counter(move) for move in event.counters[:3])
        facts.append(("Explained by", said))
    if event.packages:
        said = ", ".join(event.packages[:6])
        more = len(event.packages) - 6
        facts.append(("Packages", f"{said}{f', and {more} more' if more > 0 else ''}"))
    mended = Counter(move.mended_by for move in event.moves if move.mended_by)
    if mended:
        said = ", ".join(
            f"{number} by {commit[: wording.SHORT]}" for commit, number in mended.items()
        )
        facts.append(("Taken back", said))
    items = "".join(f"<div><dt>{name}</dt><dd>{escape(said)}</dd></div>" for name, said in facts)
    return f'<dl class="facts">{items}</dl>\n' if items else ""


def _moves(event: Event) -> str:
    rows = [
        _row(move, is_drawn=place < LINES_MAX) for place, move in enumerate(event.moves[:MOVES_MAX])
    ]
    more = len(event.moves) - len(rows)
    left = f'<p class="counts">and {more} more</p>\n' if more > 0 else ""
    return table(f"Benchmarks of {escape(wording.place(event))}", COLUMNS, rows) + left


def _row(move: Move, *, is_drawn: bool) -> tuple[str, ...]:
    interval = wording.interval(move)
    return (
        f"<code>{escape(move.series.name)}</code>",
        escape(wording.size(move)) + (f"<small>{escape(interval)}</small>" if interval else ""),
        escape(wording.levels(move)),
        stepline(move) if is_drawn else "–",
        f'<span class="state {_css(move.status)}">{wording.certainty(move)}</span>'
        + (f"<small>{escape(move.reason)}</small>" if move.reason else "")
        + (f"<small>accepted: {escape(move.accepted)}</small>" if move.accepted else "")
        + (f"<small>mended by {move.mended_by[: wording.SHORT]}</small>" if move.mended_by else ""),
    )


def _bisect(move: Move) -> str:
    return (
        f'<p class="bisect"><code>{escape(wording.bisect(move))}</code>'
        '<button type="button" class="copy" hidden>Copy</button></p>\n'
    )
