"""The actions of graph_action that find links nobody has made."""

from collections import Counter
from typing import Any

import pytest

from ltmc_server.errors import InvalidArguments
from ltmc_server.tools.graph import GraphTool
from tests.tools.graph.graph_tools import Setup, link_all, setup

pytestmark = pytest.mark.anyio

GREEN = "Green tea is brewed at seventy degrees for two minutes."
BLACK = "Black tea is brewed at ninety degrees for four minutes."
ENGINE = "Engines want fresh oil once every year."


@pytest.fixture
def here() -> Setup:
    return setup()


async def auto_link(graph: GraphTool, **arguments: object) -> Any:  # noqa: ANN401
    return await graph.run("auto_link", arguments)


async def pairs(graph: GraphTool) -> set[tuple[str, str]]:
    links = (await graph.list(relation_type="similar_to", limit=200)).items
    return {(link.source_id, link.target_id) for link in links}


async def test_texts_that_are_given_are_linked_where_they_are_similar(here: Setup) -> None:
    texts = [("green", GREEN), ("black", BLACK), ("engine", ENGINE)]
    given = [{"id": id, "content": content} for id, content in texts]

    done = await auto_link(here.graph, documents=given, similarity_threshold=0.5)

    assert await pairs(here.graph) == {("black", "green")}
    assert (done["links_created"], done["documents"], done["compared"]) == (1, 3, 3)
    [link] = (await here.graph.list()).items
    assert 0.5 <= link.weight < 1
    assert link.properties == {"made_by": "auto_link"}


async def test_words_that_every_text_has_make_no_link(here: Setup) -> None:
    given = [
        {"id": "a", "content": "the cat sat on a mat by the door"},
        {"id": "b", "content": "the price of a share fell on the exchange"},
    ]

    done = await auto_link(here.graph, documents=given)

    assert (done["links_created"], done["similar"]) == (0, 0)


async def test_memories_are_linked_through_the_index(here: Setup) -> None:
    green = await here.remember("green.md", GREEN)
    black = await here.remember("black.md", BLACK)
    await here.remember("engine.md", ENGINE)

    done = await auto_link(here.graph, similarity_threshold=0.5)

    assert await pairs(here.graph) == {(min(green, black), max(green, black))}
    assert (done["links_created"], done["documents"], done["has_more"]) == (1, 3, False)


async def test_memories_are_gone_through_page_by_page(here: Setup) -> None:
    for number in range(5):
        await here.remember(f"{number}.md", f"{GREEN} Pot {number}.")

    first = await auto_link(here.graph, limit=3)
    rest = await auto_link(here.graph, limit=3, offset=first["next"])

    assert (first["documents"], first["has_more"]) == (3, True)
    assert (rest["documents"], rest["has_more"]) == (2, False)
    assert first["links_created"] + rest["links_created"] == len(await pairs(here.graph)) == 10


async def test_no_text_gets_more_links_than_the_limit_however_often_it_runs(here: Setup) -> None:
    for number in range(8):
        await here.remember(f"{number}.md", f"{GREEN} Pot {number}.")

    first = await auto_link(here.graph, max_links_per_document=2)
    again = await auto_link(here.graph, max_links_per_document=2)
    await here.remember("8.md", f"{GREEN} Pot 8.")
    await auto_link(here.graph, max_links_per_document=2)

    degrees = Counter(end for pair in await pairs(here.graph) for end in pair)
    assert first["links_created"] > 3
    assert (again["links_created"], again["links_updated"]) == (0, first["links_created"])
    assert max(degrees.values()) == 2


async def test_no_link_is_below_the_threshold(here: Setup) -> None:
    for number, text in enumerate([GREEN, BLACK, ENGINE, f"{GREEN} {ENGINE}"]):
        await here.remember(f"{number}.md", text)

    await auto_link(here.graph, similarity_threshold=0.6)

    weights = [link.weight for link in (await here.graph.list()).items]
    assert weights
    assert min(weights) >= 0.6


async def test_memories_of_another_project_are_not_linked(here: Setup) -> None:
    await here.remember("green.md", GREEN)
    await here.memory.store(file_name="green.md", content=GREEN, project_id="elsewhere")

    assert (await auto_link(here.graph))["links_created"] == 0


async def test_documents_that_can_not_be_told_apart_are_refused(here: Setup) -> None:
    twins = [{"id": "a", "content": GREEN}, {"id": " a ", "content": BLACK}]

    with pytest.raises(InvalidArguments, match="documents: 'a' is the id of more than one"):
        await auto_link(here.graph, documents=twins)


async def test_documents_out_of_bounds_are_refused_by_place(here: Setup) -> None:
    with pytest.raises(InvalidArguments) as caught:
        await auto_link(
            here.graph, documents=[{"id": "a"}], similarity_threshold=1.5, max_links_per_document=0
        )

    said = str(caught.value)
    assert "documents.0.content: field required" in said
    assert "similarity_threshold: input should be less than or equal to 1" in said
    assert "max_links_per_document: input should be greater than or equal to 1" in said


async def test_discover_suggests_similar_memories_and_links_nothing(here: Setup) -> None:
    green = await here.remember("green.md", GREEN)
    black = await here.remember("black.md", BLACK)
    await here.remember("engine.md", ENGINE)

    found = await here.graph.discover(entity=green)

    [suggested] = found["suggestions"]
    assert (suggested["target_id"], suggested["relation"]) == (black, "similar_to")
    assert 0.5 <= suggested["score"] <= 1
    assert (await here.graph.list()).total == 0


async def test_discover_does_not_suggest_what_is_linked(here: Setup) -> None:
    green = await here.remember("green.md", GREEN)
    black = await here.remember("black.md", BLACK)
    await here.graph.link(source_id=black, target_id=green, relation="unlike")

    assert (await here.graph.discover(entity=green))["suggestions"] == []


async def test_discover_suggests_what_shares_neighbours(here: Setup) -> None:
    await link_all(here.graph, "a>x", "a>y", "b>x", "y>b", "c>x", "a>a")

    found = await here.graph.discover(entity="a")

    expected = {"source_id": "a", "target_id": "b", "relation": "related_to", "score": 1.0}
    assert found["suggestions"] == [expected | {"in_common": 2}]
    assert (found["returned"], found["total"]) == (1, 1)


async def test_discover_without_an_entity_is_refused(here: Setup) -> None:
    with pytest.raises(InvalidArguments, match="entity: is required"):
        await here.graph.run("discover", {})
