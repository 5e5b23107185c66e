"""Real answers of each server, as they came from the versions in benchmarks/peers.toml."""

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.peers.dialects import DIALECTS
from tracker.peers.workload import Note

ANSWERS = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted(Path(__file__).with_name("answers").glob("*.json"))
}

REFUSED: dict[str, Any] = {"isError": True, "content": [{"type": "text", "text": "no room"}]}


def test_every_dialect_has_real_answers() -> None:
    assert set(ANSWERS) == set(DIALECTS)


@pytest.mark.parametrize("name", ANSWERS)
def test_names_are_read_in_their_order(name: str) -> None:
    said = ANSWERS[name]

    assert DIALECTS[name].found(said["retrieve"]) == said["found"]


@pytest.mark.parametrize("name", ANSWERS)
def test_a_note_that_is_there_is_found_and_one_that_is_not_is_not(name: str) -> None:
    said, dialect = ANSWERS[name], DIALECTS[name]

    assert said["note"] in dialect.found(said["fetch"])
    assert "missing" not in dialect.found(said["fetch_of_missing"])


@pytest.mark.parametrize("name", ANSWERS)
def test_what_was_done_is_not_taken_for_refused(name: str) -> None:
    said, dialect = ANSWERS[name], DIALECTS[name]

    assert dialect.refused(said["store"]) is None
    assert dialect.refused(said["retrieve"]) is None
    assert dialect.refused(said["fetch"]) is None
    assert dialect.refused(REFUSED) == "no room"


@pytest.mark.parametrize("name", DIALECTS)
def test_calls_are_json_and_hold_what_is_asked(name: str) -> None:
    dialect = DIALECTS[name]
    note = Note("other1", "The roof leaks.")

    stored, asked, fetched = dialect.store(note), dialect.retrieve("which?"), dialect.fetch(note)

    assert all(text in json.dumps(stored) for text in (note.name, note.text))
    assert "which?" in json.dumps(asked)
    assert note.name in json.dumps(fetched) or note.text in json.dumps(fetched)


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("result", [{}, {"content": []}, {"content": [{"type": "text"}]}])
def test_an_answer_of_another_form_finds_nothing(name: str, result: dict[str, Any]) -> None:
    assert DIALECTS[name].found(result) == []
