"""The laws of walks along links: neighbourhoods and shortest chains, asked of every store."""

from collections.abc import AsyncIterator
from typing import TypeAlias

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.stores import walking
from ltmc_server.stores.graph import Chain, Direction, Link, Relationship, Walk
from ltmc_server.stores.walking import Edge, reached, shortest
from tests.bolt_server import BoltServer
from tests.stores.graph_stores import STORES, Store, arrow, linked, opened

pytestmark = pytest.mark.anyio

few = settings(max_examples=40, deadline=None)
Pairs: TypeAlias = list[tuple[int, int]]
webs = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16, unique=True)
directions = st.sampled_from(["incoming", "outgoing", "both"])


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, bolt: BoltServer) -> AsyncIterator[Store]:
    async with opened(request.param, bolt) as one:
        yield one


async def made(store: Store, pairs: Pairs) -> list[Link]:
    return await linked(store, *(arrow(f"{one}>{other}") for one, other in pairs))


async def around(
    store: Store, start: str, *, direction: Direction = "both", depth: int = 1
) -> list[Relationship]:
    walk = Walk(project_id="here", start=start, direction=direction, depth=depth)
    found = await store.relationships(walk, limit=999)
    assert found.complete
    assert found.total == len(found.items)
    return list(found.items)


def distances(start: str, links: list[Link], direction: Direction) -> dict[str, int]:
    """Return how far each entity is, found by trying every link again and again."""
    far = {start: 0}
    while True:
        before = dict(far)
        for link in links:
            steps = [(link.source_id, link.target_id), (link.target_id, link.source_id)]
            allowed = {"outgoing": steps[:1], "incoming": steps[1:], "both": steps}[direction]
            for near, other in allowed:
                if near in far:
                    far[other] = min(far.get(other, 99), far[near] + 1)
        if far == before:
            return far


@pytest.mark.parametrize("kind", STORES)
@few
@given(pairs=webs)
async def test_at_depth_one_are_the_links_that_touch_it(
    kind: str, bolt: BoltServer, pairs: Pairs
) -> None:
    async with opened(kind, bolt) as store:
        links = await made(store, pairs)
        found = await around(store, "0")

    touching = [link for link in links if "0" in (link.source_id, link.target_id)]
    assert sorted(one.link.id for one in found) == sorted(link.id for link in touching)
    assert {one.depth for one in found} <= {1}


@pytest.mark.parametrize("kind", STORES)
@few
@given(pairs=webs)
async def test_incoming_here_is_outgoing_from_the_other_side(
    kind: str, bolt: BoltServer, pairs: Pairs
) -> None:
    async with opened(kind, bolt) as store:
        await made(store, pairs)
        for one in await around(store, "0", direction="incoming"):
            assert one.direction == "incoming"
            there = await around(store, one.link.source_id, direction="outgoing")
            assert one.link in [each.link for each in there]


@pytest.mark.parametrize("kind", STORES)
@few
@given(pairs=webs, depth=st.integers(1, 5), direction=directions)
async def test_a_neighbourhood_holds_what_is_near_enough_nearest_first(
    kind: str, bolt: BoltServer, pairs: Pairs, depth: int, direction: Direction
) -> None:
    async with opened(kind, bolt) as store:
        links = await made(store, pairs)
        found = await around(store, "0", direction=direction, depth=depth)

    far = distances("0", links, direction)
    ends: dict[Direction, list[tuple[Link, int]]] = {
        "outgoing": [(link, far.get(link.source_id, 99)) for link in links],
        "incoming": [(link, far.get(link.target_id, 99)) for link in links],
    }
    ends["both"] = [(a, min(x, y)) for (a, x), (_, y) in zip(*ends.values(), strict=True)]
    expected = {link.id: near + 1 for link, near in ends[direction] if near < depth}
    assert {one.link.id: one.depth for one in found} == expected
    assert [one.depth for one in found] == sorted(one.depth for one in found)


@pytest.mark.parametrize("kind", STORES)
@few
@given(pairs=webs, depth=st.integers(1, 6), direction=directions)
async def test_a_path_is_a_chain_of_links_and_none_is_shorter(
    kind: str, bolt: BoltServer, pairs: Pairs, depth: int, direction: Direction
) -> None:
    async with opened(kind, bolt) as store:
        links = await made(store, pairs)
        walk = Walk(project_id="here", start="0", direction=direction, depth=depth)
        for target in ("0", "1", "7"):
            path = await store.path(walk, target)
            length = distances("0", links, direction).get(target, 99)
            if length > depth:
                assert path == Chain(links=None, complete=True)
                continue
            assert path.links is not None
            assert len(path.links) == length
            assert [one.depth for one in path.links] == list(range(1, length + 1))
            here = "0"
            for one in path.links:
                assert one.link in links
                assert direction in ("both", one.direction)
                ends = (one.link.source_id, one.link.target_id)
                near, here_next = ends if one.direction == "outgoing" else ends[::-1]
                assert near == here
                here = here_next
            assert here == target


async def test_the_heavy_come_before_the_light_and_the_old_before_the_new(store: Store) -> None:
    await linked(store, arrow("a>b"), arrow("a>c", weight=0.5), arrow("d>a"), arrow("b>e"))

    found = await around(store, "a", depth=2)

    assert [(one.link.source_id, one.link.target_id, one.depth) for one in found] == [
        ("a", "b", 1),
        ("d", "a", 1),
        ("a", "c", 1),
        ("b", "e", 2),
    ]


async def test_a_walk_keeps_to_its_relation(store: Store) -> None:
    await linked(store, arrow("a>b", "x"), arrow("b>c", "y"), arrow("a>c", "z"), arrow("b>d", "x"))
    walk = Walk(project_id="here", start="a", relation="x", depth=5)

    found = await store.relationships(walk, limit=9)

    assert [one.link.target_id for one in found.items] == ["b", "d"]
    assert (await store.path(walk, "c")).links is None


async def test_a_neighbourhood_goes_on_after_its_last_link(store: Store) -> None:
    await linked(store, *(arrow(f"a>{n}") for n in range(5)))
    walk = Walk(project_id="here", start="a")

    first = await store.relationships(walk, limit=3)
    rest = await store.relationships(walk, limit=3, cursor=first.items[-1].link.id)

    targets = [one.link.target_id for one in [*first.items, *rest.items]]
    assert targets == ["0", "1", "2", "3", "4"]
    assert (first.total, rest.total) == (5, 5)
    assert (first.has_more, rest.has_more) == (True, False)


@few
@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
async def test_an_entity_may_be_any_text(bolt: BoltServer, name: str) -> None:
    async with opened("sqlite", bolt) as store:
        made = arrow(">b", project="here")
        await store.put(
            [type(made)(project_id="here", source_id=name, target_id="b", relation="x")]
        )

        assert len(await around(store, name)) == 1


def test_a_walk_stops_at_its_bound_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = [Edge(f"link_{n:06}", "hub", str(n), 1.0) for n in range(30)]  # type: ignore[arg-type]

    def touching(entities: object, side: str, limit: int) -> list[Edge]:
        return hub[:limit] if side == "outgoing" else []

    monkeypatch.setattr(walking, "LINKS_LOOKED_AT_MAX", 10)
    steps, complete = reached("hub", 3, "both", touching)
    assert (len(steps), complete) == (10, False)
    assert shortest(("hub", "nowhere"), 6, "both", touching) == (None, False)
