"""Texts packed under a budget: it is kept, and nothing goes missing without a word."""

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.retrieval.context import CUT_MARK, SEPARATOR, Context, Source, pack
from ltmc_server.retrieval.tokens import TOKENIZER, count_tokens

TEXTS = st.text(max_size=400) | st.integers(1, 900).map(lambda n: " ".join(map(str, range(n))))


def of(*texts: str, max_tokens: int) -> Context:
    return pack(
        [Source(text=text, name=f"{n}") for n, text in enumerate(texts)], max_tokens=max_tokens
    )


def distinct(count: int, name: str) -> str:
    """Return a text of words that no other name has."""
    return " ".join(f"{name}{n}" for n in range(count))


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(TEXTS, max_size=8), max_tokens=st.integers(1, 700))
def test_the_budget_is_kept_and_every_text_is_accounted_for(
    texts: list[str], max_tokens: int
) -> None:
    packed = of(*texts, max_tokens=max_tokens)

    assert packed.total_tokens == count_tokens(packed.context) <= max_tokens
    inside = [part.index for part in packed.parts]
    outside = [each.index for each in packed.documents_left_out]
    assert sorted(inside + outside) == list(range(len(texts)))
    assert inside == sorted(inside)
    assert packed.documents_included == len(packed.parts)
    for part in packed.parts:
        if not part.truncated:
            assert texts[part.index] in packed.context


def test_texts_that_fit_go_in_whole_and_in_order() -> None:
    packed = of("green tea", "black coffee", max_tokens=100)

    assert packed.context == f"green tea{SEPARATOR}black coffee"
    assert [(part.source, part.tokens, part.truncated) for part in packed.parts] == [
        ("0", 3, False),
        ("1", 4, False),
    ]
    assert (packed.max_tokens, packed.tokenizer) == (100, TOKENIZER)


def test_one_that_does_not_fit_is_cut_and_marked() -> None:
    packed = of(distinct(500, "a"), max_tokens=100)

    assert packed.context.endswith(CUT_MARK)
    assert packed.parts[0].truncated
    assert 80 <= packed.total_tokens <= 100
    assert packed.context.removesuffix(CUT_MARK).split()[-1] in distinct(500, "a").split()


def test_after_one_that_does_not_fit_the_next_is_tried() -> None:
    packed = of(distinct(60, "a"), distinct(500, "b"), "short", max_tokens=100)

    assert [part.index for part in packed.parts] == [0, 2]
    assert packed.parts[1].truncated is False
    [left] = packed.documents_left_out
    assert (left.index, left.why) == (1, "does not fit into the tokens that are left")


@pytest.mark.parametrize(
    "again",
    [
        "One two three four five six seven eight nine ten eleven twelve",
        "twelve eleven ten nine eight seven six five four three two ONE!",
        "One two three four five six seven eight nine ten eleven twelve 13",
    ],
)
def test_what_says_the_same_goes_in_once(again: str) -> None:
    packed = of(
        "one two three four five six seven eight nine ten eleven twelve",
        again,
        "something else",
        max_tokens=500,
    )

    assert [part.index for part in packed.parts] == [0, 2]
    [left] = packed.documents_left_out
    assert (left.index, left.why) == (1, "says the same as an earlier one")


def test_nothing_packs_to_nothing() -> None:
    packed = pack([], max_tokens=1)

    assert (packed.context, packed.total_tokens, packed.documents_included) == ("", 0, 0)
