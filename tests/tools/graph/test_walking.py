"""The actions of graph_action that follow links."""

from typing import Any

import pytest

from ltmc_server.errors import InvalidArguments, NotFound
from ltmc_server.retrieval.tokens import TOKENIZER, count_tokens
from ltmc_server.tools.graph import GraphTool
from tests.tools.graph.graph_tools import link_all, setup

pytestmark = pytest.mark.anyio


@pytest.fixture
async def graph() -> GraphTool:
    """Hold a chain from a to e, and a shortcut."""
    graph = setup().graph
    await link_all(graph, "a>b", "b>c", "c>d", "d>e", "e>b")
    return graph


def ends(result: Any) -> list[str]:  # noqa: ANN401  what a client reads
    return [f"{one['source_id']}>{one['target_id']}" for one in result["relationships"]]


async def test_a_query_finds_what_touches_the_entity_with_its_direction(graph: GraphTool) -> None:
    found = await graph.query(entity="b")

    told = {
        (one["source_id"], one["target_id"]): one["direction"] for one in found["relationships"]
    }
    assert told == {("a", "b"): "incoming", ("b", "c"): "outgoing", ("e", "b"): "incoming"}
    assert (found["returned"], found["total"], found["complete"]) == (3, 3, True)
    assert {one["depth"] for one in found["relationships"]} == {1}


async def test_a_query_goes_one_way_and_as_deep_as_asked(graph: GraphTool) -> None:
    assert ends(await graph.query(entity="b", direction="incoming")) == ["a>b", "e>b"]
    found = await graph.query(entity="a", direction="outgoing", depth=3)
    assert ends(found) == ["a>b", "b>c", "c>d"]
    assert [one["depth"] for one in found["relationships"]] == [1, 2, 3]


async def test_a_query_keeps_its_limit_and_goes_on_at_next(graph: GraphTool) -> None:
    first = await graph.query(entity="a", depth=5, limit=2)
    rest = await graph.query(entity="a", depth=5, limit=9, cursor=first["next"])

    assert (first["returned"], first["total"], first["has_more"]) == (2, 5, True)
    assert sorted(ends(first) + ends(rest)) == ["a>b", "b>c", "c>d", "d>e", "e>b"]
    assert (rest["has_more"], rest["next"]) == (False, None)


async def test_a_query_of_one_relation_follows_no_other(graph: GraphTool) -> None:
    await graph.link(source_id="a", target_id="z", relation="other")

    found = await graph.query(entity="a", relation_type="other", depth=5)

    assert ends(found) == ["a>z"]


async def test_an_entity_without_links_has_no_relationships(graph: GraphTool) -> None:
    found = await graph.query(entity="nobody")

    assert (found["relationships"], found["total"]) == ([], 0)


@pytest.mark.parametrize("action", ["query", "get_relationships"])
async def test_the_older_name_and_parameters_do_the_same(graph: GraphTool, action: str) -> None:
    found: Any = await graph.run(action, {"doc_id": "b", "relation": "to"})

    assert found == await graph.query(entity="b")


@pytest.mark.parametrize("action", ["query", "get_relationships"])
async def test_a_question_out_of_bounds_is_refused(graph: GraphTool, action: str) -> None:
    with pytest.raises(InvalidArguments) as caught:
        await graph.run(action, {"entity": "", "depth": 6, "direction": "up", "limit": 0})

    said = str(caught.value)
    assert "entity: string should have at least 1 character" in said
    assert "depth: input should be less than or equal to 5" in said
    assert "direction: input should be 'incoming', 'outgoing' or 'both'" in said
    assert "limit: input should be greater than or equal to 1" in said


async def test_a_query_that_goes_on_after_nothing_is_refused(graph: GraphTool) -> None:
    with pytest.raises(NotFound, match="link_none"):
        await graph.query(entity="a", cursor="link_none")


async def test_a_path_is_the_shortest_and_says_how_it_goes(graph: GraphTool) -> None:
    path = await graph.path(source_id="a", target_id="e")

    assert (path["found"], path["length"], path["entities"]) == (True, 2, ["a", "b", "e"])
    assert ends(path) == ["a>b", "e>b"]
    assert [one["direction"] for one in path["relationships"]] == ["outgoing", "incoming"]


async def test_a_path_may_have_to_follow_the_arrows(graph: GraphTool) -> None:
    path = await graph.path(source_id="a", target_id="e", direction="outgoing")

    assert path["entities"] == ["a", "b", "c", "d", "e"]


async def test_no_path_is_an_answer(graph: GraphTool) -> None:
    far = await graph.path(source_id="a", target_id="e", direction="outgoing", max_depth=3)
    none = await graph.path(source_id="a", target_id="nobody")

    assert (far["found"], far["complete"], far["max_depth"]) == (False, True, 3)
    assert none["found"] is False


async def test_a_path_is_bounded(graph: GraphTool) -> None:
    with pytest.raises(InvalidArguments, match="max_depth: input should be less than or equal"):
        await graph.run("path", {"source_id": "a", "target_id": "b", "max_depth": 11})


async def test_a_context_holds_the_links_and_the_texts_nearest_first() -> None:
    one = setup()
    tea = await one.remember("tea.md", "Green tea is brewed at seventy degrees.")
    pot = await one.remember("pot.md", "The pot holds one litre.")
    await one.graph.link(source_id=tea, target_id=pot, relation="made in", weight=0.5)

    told = await one.graph.context(entity=pot)

    assert f"tea.md ({tea}) -[made in, 0.5]-> pot.md ({pot})" in told["context"]
    own, other = (told["context"].index(text) for text in ("one litre", "seventy"))
    assert own < other
    assert [part.source for part in told["parts"]] == ["links", pot, tea]
    assert (told["tokenizer"], told["links"], told["links_left_out"]) == (TOKENIZER, 1, 0)


async def test_a_context_keeps_its_budget(graph: GraphTool) -> None:
    told = await graph.context(entity="a", depth=5, max_tokens=41)

    assert count_tokens(told["context"]) == told["total_tokens"] <= 41
    assert told["context"].startswith("a -[to, 1]-> b")


async def test_a_context_of_nothing_is_empty(graph: GraphTool) -> None:
    told = await graph.context(entity="nobody")

    assert (told["context"], told["total_tokens"], told["links"]) == ("", 0, 0)


async def test_a_context_without_a_budget_in_bounds_is_refused(graph: GraphTool) -> None:
    with pytest.raises(InvalidArguments, match="max_tokens: input should be greater than"):
        await graph.run("context", {"entity": "a", "max_tokens": 0})
