"""What every cache promises, asked of every implementation."""

import time

import pytest
from hypothesis import given, strategies as st

from ltmc_server.caching.interfaces import KINDS, VALUE_BYTES_MAX, Size, digest
from ltmc_server.caching.patterns import Fits, beginning
from tests.caching.conftest import Tried

pytestmark = pytest.mark.anyio

KEY = digest("model", "what is tea?")
OTHER = digest("model", "what is coffee?")


@pytest.mark.parametrize(
    "value", [b"", b"\x00", b"tea", bytes(range(256)) * 40, b"x" * VALUE_BYTES_MAX], ids=len
)
async def test_what_comes_back_is_what_was_put_in(tried: Tried, value: bytes) -> None:
    await tried.cache.set("embeddings", KEY, value, about="what is tea?", ttl_s=60)

    assert await tried.cache.get("embeddings", KEY) == value
    assert await tried.cache.get("embeddings", OTHER) is None
    assert await tried.cache.get("queries", KEY) is None


async def test_a_value_takes_the_place_of_the_one_before(tried: Tried) -> None:
    await tried.cache.set("queries", KEY, b"one", about="tea", ttl_s=60)
    await tried.cache.set("queries", KEY, b"two", about="tea", ttl_s=60)

    assert await tried.cache.get("queries", KEY) == b"two"
    assert await tried.cache.forget("queries") == 1


async def test_a_value_that_is_too_long_is_not_kept(tried: Tried) -> None:
    await tried.cache.set("queries", KEY, b"x" * (VALUE_BYTES_MAX + 1), about="tea", ttl_s=60)

    assert await tried.cache.get("queries", KEY) is None


async def test_a_value_goes_when_its_time_is_over(tried: Tried) -> None:
    await tried.cache.set("queries", KEY, b"one", about="tea", ttl_s=60)
    await tried.cache.set("queries", OTHER, b"two", about="tea", ttl_s=600)

    await tried.later(30)
    assert await tried.cache.get("queries", KEY) == b"one"
    await tried.later(31)
    assert await tried.cache.get("queries", KEY) is None
    assert await tried.cache.get("queries", OTHER) == b"two"


async def test_to_forget_a_kind_leaves_the_others(tried: Tried) -> None:
    await tried.cache.set("queries", KEY, b"one", about="tea", ttl_s=60)
    await tried.cache.set("queries", OTHER, b"two", about="coffee", ttl_s=60)
    await tried.cache.set("embeddings", KEY, b"three", about="tea", ttl_s=60)

    assert await tried.cache.forget("queries") == 2
    assert await tried.cache.forget("queries") == 0
    assert await tried.cache.get("queries", KEY) is None
    assert await tried.cache.get("embeddings", KEY) == b"three"


async def test_a_pattern_drops_what_fits_the_question(tried: Tried) -> None:
    await tried.cache.set("queries", KEY, b"one", about="what is [tea]?", ttl_s=60)
    await tried.cache.set("queries", OTHER, b"two", about="what is coffee?", ttl_s=60)

    assert await tried.cache.forget("queries", "*cocoa*") == 0
    assert await tried.cache.forget("queries", "what is [tea]?") == 1
    assert await tried.cache.get("queries", KEY) is None
    assert await tried.cache.get("queries", OTHER) == b"two"
    assert await tried.cache.forget("queries", "*coffe??") == 1


async def test_a_question_may_be_any_text(tried: Tried) -> None:
    for number, about in enumerate(("", "\ud800", "\x00", "ß" * 5_000)):
        await tried.cache.set("queries", digest(str(number)), b"one", about=about, ttl_s=60)

        assert await tried.cache.get("queries", digest(str(number))) == b"one"
        assert await tried.cache.forget("queries", "*") == 1


async def test_many_are_forgotten_as_one_is(tried: Tried) -> None:
    for number in range(1_200):
        about = "even" if number % 2 == 0 else "odd"
        await tried.cache.set("queries", digest(str(number)), b"one", about=about, ttl_s=60)

    assert await tried.cache.forget("queries", "even") == 600
    assert await tried.cache.forget("queries") == 600


async def test_sizes_are_told_where_they_are_known(tried: Tried) -> None:
    await tried.cache.set("queries", KEY, b"x" * 1_000, about="tea", ttl_s=60)

    sizes = await tried.cache.sizes()

    if sizes is not None:
        assert set(sizes) == set(KINDS)
        assert sizes["embeddings"] == Size(0, 0)
        assert sizes["queries"].entries == 1
        assert 1_000 <= sizes["queries"].bytes <= 2_000


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_different_parts_are_different_keys(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


def fits(pattern: str, text: str) -> bool:
    """Say it the slow way."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(fits(pattern[1:], text[at:]) for at in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and fits(pattern[1:], text[1:])


@given(st.text("ab*?[]!.\n\\", min_size=1, max_size=8), st.text("ab[]!*.\n\\", max_size=8))
def test_a_pattern_means_what_it_says(pattern: str, text: str) -> None:
    assert Fits(pattern)(beginning(text)) == fits(pattern, text)


def test_no_pattern_takes_long() -> None:
    text = "a" * 200
    began = time.perf_counter()

    for _ in range(100):
        assert not Fits("*a" * 99 + "*b")(text)
        assert not Fits("*" + "?" * 50 + "a?" * 70 + "b*")(text)

    assert time.perf_counter() - began < 1
