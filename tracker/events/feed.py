"""Events → an Atom feed: the newest fifty, each under a name that stays."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final

from asv.feed import FeedEntry, write_atom

from tracker.events import wording
from tracker.events.model import Event

FILE: Final = "events.xml"

ENTRIES_MAX: Final = 50

BENCHMARKS_MAX: Final = 10
"""Named in one entry."""


def render(project: str, events: Sequence[Event]) -> bytes:
    """Return the feed as XML: no files, no clock."""
    entries = [_entry(event) for event in events[:ENTRIES_MAX]]
    written = io.BytesIO()
    # Without entries asv would date the feed to now, and no two publications were equal.
    updated = None if entries else datetime(1970, 1, 1, tzinfo=UTC)
    title = f"{project}: where its speed changed"
    write_atom(written, entries, project, title, f"{project}.invalid", updated, FILE)
    return written.getvalue()


def _entry(event: Event) -> FeedEntry:
    commit = event.commit
    told = event.certain or event.moves
    rows = "".join(
        f"<li><code>{escape(move.series.name)}</code> {escape(wording.size(move))},"
        f" {escape(wording.levels(move))}, {wording.certainty(move)}</li>"
        for move in told[:BENCHMARKS_MAX]
    )
    more = len(event.moves) - min(len(told), BENCHMARKS_MAX)
    parts = (
        f"<p><code>{escape(wording.place(event))}</code> {escape(commit.subject)}</p>",
        f"<p>{escape(event.note)}</p>" if event.note else "",
        f"<ul>{rows}</ul>",
        f"<p>and {more} more</p>" if more else "",
        f"<p>Packages: {escape(', '.join(event.packages))}</p>" if event.packages else "",
        f"<p><code>{escape(wording.bisect(told[0]))}</code></p>",
    )
    return FeedEntry(
        title=f"{event.status} {event.kind}: {wording.headline(event)}",
        updated=commit.date,
        link=f"events.html#e-{event.id}",
        content="".join(parts),
        id_context=[event.id],
    )
