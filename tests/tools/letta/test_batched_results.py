"""What the results of a batch may take, and how it is parted among them."""

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.dispatch import Dispatcher
from ltmc_server.responses import shares
from tests.tools.letta.tea import BYTES_MAX, batch, brew, dispatcher_of, tea_tool

pytestmark = pytest.mark.anyio


@pytest.fixture
def dispatcher() -> Dispatcher:
    return dispatcher_of(tea_tool())


async def test_what_is_long_is_cut_and_what_is_short_is_whole(dispatcher: Dispatcher) -> None:
    long = {"tool": "tea_tell", "arguments": {"leaf": "tea ", "cups": 9_999}}
    said = await batch(dispatcher, brew("a"), long, long, brew("b"))

    first, *longs, last = said["results"]
    assert first["result"]["id"] == "pot-a"
    assert last["result"]["id"] == "pot-b"
    for each in longs:
        assert each["result"]["truncated"]
        assert each["result"]["chars_total"] == 4 * 9_999
        assert len(each["result"]["text"]) > BYTES_MAX / 3


async def test_a_list_is_cut_where_its_page_then_ends(dispatcher: Dispatcher) -> None:
    page = {"tool": "tea_list", "arguments": {"cups": 500}}
    said = await batch(dispatcher, page, page)

    for each in said["results"]:
        cut = each["result"]
        assert cut["has_more"]
        assert cut["next"] == cut["returned"] == len(cut["items"]) > 10


async def test_fifty_long_results_leave_fifty_answers(dispatcher: Dispatcher) -> None:
    wide = {"value": {f"field {number}": number for number in range(300)}}
    said = await batch(dispatcher, *({"tool": "tea_echo", "arguments": wide} for _ in range(30)))

    assert len(said["results"]) == 30
    assert all(each["ok"] and each["left_out_bytes"] > 3_000 for each in said["results"])


async def test_many_errors_leave_an_answer_each(dispatcher: Dispatcher) -> None:
    said = await batch(dispatcher, *(brew("none") for _ in range(25)), on_error="continue")

    assert len(said["results"]) == 25
    assert all(each["error"]["code"] == "not_found" for each in said["results"])


@settings(max_examples=200)
@given(st.lists(st.integers(0, 5_000), max_size=60), st.integers(0, 20_000))
def test_shares_are_fair(sizes: list[int], bytes_max: int) -> None:
    parts = shares(sizes, bytes_max)

    assert all(part <= size for part, size in zip(parts, sizes, strict=True))
    assert sum(parts) <= bytes_max
    cut = [part for part, size in zip(parts, sizes, strict=True) if part < size]
    if cut:
        # Nothing that is cut could have more without another having less.
        assert (
            max(cut)
            == min(cut)
            >= max(
                (part for part, size in zip(parts, sizes, strict=True) if part == size), default=0
            )
        )
        assert sum(parts) > bytes_max - len(sizes)
