"""Events → docs/history.md: one table, a line why for each."""

from collections.abc import Sequence
from typing import Final

from tracker.events import wording
from tracker.events.model import Event

FILE: Final = "history.md"

HEAD: Final = """\
# History

Each commit at which the speed changed for certain, newest first, and why.
Certain is what is counted, and what was confirmed by measuring commit and parent in lockstep;
[Events](events.md) says how.
Written by `./just history-page` from `results/` and `benchmarks/events.toml`.

| date | commit | what moved | why |
|---|---|---|---|
"""

MOVES_MAX: Final = 2
"""Benchmarks named in a row."""


def render(events: Sequence[Event]) -> str:
    """Return the page as text: no files, no clock."""
    return HEAD + "".join(_row(event) for event in events if event.certain)


def unexplained(events: Sequence[Event]) -> list[str]:
    """Return the events that are certain and about which nobody wrote a line."""
    return [
        f"{wording.place(event)} {event.kind}: {wording.headline(event)}"
        for event in events
        if event.certain and not event.note
    ]


def _row(event: Event) -> str:
    moved = ", ".join(f"{wording.name(m)} {wording.size(m)}" for m in event.certain[:MOVES_MAX])
    more = len(event.certain) - MOVES_MAX
    others = f", and {more} more" if more > 0 else ""
    where = f"`{wording.place(event)}` {_cell(event.commit.subject)}"
    return (
        f"| {event.commit.date:%Y-%m-%d} | {where} | **{event.kind}**: {_cell(moved + others)}"
        f" | {_cell(event.note)} |\n"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
