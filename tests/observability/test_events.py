"""Events: told once a minute, and what was left out is counted."""

import json
import logging
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from ltmc_server.observability.events import QUIET_S, Events
from ltmc_server.observability.logs import CHARS_MAX, JsonLines, TextLines

WAITS_S = st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 90)), max_size=60)


@given(waits=WAITS_S)
def test_each_is_told_or_counted_and_none_too_soon(waits: list[tuple[str, float]]) -> None:
    now_s = 0.0
    events = Events(clock=lambda: now_s)
    told: dict[str, list[float]] = {"a": [], "b": []}
    for subject, wait_s in waits:
        now_s += wait_s
        if events.tell("store_down", subject):
            told[subject].append(now_s)

    for subject, times in told.items():
        assert bool(times) == any(one == subject for one, _ in waits)
        gaps = [late - early for early, late in pairwise(times)]
        assert all(gap >= QUIET_S for gap in gaps)


def test_what_was_left_out_is_said_with_the_next(caplog: pytest.LogCaptureFixture) -> None:
    now_s = 0.0
    events = Events(clock=lambda: now_s)
    for second in range(5):
        now_s = float(second)
        events.tell("sla_violation", "a.x", seconds=second)
    events.tell("sla_violation", "b.x", seconds=9)
    events.tell("store_down", "a.x")
    now_s = QUIET_S
    events.tell("sla_violation", "a.x", seconds=7)

    told = [(one.message, vars(one)["fields"]) for one in caplog.records]
    assert told == [
        ("sla_violation", {"seconds": 0}),
        ("sla_violation", {"seconds": 9}),
        ("store_down", {}),
        ("sla_violation", {"seconds": 7, "left_out": 4}),
    ]


def record(message: str, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("ltmc_server.x", logging.WARNING, "x.py", 1, message, (), None)
    vars(made).update(more)
    return made


def test_an_event_is_one_object_a_line() -> None:
    line = JsonLines().format(record("store_down", fields={"store": "redis", "since": None}))

    said = json.loads(line)
    assert said.pop("time").endswith("+00:00")
    assert said == {"level": "WARNING", "event": "store_down", "store": "redis", "since": None}


def test_in_text_it_is_names_and_values() -> None:
    line = TextLines().format(record("store_down", fields={"store": "redis"}))

    assert line.endswith(" WARNING ltmc_server.x store_down store=redis")


@given(message=st.text(st.characters()))
def test_whatever_is_logged_is_one_line_of_json(message: str) -> None:
    line = JsonLines().format(record(message.replace("%", "%%") * 3))

    assert "\n" not in line
    assert json.loads(line)["logger"] == "ltmc_server.x"


def test_an_exception_is_there_and_has_a_bound() -> None:
    error = ValueError("x" * 50_000 + "\ud800 the end")
    made = record("a bug", exc_info=(ValueError, error, None))

    said = json.loads(JsonLines().format(made))
    assert said["message"] == "a bug"
    assert said["exception"].endswith(r"\ud800 the end")
    assert len(said["exception"]) <= CHARS_MAX + 10
