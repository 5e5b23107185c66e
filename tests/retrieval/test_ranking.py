"""A score is in [0, 1], and more of what matters never lowers it."""

from math import tanh

import pytest
from hypothesis import given, strategies as st

from ltmc_server.model import Mode
from ltmc_server.retrieval.ranking import Signals, rated, share_of_meaning

MODES: tuple[Mode, ...] = ("hybrid", "semantic", "keyword")
STRENGTH = st.none() | st.floats(-5, 1e6)
COSINE = st.none() | st.floats(-1.001, 1.001)
SHARE = st.none() | st.floats(0, 1.001)


@given(
    strength=STRENGTH,
    cosine=COSINE,
    held=SHARE,
    worth=st.floats(0, 1),
    mode=st.sampled_from(MODES),
)
def test_a_score_is_between_nothing_and_one(
    strength: float | None, cosine: float | None, held: float | None, worth: float, mode: Mode
) -> None:
    signals = Signals(cosine=cosine, strength=strength, held=held)

    assert 0 <= score(signals, mode, worth) <= 1


@given(
    low=st.tuples(st.floats(-1, 1), st.floats(0, 3), st.floats(0, 1)),
    more=st.tuples(st.floats(0, 1), st.floats(0, 3), st.floats(0, 1)),
    worth=st.floats(0, 1),
    mode=st.sampled_from(MODES),
)
def test_more_of_any_signal_is_no_worse(
    low: tuple[float, ...], more: tuple[float, ...], worth: float, mode: Mode
) -> None:
    less = _signals(*low)
    best = _signals(*(one + other for one, other in zip(low, more, strict=True)))

    assert score(best, mode, worth) >= score(less, mode, worth)


def test_each_mode_counts_what_its_name_says() -> None:
    signals = _signals(0.8, 1.0, 1.0)

    assert score(signals, "keyword", 0.5) == round(tanh(1), 4)
    assert score(signals, "semantic", 0.5) == 0.8
    assert score(signals, "hybrid", 0.0) == round(tanh(1), 4)
    assert score(signals, "hybrid", 1.0) == 0.8


def test_a_few_words_in_common_count_next_to_nothing_beside_a_believed_meaning() -> None:
    meant, worded = _signals(0.5, 0.0, 0.0), _signals(0.3, 0.3, 0.3)

    assert score(meant, "hybrid", 0.6) > score(worded, "hybrid", 0.6)
    assert score(meant, "hybrid", 0.15) < score(worded, "hybrid", 0.15)


def test_every_word_of_the_question_outweighs_a_nearer_meaning() -> None:
    assert score(_signals(0.4, 1.0, 1.0), "hybrid", 0.6) > score(
        _signals(0.8, 0.0, 0.0), "hybrid", 0.6
    )


@pytest.mark.parametrize(
    ("question", "worth"),
    [
        ("how hot is tea?", 0.6),
        ("Größe", 0.6),
        ("お茶", 0),
        ("чай", 0),
        ("tea 茶茶茶", 0.3),
        ("42", 0.6),
    ],
)
def test_meaning_is_worth_less_where_the_embedder_can_not_read(question: str, worth: float) -> None:
    assert share_of_meaning(question, 0.6, multilingual=False) == worth
    assert share_of_meaning(question, 0.6, multilingual=True) == 0.6


def _signals(cosine: float, strength: float, held: float) -> Signals:
    return Signals(cosine=cosine, strength=strength, held=held)


@pytest.mark.parametrize(
    ("signals", "named"),
    [
        (Signals(), []),
        (Signals(strength=0.1), ["keyword"]),
        (Signals(cosine=0.1), ["semantic"]),
        (Signals(strength=0.1, cosine=0.1), ["keyword", "semantic"]),
        (Signals(cosine=-0.1), []),
    ],
)
def test_a_hit_names_the_views_that_found_it(signals: Signals, named: list[str]) -> None:
    assert signals.matched_by == named


def score(signals: Signals, mode: Mode, worth: float) -> float:
    return rated(signals.cosine, signals.strength, signals.held, mode, worth)
