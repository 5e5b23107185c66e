"""A score is in [0, 1], and more of what matters never lowers it."""

import pytest
from hypothesis import given, strategies as st

from ltmc_server.model import Mode
from ltmc_server.retrieval.ranking import Signals, score

MODES: tuple[Mode, ...] = ("hybrid", "semantic", "keyword")
BM25 = st.none() | st.floats(-5, 1e6)
COSINE = st.none() | st.floats(-1.001, 1.001)


@given(bm25=BM25, cosine=COSINE, mode=st.sampled_from(MODES))
def test_a_score_is_between_nothing_and_one(
    bm25: float | None, cosine: float | None, mode: Mode
) -> None:
    assert 0 <= score(Signals(bm25=bm25, cosine=cosine), mode, 0.5) <= 1


@given(
    low=st.tuples(st.floats(0, 100), st.floats(-1, 1)),
    more=st.tuples(st.floats(0, 100), st.floats(0, 1)),
    mode=st.sampled_from(MODES),
)
def test_more_of_either_signal_is_no_worse(
    low: tuple[float, float], more: tuple[float, float], mode: Mode
) -> None:
    less = score(Signals(bm25=low[0], cosine=low[1]), mode, 0.5)
    best = score(Signals(bm25=low[0] + more[0], cosine=low[1] + more[1]), mode, 0.5)

    assert best >= less


def test_each_mode_counts_what_its_name_says() -> None:
    signals = Signals(bm25=4.0, cosine=0.8)

    assert score(signals, "keyword", 0.5) == 0.5
    assert score(signals, "semantic", 0.5) == 0.8
    assert score(signals, "hybrid", 0.5) == 0.65


@pytest.mark.parametrize(
    ("signals", "named"),
    [
        (Signals(), []),
        (Signals(bm25=0.1), ["keyword"]),
        (Signals(cosine=0.1), ["semantic"]),
        (Signals(bm25=0.1, cosine=0.1), ["keyword", "semantic"]),
        (Signals(cosine=-0.1), []),
    ],
)
def test_a_hit_names_the_views_that_found_it(signals: Signals, named: list[str]) -> None:
    assert signals.matched_by == named
