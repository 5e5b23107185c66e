"""Many vectors get a net beside the calls: hardly any of the nearest is missed, none is wrong."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.model import PassageId
from ltmc_server.stores.faiss.growth import Growth, is_due
from ltmc_server.stores.faiss.index import FaissVectors
from ltmc_server.stores.faiss.library import in_large_pages
from ltmc_server.stores.faiss.part import flat_index
from ltmc_server.stores.in_memory.vectors import InMemoryVectors
from tests.stores.made_up import SMALL, TINY, exact, ids, put_in_order, vectors

MANY = 4_000
PAGED = 3_000
"""Vectors of 1,024 numbers that take three large pages."""
STORED = vectors(MANY)
QUESTIONS = vectors(50, seed=8)


@pytest.fixture(scope="module")
def walked() -> FaissVectors:
    """Return an index of many vectors, with a net; only to be read."""
    index = FaissVectors(32, SMALL)
    index.update("p", ids(range(MANY)), STORED)
    assert put_in_order(index) == 1
    return index


def test_a_walk_finds_nearly_all_of_the_nearest_with_exact_cosines(walked: FaissVectors) -> None:
    found = 0
    for question in QUESTIONS:
        hits = walked.search("p", question, limit=10)
        found += len({hit.id for hit in hits} & set(exact(STORED, question, 10)))
        cosines = [float(STORED[hit.id] @ question) for hit in hits]
        assert np.allclose([hit.strength for hit in hits], cosines, atol=1e-6)
        assert cosines == sorted(cosines, reverse=True)

    assert walked.cost("p", limit=10) < MANY / 2, "it is not scanned"
    assert found / (10 * len(QUESTIONS)) >= 0.95


@pytest.mark.parametrize("share", [0.002, 0.1, 0.9])
def test_what_is_not_within_is_not_found_however_much_is(
    walked: FaissVectors, share: float
) -> None:
    allowed = np.flatnonzero(np.random.default_rng(1).random(MANY) < share)
    found = 0
    for question in QUESTIONS:
        hits = walked.search("p", question, limit=5, within=ids(allowed.tolist()))
        nearest = allowed[exact(STORED[allowed], question, 5)]
        assert {hit.id for hit in hits} <= set(allowed.tolist())
        assert len(hits) == min(5, len(allowed))
        found += len({hit.id for hit in hits} & set(nearest.tolist()))

    wanted = min(5, len(allowed)) * len(QUESTIONS)
    assert found / wanted >= (1.0 if share < 0.2 else 0.95)


def test_a_question_for_very_many_is_answered_in_full(walked: FaissVectors) -> None:
    hits = walked.search("p", QUESTIONS[0], limit=8_000_000_000)

    assert [hit.id for hit in hits] == exact(STORED, QUESTIONS[0], MANY)


def test_what_changes_while_a_net_is_made_is_true_before_and_after() -> None:
    index = FaissVectors(32, SMALL)
    index.update("p", ids(range(1_000)), STORED[:1_000])
    parts = index.projects["p"]
    growth = Growth.begin(parts)
    assert growth is not None
    steps = growth.steps()
    next(steps)

    index.remove(ids(range(0, 1_000, 50)))
    index.update("p", ids([1, 2_000]), STORED[[2_001, 2_000]])
    for _ in steps:
        assert [hit.id for hit in index.search("p", STORED[2_000], limit=1)] == [2_000]
    assert growth.install()

    assert parts.net is not None
    assert len(index) == 1_000 - 20 + 1
    now = {number: STORED[number] for number in range(1_000) if number % 50}
    now |= {1: STORED[2_001], 2_000: STORED[2_000]}
    for id, vector in now.items():
        assert id in [hit.id for hit in index.search("p", vector, limit=3)]
    everything = index.search("p", QUESTIONS[0], limit=MANY)
    assert {hit.id for hit in everything} == now.keys()


def test_more_vectors_extend_the_net_and_many_dead_ones_have_it_made_anew() -> None:
    index = FaissVectors(32, SMALL)
    index.update("p", ids(range(1_000)), STORED[:1_000])
    put_in_order(index)
    parts = index.projects["p"]
    first = parts.net

    index.update("p", ids(range(1_000, 1_100)), STORED[1_000:1_100])
    index.remove(ids(range(50)))
    assert put_in_order(index) == 1
    extended = parts.net
    assert (first is None, extended is None, extended is first) == (False, False, False)
    assert extended is not None
    assert (extended.count, extended.dead) == (1_100, 50), "the dead are still walked through"

    index.remove(ids(range(50, 120)))
    assert put_in_order(index) == 1
    assert parts.net is not None
    assert (parts.net.count, parts.net.dead) == (980, 0)


def test_few_vectors_lose_their_net_but_not_at_once() -> None:
    index = FaissVectors(32, SMALL)
    index.update("p", ids(range(201)), STORED[:201])
    put_in_order(index)
    parts = index.projects["p"]

    index.remove(ids(range(10)))
    put_in_order(index)
    assert parts.net is not None
    index.remove(ids(range(101)))
    put_in_order(index)

    assert parts.net is None
    assert [hit.id for hit in index.search("p", STORED[150], limit=1)] == [150]


def test_work_on_vectors_that_are_gone_is_not_installed() -> None:
    index = FaissVectors(32, SMALL)
    index.update("p", ids(range(300)), STORED[:300])
    one, other = (Growth.begin(index.projects["p"]) for _ in range(2))
    for growth in (one, other):
        assert growth is not None
        list(growth.steps())

    assert one is not None
    assert other is not None
    assert (one.install(), other.install()) == (True, False)
    assert not is_due(index.projects["p"])
    assert len(index) == 300


WORK = st.lists(
    st.one_of(
        st.tuples(st.just("update"), st.sets(st.integers(1, 30), min_size=1, max_size=6)),
        st.tuples(st.just("remove"), st.sets(st.integers(1, 30), min_size=1, max_size=6)),
        st.tuples(st.sampled_from(["begin", "install"]), st.just(set[int]())),
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(work=WORK, seed=st.integers(0, 1_000), within=st.none() | st.sets(st.integers(1, 30)))
def test_whatever_is_done_in_whatever_order_it_answers_as_the_dictionary_does(
    work: list[tuple[str, set[int]]], seed: int, within: set[int] | None
) -> None:
    index, plain = FaissVectors(8, TINY), InMemoryVectors(8)
    fresh = iter(vectors(200, 8, seed=seed))
    growth: Growth | None = None
    for what, numbers in work:
        some = ids(sorted(numbers))
        if what == "update":
            made = np.stack([next(fresh) for _ in some])
            index.update("p", some, made)
            plain.update("p", some, made)
        elif what == "remove":
            index.remove(some)
            plain.remove(some)
        elif what == "begin" and "p" in index.projects:
            growth = Growth.begin(index.projects["p"])
            for _ in growth.steps() if growth else ():
                pass
        elif growth:
            growth.install()

    only = None if within is None else [PassageId(id) for id in within]
    for question in vectors(3, 8, seed=seed + 1):
        ours = index.search("p", question, limit=9, within=only)
        every = plain.search("p", question, limit=99, within=only)
        cosines = {hit.id: hit.strength for hit in every}
        assert np.allclose([h.strength for h in ours], [h.strength for h in every[:9]], atol=1e-6)
        assert np.allclose([cosines[h.id] for h in ours], [h.strength for h in ours], atol=1e-6)
    assert len(index) == len(plain)


def test_large_pages_change_no_answer() -> None:
    made = np.random.default_rng(1).normal(size=(PAGED, 1024)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    index = FaissVectors(1024)
    index.update("p", ids(range(PAGED)), made)
    before = index.search("p", made[7], limit=9)

    for part in index.projects["p"].every:
        in_large_pages(part.flat)

    assert index.search("p", made[7], limit=9) == before
    assert before[0].id == 7
    in_large_pages(flat_index(32))
