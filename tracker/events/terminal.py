"""Events for the person at the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tracker.events import wording
from tracker.events.model import Event, Move

if TYPE_CHECKING:
    from rich.console import Console

MOVES_MAX: Final = 5
"""Benchmarks shown of one event; the page and the JSON have all."""


def show(events: Sequence[Event], console: "Console | None" = None) -> None:
    """Print what stands, then the suspects, then a line of counts."""
    from rich.console import Console

    console = console or Console()
    standing = [event for event in events if event.stands]
    _list(console, "Standing", [(e, [m for m in e.moves if m.stands]) for e in standing])
    suspected = [(e, [m for m in e.moves if m.is_worse and not m.is_certain]) for e in events]
    open_ones = [(e, _open(moves)) for e, moves in suspected if _open(moves)]
    _list(console, "Suspects, which `python -m tracker confirm` measures", open_ones)
    accepted = sum(move.accepted != "" for event in events for move in event.moves)
    mended = sum(bool(move.mended_by) for event in events for move in event.moves)
    number = sum(len([m for m in e.moves if m.stands]) for e in standing)
    console.print(
        f"{number} benchmarks stand in {len(standing)} events; {accepted} accepted,"
        f" {mended} taken back, {sum(len(moves) for _, moves in open_ones)} suspected.",
        highlight=False,
    )


def _open(moves: Sequence[Move]) -> list[Move]:
    from tracker.events.model import Status

    return [move for move in moves if move.status is Status.SUSPECT and not move.mended_by]


def _list(console: "Console", title: str, rows: Sequence[tuple[Event, list[Move]]]) -> None:
    """Print one paragraph an event; the command stands on a line of its own, to be copied."""
    from rich.text import Text

    def say(text: str, style: str = "") -> None:
        console.print(Text(text, style), soft_wrap=True)

    if rows:
        say(title, "bold")
    for event, moves in rows:
        say(f"\n{wording.place(event)}  {event.commit.subject}", "cyan")
        for move in moves[:MOVES_MAX]:
            say(f"  {wording.size(move):>8}  {wording.name(move)}, {wording.levels(move)}")
        if len(moves) > MOVES_MAX:
            say(f"            and {len(moves) - MOVES_MAX} more")
        say(f"  {wording.bisect(moves[0])}", "dim")
    if rows:
        say("")
