"""Why it happened, in a line of somebody who knows: `benchmarks/events.toml`, commit messages."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tracker.comparing import acceptance
from tracker.comparing.acceptance import Acceptance
from tracker.events.errors import InvalidNotes
from tracker.events.model import WORSE, Commit, Event, Kind, Move

FILE: Final = "events.toml"

TRAILER: Final = re.compile(
    rf"^{acceptance.TRAILER}:((?:.*)(?:\n[ \t]+\S.*)*)", re.MULTILINE | re.IGNORECASE
)


def _is_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return text


class Note(BaseModel):
    """A line about a commit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    commit: str = Field(pattern=r"^[0-9a-f]{7,40}$")
    benchmarks: Annotated[str, AfterValidator(_is_pattern)] = ""
    """A pattern that some part of the name has; without it the note is about all."""
    direction: Literal["", "worse", "better", "creep"] = ""
    """Left out, it is about both; creep, which has many commits, is only met by its own name."""
    note: str = Field(min_length=1, max_length=300, pattern=r"^[^\n]+$")
    accepted: bool = False
    """Whether what became worse is the price of what the commit brought."""


def read(file: Path) -> tuple[Note, ...]:
    """Read the notes; a repository without the file has none."""
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidNotes(file, [str(error)]) from error
    tables = content.pop("note", [])
    problems = [f"{key}: only [[note]] tables are read" for key in content]
    notes = []
    if not isinstance(tables, list):
        raise InvalidNotes(file, ["note: write [[note]], a list of tables"])
    for number, table in enumerate(tables, start=1):
        try:
            notes.append(Note.model_validate(table))
        except ValidationError as error:
            problems += [
                f"note {number}: {'.'.join(map(str, each['loc']))}: {each['msg']}"
                for each in error.errors(include_url=False)
            ]
    if problems:
        raise InvalidNotes(file, problems)
    return tuple(notes)


def acceptances(commit: Commit) -> list[Acceptance]:
    """Return the trailers of a message that accept a slow-down: `Accept-slower: PATTERN REASON`."""
    said = (acceptance.parse(text, commit.hash) for text in TRAILER.findall(commit.body))
    return [each for each in said if each]


def annotate(events: Iterable[Event], notes: Sequence[Note]) -> list[Event]:
    """Return the events with what is said of them; a price that was taken stands no more."""
    return [_annotated(event, notes) for event in events]


def _annotated(event: Event, notes: Sequence[Note]) -> Event:
    directions = ("creep",) if event.kind is Kind.CREEP else ("", _direction(event.kind))
    mine = [
        note
        for note in notes
        if event.commit.hash.startswith(note.commit)
        and note.direction in directions
        and any(re.search(note.benchmarks, move.series.name) for move in event.moves)
    ]
    messages = [each for commit in event.commits for each in acceptances(commit)]
    moves = tuple(_priced(move, mine, messages) for move in event.moves)
    said = [note.note for note in mine] or [move.accepted for move in moves if move.accepted]
    return replace(event, moves=moves, note=" ".join(dict.fromkeys(said)))


def _direction(kind: Kind) -> str:
    return "worse" if kind in WORSE else "better"


def _priced(move: Move, mine: Sequence[Note], messages: Sequence[Acceptance]) -> Move:
    """Return a move for the worse with the reason for which it is taken as it is, if there is."""
    if not move.is_worse:
        return move
    name = move.series.name
    reasons = [n.note for n in mine if n.accepted and re.search(n.benchmarks, name)]
    accepting = acceptance.accepting(messages, move.series.benchmark, name)
    reasons += [accepting.reason] if accepting else []
    return replace(move, accepted=reasons[0]) if reasons else move
