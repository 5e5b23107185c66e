"""A response keeps its bound, and says what it left out."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.responses import fit

BOUND = 4_000
texts = st.builds(
    lambda text, times: text * times, st.text(min_size=1, max_size=8), st.integers(1, 2_000)
)
pages = st.lists(st.fixed_dictionaries({"title": texts, "content": texts}), max_size=20)


def page(entries: list[dict[str, Any]], *, begin: int = 0, after: int = 0) -> dict[str, Any]:
    items = [{"id": f"id_{n}", **entry} for n, entry in enumerate(entries)]
    end = begin + len(items)
    return {
        "items": items,
        "returned": len(items),
        "total": end + after,
        "has_more": after > 0,
        "next": end if after else None,
    }


@settings(deadline=None)
@given(entries=pages, begin=st.integers(0, 50), after=st.integers(0, 2))
def test_a_page_fits_and_loses_nothing_silently(
    entries: list[dict[str, Any]], begin: int, after: int
) -> None:
    whole = page(entries, begin=begin, after=after)["items"]

    shown = fit(page(entries, begin=begin, after=after), BOUND, begin)

    assert len(orjson.dumps(shown)) <= BOUND
    for item, original in zip(shown["items"], whole, strict=False):
        cut = [name for name in original if item[name] != original[name]]
        assert all(original[name].startswith(item[name]) for name in cut)
        assert bool(cut) == item.get("truncated", False)
    assert shown["returned"] == len(shown["items"])
    if len(shown["items"]) < len(whole):
        assert (shown["truncated"], shown["has_more"]) == (True, True)
        assert shown["next"] == begin + len(shown["items"])


def test_what_fits_is_left_as_it_is() -> None:
    payload = page([{"content": "tea"}])

    assert fit(page([{"content": "tea"}]), BOUND, 0) == payload


def test_a_cut_text_says_how_long_it_was() -> None:
    shown = fit({"content": "x" * 10_000}, 1_000)

    assert shown["truncated"]
    assert shown["chars_total"] == 10_000
    assert 900 < len(shown["content"]) < 1_000


def test_short_texts_are_kept_whole_while_long_ones_are_cut() -> None:
    shown = fit(page([{"content": "x" * 10_000}, {"content": "short"}]), BOUND, 0)

    assert shown["items"][1]["content"] == "short"


@pytest.mark.parametrize("name", ["id", "last_message_id"])
def test_a_page_by_cursor_goes_on_after_the_last_entry_it_shows(name: str) -> None:
    entries = [{name: f"{n:03}", "note": "x" * 150} for n in range(100)]
    payload = {"items": entries, "returned": 100, "total": 100, "has_more": False}

    shown = fit(payload, BOUND, None)

    assert shown["next"] == shown["items"][-1][name]
    assert shown["has_more"]


def test_entries_are_left_out_of_a_list_and_never_of_an_object_of_that_name() -> None:
    issues = [{"why": "x" * 150} for _ in range(100)]
    payload = {"parts": {"documented": 0.5}, "issues": issues, "returned": 100, "has_more": False}

    shown = fit(payload, BOUND, 0)

    assert shown["parts"] == {"documented": 0.5}
    assert shown["returned"] == shown["next"] == len(shown["issues"]) < 100
