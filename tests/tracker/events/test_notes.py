"""Notes and trailers: why it happened, and what was accepted."""

from pathlib import Path

import pytest

from tests.tracker.events.made import chronicle, hash_of, step
from tracker.events import notes
from tracker.events.errors import InvalidNotes
from tracker.events.grouping import events
from tracker.events.notes import Note, annotate

COMMIT = hash_of(2)[:8]


def test_a_note_explains_and_an_accepted_price_stands_no_more() -> None:
    (event,) = annotate(
        events([step(100, 110), step(5, 6, benchmark="work.X.track_sql")], chronicle(4)),
        [Note(commit=COMMIT, benchmarks="opcodes", note="Why.", accepted=True)],
    )

    assert event.note == "Why."
    assert [(move.series.name, move.stands) for move in event.moves] == [
        ("work.X.track_sql('memory.get')", True),
        ("work.OfOneCall.track_opcodes('memory.get')", False),
    ]


def test_a_note_about_the_better_says_nothing_of_the_worse() -> None:
    (event,) = annotate(
        events([step(100, 110)], chronicle(4)),
        [Note(commit=COMMIT, direction="better", note="Why.", accepted=True)],
    )

    assert event.note == ""
    assert event.stands


def test_a_trailer_of_the_message_accepts_what_its_pattern_names() -> None:
    body = "Prose.\n\nAccept-slower: work.* the check\n  is worth it\nAccept-slower: nothing\n"

    (event,) = annotate(events([step(100, 110)], chronicle(4, bodies={2: body})), [])

    assert event.note == "the check is worth it"
    assert not event.stands


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[note]]\ncommit = '12345678'", "note 1: note: Field required"),
        ("[[note]]\ncommit = 'HEAD'\nnote = 'x'", "note 1: commit"),
        ("[[note]]\ncommit = '12345678'\nnote = 'x'\nbenchmarks = '('", "no regular expression"),
        ("[[notes]]\nnote = 'x'", "only [[note]] tables are read"),
        ("note = 3", "write [[note]]"),
        ("[[note]", "not valid"),
    ],
)
def test_a_wrong_file_is_named_with_the_field(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "events.toml"
    file.write_text(text)

    with pytest.raises(InvalidNotes) as caught:
        notes.read(file)

    assert said in str(caught.value)


def test_without_a_file_nobody_said_anything(tmp_path: Path) -> None:
    assert notes.read(tmp_path / "events.toml") == ()
