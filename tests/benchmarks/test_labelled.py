"""The labelled sets are whole, and the formulae that judge answers give the known values."""

from collections import Counter
from math import log2

import pytest
from hypothesis import given, strategies as st

from benchmarks.labelled.asking import Answer, confidence, quality
from benchmarks.labelled.loading import NAMES, NONE, Query, labelled
from benchmarks.labelled.metrics import METRICS, hit, mrr, ndcg, recall

FOUND = ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    ("right", "values"),
    [
        # nDCG, hit, reciprocal rank, recall@5, worked out by hand
        ({"a"}, (1, 1, 1, 1)),
        ({"b"}, (1 / log2(3), 1, 1 / 2, 1)),
        ({"f"}, (1 / log2(7), 1, 1 / 6, 0)),
        ({"x"}, (0, 0, 0, 0)),
        ({"a", "c"}, ((1 + 1 / 2) / (1 + 1 / log2(3)), 1, 1, 1)),
        ({"b", "x"}, ((1 / log2(3)) / (1 + 1 / log2(3)), 1, 1 / 2, 1 / 2)),
        (set("abcdexyz"), (None, 1, 1, 1)),
    ],
)
def test_metrics_give_the_known_values(
    right: set[str], values: tuple[float | None, float, float, float]
) -> None:
    for metric, value in zip((ndcg, hit, mrr, recall), values, strict=True):
        if value is not None:
            assert metric(FOUND, right) == pytest.approx(value), metric.__name__


@given(
    found=st.lists(st.sampled_from("abcdefghijklmnop"), unique=True),
    right=st.sets(st.sampled_from("abcdefghijklmnop"), min_size=1),
)
def test_metrics_are_shares_and_only_ten_count(found: list[str], right: set[str]) -> None:
    for metric in METRICS.values():
        assert 0 <= metric(found, right) <= 1
        assert metric(found, right) == metric(found[:10], right)
        assert metric(sorted(right), right) == 1


def test_what_nothing_answers_counts_for_confidence_only() -> None:
    right, wrong = Query("q", "short", frozenset("a")), Query("r", NONE, frozenset())
    some = [Answer(right, FOUND, confident=True), Answer(wrong, FOUND, confident=True)]

    assert quality(some) == dict.fromkeys(METRICS, 1.0)
    assert confidence(some) == {"precision": 0.5, "recall": 1, "refused": 0}


@pytest.mark.parametrize("name", NAMES)
def test_a_set_is_whole(name: str) -> None:
    asked = labelled(name)

    assert all(asked.texts.values())
    assert all(query.relevant <= set(asked.texts) for query in asked.queries)
    assert all(bool(query.relevant) == (query.kind != NONE) for query in asked.queries)
    [(_, most)] = Counter(query.text for query in asked.queries if name != "cjk").most_common(
        1
    ) or [("", 1)]
    assert most == 1


@pytest.mark.parametrize("name", NAMES)
def test_what_is_tuned_sees_about_half_of_a_set(name: str) -> None:
    parts = Counter(query.part for query in labelled(name).queries)

    assert min(parts.values()) > 0.3 * parts.total()


def test_the_sets_are_as_large_as_they_are_said_to_be() -> None:
    sizes = {name: len(labelled(name).texts) for name in NAMES if name != "code"}

    assert sizes == {"agent": 253, "docs": 143, "cjk": 60, "turns": 83}
    assert len(labelled("agent").queries) == 228
    assert len(labelled("code").texts) > 150
