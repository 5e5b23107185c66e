"""Vectors as an embedder might make them, and an index of them in the order a server puts it in."""

from collections.abc import Sequence

import numpy as np

from ltmc_server.model import PassageId, Vectors
from ltmc_server.stores.faiss.growth import Growth
from ltmc_server.stores.faiss.index import Bounds, FaissVectors
from ltmc_server.vectors import from_blobs, to_blobs

TINY = Bounds(scanned_max=2, fresh_max=2)
SMALL = Bounds(scanned_max=200, fresh_max=100)


def vectors(count: int, dimension: int = 32, *, seed: int = 7) -> Vectors:
    """Return vectors in groups, spread in some directions more than in others; of the record."""
    draw = np.random.default_rng(seed)
    groups = draw.normal(size=(max(1, count // 50), dimension))
    spread = 1 / np.sqrt(np.arange(1, dimension + 1))
    raw = groups[draw.integers(len(groups), size=count)]
    raw = raw + draw.normal(size=(count, dimension)) * spread
    return recorded(raw / np.linalg.norm(raw, axis=1, keepdims=True))


def recorded(made: Vectors) -> Vectors:
    """Return vectors as they are read from the record, and as they would be if written again.

    Of few numbers each, one in a thousand is not the same at the second time.
    """
    blobs = to_blobs(made)
    for _ in range(20):
        if (again := to_blobs(from_blobs(blobs))) == blobs:
            break
        blobs = again
    return from_blobs(blobs)


def ids(numbers: Sequence[int] | range) -> list[PassageId]:
    return [PassageId(number) for number in numbers]


def put_in_order(index: FaissVectors) -> int:
    """Do what a keeper does beside the calls, until nothing is left to do; return how often."""
    times = 0
    for parts in index.projects.values():
        while growth := Growth.begin(parts):
            for _ in growth.steps():
                pass
            assert growth.install()
            times += 1
    return times


class OrderedVectors(FaissVectors):
    """Is put in order after every change."""

    def update(self, project_id: str, ids: Sequence[PassageId], vectors: Vectors) -> None:
        super().update(project_id, ids, vectors)
        put_in_order(self)

    def remove(self, ids: Sequence[PassageId]) -> None:
        super().remove(ids)
        put_in_order(self)


def exact(stored: Vectors, query: Vectors, count: int) -> list[int]:
    """Return the places of the nearest, best first."""
    places: list[int] = np.argsort(-(stored @ query), kind="stable")[:count].tolist()
    return places
