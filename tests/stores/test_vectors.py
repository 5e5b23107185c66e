"""What every vector index promises, asked of every implementation."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.errors import DimensionMismatch
from ltmc_server.model import PassageId, Vector, Vectors
from ltmc_server.stores.faiss import FaissVectors
from ltmc_server.stores.faiss.index import Bounds
from ltmc_server.stores.faiss.part import ROWS_PER_LOOKED_UP
from ltmc_server.stores.in_memory.vectors import InMemoryVectors
from ltmc_server.stores.interfaces import VectorIndex
from tests.stores.made_up import TINY, OrderedVectors, ids, recorded, vectors

INDEXES: dict[str, Callable[[int], VectorIndex]] = {
    "in_memory": InMemoryVectors,
    "faiss": FaissVectors,
    "in_order": lambda dimension: OrderedVectors(dimension, TINY),
}
NORTH: Vector = np.array([1, 0], dtype=np.float32)
EAST: Vector = np.array([0, 1], dtype=np.float32)


@pytest.fixture(params=INDEXES)
def index(request: pytest.FixtureRequest) -> VectorIndex:
    return INDEXES[request.param](2)


def add(index: VectorIndex, project: str, **vectors: Vector) -> None:
    """Index vectors by ids that are written `_7`."""
    ids = [PassageId(int(name[1:])) for name in vectors]
    index.update(project, ids, np.stack(list(vectors.values())))


def found(
    index: VectorIndex,
    query: Vector,
    *,
    limit: int = 9,
    within: Sequence[PassageId] | None = None,
    project: str = "p",
) -> list[tuple[int, float]]:
    hits = index.search(project, query, limit=limit, within=within)
    return [(hit.id, round(hit.strength, 5)) for hit in hits]


def test_a_search_that_was_begun_gives_the_same_run_or_not(index: VectorIndex) -> None:
    add(index, "p", _1=EAST, _2=NORTH, _3=-NORTH)
    for within in (None, [PassageId(1), PassageId(3), PassageId(9)], []):
        expected = index.search("p", NORTH, limit=2, within=within)

        not_run = index.begin("p", NORTH, limit=2, within=within)
        run = index.begin("p", NORTH, limit=2, within=within)
        run.run()

        assert run.matches() == not_run.matches() == not_run.matches() == expected
    assert index.begin("other", NORTH, limit=2).matches() == []


def test_the_nearest_come_first_with_their_cosine(index: VectorIndex) -> None:
    add(index, "p", _1=EAST, _2=NORTH, _3=-NORTH)

    assert found(index, NORTH) == [(2, 1.0), (1, 0.0), (3, -1.0)]
    assert found(index, NORTH, limit=1) == [(2, 1.0)]


def test_ties_come_by_ascending_id_even_at_the_cut(index: VectorIndex) -> None:
    for id in (5, 3, 4, 1, 2):
        add(index, "p", **{f"_{id}": NORTH})
    add(index, "p", _9=EAST)

    for limit in range(1, 6):
        assert found(index, NORTH, limit=limit) == [(id, 1.0) for id in range(1, limit + 1)]
    assert found(index, EAST, limit=3) == [(9, 1.0), (1, 0.0), (2, 0.0)]


def test_of_very_many_equals_the_first_by_id_are_found(index: VectorIndex) -> None:
    for id in range(90, 0, -1):
        add(index, "p", **{f"_{id}": NORTH})

    assert found(index, NORTH, limit=2) == [(1, 1.0), (2, 1.0)]
    within = [PassageId(id) for id in range(5, 91)]
    assert found(index, NORTH, limit=2, within=within) == [(5, 1.0), (6, 1.0)]


def test_only_what_is_within_is_found(index: VectorIndex) -> None:
    add(index, "p", _1=NORTH, _2=NORTH, _3=EAST)

    assert found(index, NORTH, within=[PassageId(3), PassageId(2), PassageId(77)]) == [
        (2, 1.0),
        (3, 0.0),
    ]
    assert found(index, NORTH, limit=1, within=[PassageId(3)]) == [(3, 0.0)]
    assert found(index, NORTH, within=[PassageId(77)]) == []
    assert found(index, NORTH, within=[]) == []
    assert found(index, NORTH, within=()) == []


def test_projects_do_not_see_each_other(index: VectorIndex) -> None:
    add(index, "p", _1=NORTH)
    add(index, "q", _2=NORTH)

    assert found(index, NORTH, project="p") == [(1, 1.0)]
    assert found(index, NORTH, project="q") == [(2, 1.0)]
    assert found(index, NORTH, project="r") == []
    assert len(index) == 2


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert found(index, NORTH) == []
    assert len(index) == 0


def test_any_limit_is_served(index: VectorIndex) -> None:
    add(index, "p", _1=NORTH)

    assert found(index, NORTH, limit=8_000_000_000) == [(1, 1.0)]


def test_an_update_replaces_the_vector_of_an_id(index: VectorIndex) -> None:
    add(index, "p", _1=NORTH)
    add(index, "p", _1=EAST)

    assert found(index, NORTH) == [(1, 0.0)]
    assert len(index) == 1


def test_an_update_moves_an_id_to_another_project(index: VectorIndex) -> None:
    add(index, "p", _1=NORTH)
    add(index, "q", _1=NORTH)

    assert found(index, NORTH, project="p") == []
    assert found(index, NORTH, project="q") == [(1, 1.0)]


def test_an_update_with_nothing_changes_nothing(index: VectorIndex) -> None:
    add(index, "p", _1=NORTH)
    index.update("p", [], np.zeros((0, 2), dtype=np.float32))

    assert found(index, NORTH) == [(1, 1.0)]


def test_what_is_removed_is_not_found_and_strangers_are_no_error(index: VectorIndex) -> None:
    add(index, "p", _1=NORTH, _2=NORTH)
    add(index, "q", _3=NORTH)

    index.remove([PassageId(1), PassageId(3), PassageId(99), PassageId(1)])

    assert found(index, NORTH) == [(2, 1.0)]
    assert found(index, NORTH, project="q") == []
    assert len(index) == 1


def test_a_cleared_index_is_empty_and_can_be_filled_again(index: VectorIndex) -> None:
    add(index, "p", _1=NORTH)
    index.clear()
    assert (found(index, NORTH), len(index)) == ([], 0)

    add(index, "p", _2=NORTH)
    assert found(index, NORTH) == [(2, 1.0)]


def test_vectors_of_another_length_are_refused_and_change_nothing(index: VectorIndex) -> None:
    add(index, "p", _1=NORTH)
    long: Vectors = np.ones((1, 3), dtype=np.float32)

    with pytest.raises(DimensionMismatch, match="2-dimensional vectors, the embedder made 3"):
        index.update("p", [PassageId(1)], long)
    with pytest.raises(DimensionMismatch):
        index.search("p", long[0], limit=1)

    assert found(index, NORTH) == [(1, 1.0)]


@pytest.mark.parametrize("fresh_max", [500, 5_000])
def test_a_vector_has_one_cosine_however_it_is_looked_for(fresh_max: int) -> None:
    """To the last bit: else equal vectors, one found by a scan, would be told apart."""
    count = 4 * ROWS_PER_LOOKED_UP
    made = vectors(count, 384)
    index = FaissVectors(384, Bounds(fresh_max=fresh_max))
    index.update("p", ids(range(count)), made)
    index.remove(ids([7, 8]))

    for question in made[:3]:
        scanned = dict(index.search("p", question, limit=count))
        for some in ([5, 2, 7], [count - 1, count + 1], [count + 1]):
            looked_up = index.search("p", question, limit=9, within=ids(some))
            assert dict(looked_up) == {id: scanned[id] for id in ids(some) if id in scanned}
            assert looked_up == sorted(looked_up, key=lambda hit: (-hit.strength, hit.id))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 60),
    limit=st.integers(1, 70),
    removed=st.sets(st.integers(1, 60)),
    within=st.none() | st.lists(st.integers(1, 60), unique=True),
)
def test_faiss_answers_as_the_dictionary_does(
    seed: int, count: int, limit: int, removed: set[int], within: list[int] | None
) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count + 1, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = recorded(vectors)
    answers = []
    for make in INDEXES.values():
        index = make(16)
        index.update("p", [PassageId(id) for id in range(1, count + 1)], vectors[1:])
        index.remove([PassageId(id) for id in removed])
        only = None if within is None else [PassageId(id) for id in within]
        answers.append(index.search("p", vectors[0], limit=limit, within=only))

    plain, *others = answers
    for faiss in others:
        assert [hit.id for hit in faiss] == [hit.id for hit in plain]
        assert np.allclose([h.strength for h in faiss], [h.strength for h in plain], atol=1e-6)
