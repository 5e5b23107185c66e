"""Events as people and programs read them: words, feed, history page, JSON."""

import json
from xml.etree import ElementTree as ET

import pytest

from tests.tracker.events.made import chronicle, hash_of, step
from tracker.events import feed, history_page, report, wording
from tracker.events.grouping import events
from tracker.events.model import Event, Move
from tracker.events.notes import Note, annotate

ATOM = "{http://www.w3.org/2005/Atom}"

SLOWER = step(0.010, 0.025, benchmark="tools.memory.At1k.time_get", unit="seconds")


def found(*moves: Move, note: str = "") -> list[Event]:
    notes = [Note(commit=hash_of(2)[:8], note=note)] if note else []
    return annotate(events(moves, chronicle(4)), notes)


@pytest.mark.parametrize(
    ("move", "name", "size", "levels"),
    [
        (step(2340, 2451), "instructions of memory.get", "+4.7 %", "2,340 → 2,451 instructions"),
        (SLOWER, "tools.memory.At1k.get", "×2.5", "10 → 25 ms"),
        (step(1e6, 4e5, unit="bytes"), "instructions of memory.get", "−60 %", "1 MB → 400 kB"),
        (step(0, 3, unit="statements"), "instructions of memory.get", "0 → 3 statements",
         "0 → 3 statements"),
    ],
)  # fmt: skip
def test_a_move_is_told_in_few_words(move: Move, name: str, size: str, levels: str) -> None:
    assert wording.name(move) == name
    assert wording.size(move).replace("\N{NO-BREAK SPACE}", " ") == size
    assert wording.levels(move) == levels


def test_what_was_counted_is_found_again_by_asv_and_a_time_in_lockstep() -> None:
    span = f"{hash_of(1)[:8]}..{hash_of(2)[:8]}"

    counted = r"""asv find SPAN "^work\.OfOneCall\.track_opcodes\('memory\.get'\)" """.strip()
    assert wording.bisect(step(1, 2)) == counted.replace("SPAN", span)
    assert wording.bisect(SLOWER) == f"python -m tracker bisect tools.memory.At1k.time_get {span}"


def test_the_headline_speaks_of_what_is_certain() -> None:
    (event,) = found(SLOWER, step(100, 110), step(100, 104))

    assert wording.headline(event).startswith("2 benchmarks worse, most instructions of memory.get")


def test_the_feed_is_atom_bounded_and_its_ids_stay() -> None:
    many = [event for _ in range(60) for event in found(step(100, 110))]

    read = ET.fromstring(feed.render("toy", many))  # noqa: S314  our own

    entries = read.findall(f"{ATOM}entry")
    assert len(entries) == feed.ENTRIES_MAX
    assert read.findtext(f"{ATOM}updated") == "2026-01-03T00:00:00Z"
    for part in ("id", "title", "updated"):
        assert read.findtext(f"{ATOM}{part}")
        assert entries[0].findtext(f"{ATOM}{part}")
    assert "&" not in (entries[0].findtext(f"{ATOM}title") or "")
    grown = ET.fromstring(feed.render("toy", found(step(100, 110), step(100, 300))))  # noqa: S314
    assert grown.findtext(f"{ATOM}entry/{ATOM}id") == entries[0].findtext(f"{ATOM}id")


def test_a_feed_without_events_is_the_same_each_time() -> None:
    assert feed.render("toy", []) == feed.render("toy", [])


def test_the_history_has_what_is_certain_and_asks_why() -> None:
    explained = found(step(100, 110), SLOWER, note="A | in a note.")
    suspected = found(SLOWER)

    page = history_page.render([*explained, *suspected])

    (row,) = page.splitlines()[len(history_page.HEAD.splitlines()) :]
    assert row.startswith("| 2026-01-03 | `00000002` Do 2 | **regression**: instructions of")
    assert row.endswith(r"| A \| in a note. |")
    assert history_page.unexplained([*explained, *suspected]) == []
    (missing,) = history_page.unexplained(found(step(100, 110)))
    assert missing.startswith("00000002 regression: 1 benchmark worse")


def test_the_report_is_json_also_from_nothing_to_something() -> None:
    events_ = found(step(0, 3, unit="statements"), SLOWER)

    read = json.loads(json.dumps(report.machine_readable("reference", events_), allow_nan=False))

    assert (read["version"], read["standing"], read["suspects"]) == (1, 1, 1)
    assert read["events"][0]["benchmarks"][0]["share"] is None
    assert read["events"][0]["benchmarks"][1]["status"] == "suspect"
