"""The actions of graph_action on links themselves."""

from typing import Any

import pytest

from ltmc_server.actions import Tool
from ltmc_server.errors import ConfirmationRequired, InvalidArguments, NotFound
from ltmc_server.tools.graph import GraphTool
from tests.tools.graph.graph_tools import link_all, setup

pytestmark = pytest.mark.anyio

TEA = {"source_id": "tea", "target_id": "water", "relation": "needs"}


@pytest.fixture
def graph() -> GraphTool:
    return setup().graph


async def refusal(tool: Tool, action: str, **arguments: object) -> str:
    with pytest.raises(InvalidArguments) as caught:
        await tool.run(action, arguments)
    return str(caught.value)


async def linked(graph: GraphTool, **arguments: object) -> Any:  # noqa: ANN401  what a client reads
    return await graph.run("link", TEA | arguments)


async def test_a_link_says_what_was_made(graph: GraphTool) -> None:
    one = await linked(graph, weight="0.5", properties='{"degrees": 70, "why": null}')

    assert one["created"] is True
    assert (one["source_id"], one["relation"], one["target_id"]) == ("tea", "needs", "water")
    assert (one["weight"], one["properties"]) == (0.5, {"degrees": 70, "why": None})
    assert await graph.get(link_id=one["id"]) == (await graph.list()).items[0]


async def test_the_same_triple_again_updates_the_link(graph: GraphTool) -> None:
    one = await linked(graph)

    again = await linked(graph, weight=0.25, source_id=" tea ")

    assert (again["id"], again["created"], again["weight"]) == (one["id"], False, 0.25)
    assert (await graph.list()).total == 1


async def test_other_servers_names_of_parameters_are_taken(graph: GraphTool) -> None:
    arguments = {"source_id": "a", "target_id": "b", "relation_type": "x", "metadata": {"y": 1}}

    one: Any = await graph.run("link", arguments)

    assert (one["relation"], one["properties"]) == ("x", {"y": 1})


async def test_nothing_is_linked_when_anything_is_wrong(graph: GraphTool) -> None:
    said = await refusal(graph, "link", source_id="  ", target_id="a\x00b", weight=2)

    assert "source_id: must hold more than blanks" in said
    assert "target_id: must not hold control characters" in said
    assert "relation: is required" in said
    assert "weight: input should be less than or equal to 1" in said
    assert "at most 500 characters" in await refusal(
        graph, "link", **TEA | {"source_id": "x" * 501}
    )
    assert (await graph.list()).total == 0


async def test_a_list_is_narrowed_and_pages_by_cursor(graph: GraphTool) -> None:
    await link_all(graph, "a>b", "b>c", "c>d")
    await linked(graph)

    page = await graph.list(limit=2)
    rest = await graph.list(limit=2, cursor=str(page.next))

    assert [one.source_id for one in [*page.items, *rest.items]] == ["tea", "c", "b", "a"]
    assert [one.source_id for one in (await graph.list(entity="c")).items] == ["c", "b"]
    assert (await graph.list(relation_type="needs")).total == 1


@pytest.mark.parametrize("action", ["get", "remove"])
async def test_a_link_that_is_not_there_is_named_with_the_way_out(
    graph: GraphTool, action: str
) -> None:
    with pytest.raises(NotFound, match="No link is stored as 'link_none'") as caught:
        await graph.run(action, {"link_id": "link_none"})

    assert caught.value.hint == "graph_action list shows the links of this project."


async def test_a_list_that_goes_on_after_nothing_is_refused(graph: GraphTool) -> None:
    with pytest.raises(NotFound, match="link_none"):
        await graph.list(cursor="link_none")


async def test_a_removed_link_is_told_and_gone(graph: GraphTool) -> None:
    one = await linked(graph)

    gone = await graph.remove(link_id=one["id"])

    assert (gone["removed"], gone["link"].target_id) == (1, "water")
    assert (await graph.list()).total == 0


async def test_removing_many_links_needs_confirm(graph: GraphTool) -> None:
    await link_all(graph, "a>b", "b>c", "c>d")

    with pytest.raises(ConfirmationRequired, match="the 2 links of 'b'"):
        await graph.remove(entity="b")
    assert (await graph.list()).total == 3

    assert await graph.remove(entity="b", confirm=True) == {"removed": 2, "entity": "b"}
    assert await graph.remove(entity="d") == {"removed": 1, "entity": "d"}


async def test_what_to_remove_is_said_once(graph: GraphTool) -> None:
    assert "link_id or entity: give one" in await refusal(graph, "remove")
    both = await refusal(graph, "remove", link_id="link_1", entity="a")
    assert "link_id or entity: give one" in both


async def test_stats_count_and_name_the_most_linked(graph: GraphTool) -> None:
    await link_all(graph, "a>b", "c>b")
    await linked(graph)

    stats = await graph.stats(limit=1)

    assert stats == {
        "links": 3,
        "entities": 5,
        "relations": [{"relation": "to", "links": 2}],
        "most_linked": [{"entity": "b", "incoming": 2, "outgoing": 0, "degree": 2}],
    }


async def test_stats_name_200_entities_at_most(graph: GraphTool) -> None:
    assert "limit: input should be less than or equal to 200" in await refusal(
        graph, "stats", limit=201
    )


async def test_projects_do_not_see_each_other(graph: GraphTool) -> None:
    one = await linked(graph, project_id="elsewhere")

    assert (await graph.list()).total == 0
    assert (await graph.query(entity="tea"))["total"] == 0
    assert (await graph.stats())["links"] == 0
    with pytest.raises(NotFound):
        await graph.get(link_id=one["id"])
