"""The table of counters in the documentation is that of the code."""

from pathlib import Path

from tests.tracker.toy import ROOT
from tracker.lockstep.counters import COUNTERS, REPEATS_MAX, REPEATS_MIN, repeats


def test_the_page_has_every_counter_and_its_meaning() -> None:
    page = Path(ROOT, "docs/lockstep.md").read_text("utf-8")

    for counter in COUNTERS:
        assert f"| `{counter.name}` | {counter.meaning} |" in page or (
            counter.name == "kept_bytes" and counter.meaning in page
        )


def test_growth_is_looked_for_over_a_bounded_number_of_calls() -> None:
    assert repeats(0.0) == REPEATS_MAX
    assert repeats(60.0) == REPEATS_MIN
