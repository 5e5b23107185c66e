"""Tables of many rows are read in a thread, and what is said of them is what is said of few."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from ltmc_server.stores.graph import LinkDraft, LinkId, Walk
from ltmc_server.stores.sqlite.database import ASIDE_FROM, Database
from ltmc_server.stores.sqlite.graph import SqliteGraph
from tests.stores.conftest import threads_beside

pytestmark = pytest.mark.anyio

HERE = "tea"
AROUND = Walk(project_id=HERE, start="start", depth=2)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "ltmc.db", durability="normal") as one:
        yield one


async def linked(graph: SqliteGraph, first: int, count: int) -> list[LinkId]:
    """Link the start to one thing, and that to others, the heaviest last."""
    ends = [("start", "hub"), *(("hub", f"e{number}") for number in range(first, first + count))]
    drafts = [
        LinkDraft(project_id=HERE, source_id=one, target_id=other, relation="r", weight=number)
        for number, (one, other) in enumerate(ends, start=first)
    ]
    return [one.link.id for one in await graph.put(drafts)]


@pytest.mark.parametrize("count", [20, ASIDE_FROM + 20])
async def test_a_walk_goes_from_the_heaviest_on_and_counts_all(
    database: Database, count: int
) -> None:
    graph = SqliteGraph(database)
    [nearest, *others] = await linked(graph, 1, count)
    before = threads_beside()

    found = await graph.relationships(AROUND, limit=5)
    rest = await graph.relationships(AROUND, limit=5, cursor=found.items[-1].link.id)

    ids = [one.link.id for one in (*found.items, *rest.items)]
    assert ids == [nearest, *others[::-1][:9]]
    assert found.total == count + 1
    assert all(a.depth <= b.depth for a, b in pairwise(found.items))
    assert bool(threads_beside() - before) == (count > ASIDE_FROM)


async def test_one_link_deep_a_hub_is_walked_in_the_thread_too(database: Database) -> None:
    graph = SqliteGraph(database)
    [nearest, *others] = await linked(graph, 1, ASIDE_FROM + 20)
    before = threads_beside()

    found = await graph.relationships(Walk(project_id=HERE, start="hub"), limit=2)

    assert [one.link.id for one in found.items] == others[::-1][:2]
    assert found.total == len([nearest, *others])
    assert threads_beside() > before


@pytest.mark.parametrize("count", [20, ASIDE_FROM + 20])
async def test_paths_and_counts_are_those_of_all_links(database: Database, count: int) -> None:
    graph = SqliteGraph(database)
    ids = await linked(graph, 1, count)

    chain = await graph.path(Walk(project_id=HERE, start="start", depth=4), f"e{count}")
    counts = await graph.counts(HERE, limit=1)

    assert chain.links is not None
    assert [one.link.id for one in chain.links] == [ids[0], ids[-1]]
    assert (counts.links, counts.entities) == (count + 1, count + 2)
    assert counts.most_linked[0].entity == "hub"
