"""The page of events says what happened, safely, and also without a script."""

import re

from tests.tracker.events.made import chronicle, hash_of, step
from tracker.events.grouping import events
from tracker.events.model import Move
from tracker.events.notes import Note, annotate
from tracker.pages.events import MOVES_MAX, Site, render
from tracker.pages.steps import stepline

SITE = Site("toy", "https://example.org/commit/")


def page(*moves: Move, note: str = "", accepted: bool = False) -> str:
    notes = [Note(commit=hash_of(2)[:8], note=note, accepted=accepted)] if note else []
    return render(SITE, annotate(events(moves, chronicle(4)), notes))


def test_an_event_has_its_commit_reason_and_command() -> None:
    text = page(step(100, 110), note="Because of `this` & <that>.")

    assert f'<a href="https://example.org/commit/{hash_of(2)}"><code>00000002</code></a>' in text
    assert "Because of <code>this</code> &amp; &lt;that&gt;." in text
    assert "asv find 00000001..00000002" in text
    assert '<span class="state outlined">standing</span>' in text
    assert "<b>1 standing</b> · 1 regression · 0 creeps" in text


def test_an_accepted_price_does_not_stand() -> None:
    text = page(step(100, 110), note="Worth it.", accepted=True)

    assert "standing</span>" not in text
    assert '<span class="state no-data">accepted</span>' in text
    assert "<b>0 standing</b>" in text


def test_a_suspect_is_marked_as_one() -> None:
    timed = step(1.0, 2.0, benchmark="tools.a.B.time_c", unit="seconds")

    text = page(timed)

    assert 'class="event suspect"' in text
    assert "violated" not in text.partition("<details>")[0].partition("</style>")[2]


def test_filters_are_for_browsers_with_scripts_and_name_each_tool() -> None:
    text = page(
        step(100, 110),
        step(1.0, 2.0, benchmark="tools.todo.At500.time_list", unit="seconds"),
        step(1.0, 2.0, benchmark="recall.ByVector.time_search", unit="seconds"),
    )

    assert re.search(r'<form id="filter"[^>]* hidden>', text)
    assert re.findall(r'<option value="(\w+)">\1</option>', text) == ["memory", "recall", "todo"]
    assert 'data-tools="memory recall todo"' in text


def test_without_events_it_says_so() -> None:
    assert "No events yet" in page()


def test_many_benchmarks_are_cut_and_counted() -> None:
    text = page(*[step(100, 110 + at) for at in range(MOVES_MAX + 3)])

    assert "and 3 more" in text


def test_the_line_marks_the_change() -> None:
    drawn = stepline(step(100, 110, at=2))

    assert drawn.count("circle") == 1
    assert 'aria-label="4 commits of' in drawn


def test_nothing_is_loaded_from_elsewhere() -> None:
    text = page(step(100, 110))

    loaded = re.findall(r'(?:src|href)="(https?:[^"]*)"', text)
    assert all(address.startswith(SITE.commit_url) for address in loaded)
