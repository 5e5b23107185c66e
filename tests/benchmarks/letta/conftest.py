"""A stand-in for Letta, and agents on it."""

from collections.abc import Iterator

import pytest

from benchmarks.letta.backends import standin
from benchmarks.letta.letta_http import LettaHttp
from benchmarks.letta.scene import Scene, made_scene

ARMS = 12
"""Agents that something is done to."""


@pytest.fixture(scope="package")
def letta() -> Iterator[LettaHttp]:
    with standin("zero") as url, LettaHttp(url) as http:
        yield http


@pytest.fixture(scope="package")
def scene(letta: LettaHttp) -> Iterator[Scene]:
    with made_scene(letta, arms=ARMS, seed=1) as made:
        yield made
