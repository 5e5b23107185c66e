"""Pairs decide on which side of half the effect a commit lies."""

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tracker.bisecting.deciding import PAIRS_MAX, PAIRS_MIN, decide
from tracker.bisecting.halving import Answer

EFFECT = math.log(1.05)


def decided(mean: float, noise: float, seed: int, effect: float = EFFECT) -> tuple[Answer, int]:
    generator = np.random.default_rng(seed)
    logs: list[float] = []
    while (decision := decide(logs, effect)) is None:
        logs.append(float(generator.normal(mean, noise)))
    return decision.answer, len(logs)


@pytest.mark.parametrize(("mean", "answer"), [(0.0, Answer.GOOD), (EFFECT, Answer.BAD)])
def test_noise_of_one_per_cent_leaves_a_step_of_five_plain(mean: float, answer: Answer) -> None:
    runs = [decided(mean, 0.012, seed) for seed in range(200)]

    wrong = sum(found is not answer for found, _ in runs)
    assert wrong <= 4
    assert np.mean([pairs for _, pairs in runs]) < 8


def test_what_is_in_the_middle_is_asked_to_the_end_and_then_said_not_to_be_sure() -> None:
    logs = [EFFECT / 2 + 0.01 * (-1) ** turn for turn in range(PAIRS_MAX)]

    assert decide(logs[:-1], EFFECT) is None
    last = decide(logs, EFFECT)
    assert last is not None
    assert not last.is_sure


@given(
    st.lists(st.floats(-0.1, 0.1), min_size=PAIRS_MIN, max_size=PAIRS_MAX),
    st.floats(0.01, 0.5),
)
@settings(deadline=None)
def test_faster_is_slower_the_other_way_round(logs: list[float], effect: float) -> None:
    one, other = decide(logs, effect), decide([-log for log in logs], -effect)

    assert one == other or (one and other and not one.is_sure)


def test_fewer_than_four_pairs_decide_nothing() -> None:
    assert decide([EFFECT] * (PAIRS_MIN - 1), EFFECT) is None
    assert decide([EFFECT] * PAIRS_MIN, EFFECT) is not None
