"""What every store of links promises of each link, asked of each store."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ltmc_server.errors import NotFound
from ltmc_server.model import DocumentId
from ltmc_server.stores.graph import Degree, LinkDraft, LinkFilter, LinkId, Walk
from ltmc_server.stores.messages import MessageDraft
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.graph import SqliteGraph
from ltmc_server.stores.sqlite.messages import SqliteMessages
from ltmc_server.stores.sqlite.todos import SqliteTodos
from ltmc_server.stores.todos import TodoDraft
from tests.bolt_server import BoltServer
from tests.builders import MODEL, PROJECT, draft, pieces
from tests.stores.graph_stores import STORES, Store, arrow, linked, opened

pytestmark = pytest.mark.anyio

HERE = LinkFilter(project_id="here")


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, bolt: BoltServer) -> AsyncIterator[Store]:
    async with opened(request.param, bolt) as one:
        yield one


async def test_what_was_linked_is_read_back(store: Store) -> None:
    wanted = LinkDraft(
        project_id="here",
        source_id="tea",
        target_id="water",
        relation="needs",
        weight=0.25,
        properties={"degrees": 70, "why": None},
    )

    [made] = await store.put([wanted])

    assert made.created
    assert await store.get("here", made.link.id) == made.link
    kept = made.link
    assert (kept.source_id, kept.target_id, kept.relation) == ("tea", "water", "needs")
    assert (kept.weight, kept.properties) == (0.25, {"degrees": 70, "why": None})


async def test_the_same_triple_again_changes_the_link_and_keeps_its_id(store: Store) -> None:
    [first] = await store.put([arrow("a>b", weight=0.5)])

    [again] = await store.put([arrow("a>b", weight=0.75)])

    assert (again.created, again.link.id) == (False, first.link.id)
    assert (again.link.weight, again.link.created_at) == (0.75, first.link.created_at)
    assert again.link.updated_at > first.link.updated_at
    assert (await store.page(HERE, limit=9)).total == 1


async def test_another_relation_or_the_other_way_is_another_link(store: Store) -> None:
    await linked(store, arrow("a>b"), arrow("a>b", "from"), arrow("b>a"))
    await linked(store, arrow("a>b", project="elsewhere"))

    assert (await store.page(HERE, limit=9)).total == 3


async def test_a_link_of_another_project_is_not_there(store: Store) -> None:
    [link] = await linked(store, arrow("a>b", project="elsewhere"))

    assert await store.get("here", link.id) is None
    assert await store.remove("here", link.id) is None
    assert await store.remove_entity("here", "a") == 0
    assert (await store.page(HERE, limit=9)).items == []
    found = await store.relationships(Walk(project_id="here", start="a"), limit=9)
    assert found.total == 0
    assert await store.get("elsewhere", link.id) == link


async def test_pages_go_newest_first_and_visit_each_link_once(store: Store) -> None:
    made = await linked(store, *(arrow(f"a>{n}") for n in range(7)))

    visited: list[LinkId] = []
    cursor = ""
    while True:
        page = await store.page(HERE, limit=3, cursor=cursor)
        visited += [link.id for link in page.items]
        assert page.total == 7
        if not page.has_more:
            break
        cursor = str(page.next)

    assert visited == [link.id for link in reversed(made)]


async def test_a_list_is_narrowed_by_entity_at_either_end_and_by_relation(store: Store) -> None:
    await linked(store, arrow("a>b"), arrow("b>c", "from"), arrow("c>d"), arrow("b>b"))

    async def narrowed(entity: str = "", relation: str = "") -> list[str]:
        wanted = LinkFilter(project_id="here", entity=entity, relation=relation)
        page = await store.page(wanted, limit=9)
        assert page.total == len(page.items)
        return [f"{link.source_id}{link.target_id}" for link in page.items]

    assert await narrowed(entity="b") == ["bb", "bc", "ab"]
    assert await narrowed(entity="b", relation="to") == ["bb", "ab"]
    assert await narrowed(relation="from") == ["bc"]


async def test_a_cursor_that_is_no_link_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="link_none"):
        await store.page(HERE, limit=9, cursor="link_none")
    with pytest.raises(NotFound, match="link_none"):
        await store.relationships(Walk(project_id="here", start="a"), limit=9, cursor="link_none")


async def test_a_removed_link_is_returned_and_gone(store: Store) -> None:
    [link, other] = await linked(store, arrow("a>b"), arrow("b>c"))

    assert await store.remove("here", link.id) == link

    assert await store.remove("here", link.id) is None
    assert (await store.page(HERE, limit=9)).items == [other]


async def test_removing_an_entity_removes_its_links_at_both_ends(store: Store) -> None:
    await linked(store, arrow("a>b"), arrow("b>c"), arrow("b>b"), arrow("c>d"))

    assert await store.remove_entity("here", "b") == 3

    assert [link.target_id for link in (await store.page(HERE, limit=9)).items] == ["d"]


async def test_counts_name_the_frequent_and_the_most_linked(store: Store) -> None:
    await linked(store, arrow("a>b"), arrow("c>b"), arrow("b>b", "self"), arrow("x>y", "self"))
    await linked(store, arrow("z>z", project="elsewhere"))

    counts = await store.counts("here", limit=2)

    assert (counts.links, counts.entities) == (4, 5)
    assert counts.relations == {"self": 2, "to": 2}
    assert counts.most_linked == [
        Degree(entity="b", incoming=3, outgoing=1),
        Degree(entity="a", incoming=0, outgoing=1),
    ]


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "ltmc.db") as database:
        yield database


async def test_links_go_with_what_they_link(record: Database) -> None:
    """In the record a link belongs to its ends: none is left to something that is gone."""
    documents, todos, messages = (
        SqliteDocuments(record),
        SqliteTodos(record),
        SqliteMessages(record),
    )
    stored = await documents.put(draft("tea.md"), pieces("green tea"), model=MODEL)
    todo = await todos.add(TodoDraft(project_id=PROJECT, title="brew"))
    said = MessageDraft(project_id=PROJECT, conversation_id="c", role="user", content="hello")
    message = await messages.log(said)
    memory: DocumentId = stored.document.id
    graph = SqliteGraph(record)
    ends = [f"{memory}>{todo.id}", f"{message.id}>{memory}", f"{message.id}>{todo.id}"]
    await linked(graph, *(arrow(each, project=PROJECT) for each in ends))
    await linked(graph, arrow(f"{memory}>tea", project="elsewhere"))

    async def left() -> int:
        return (await graph.counts(PROJECT, limit=9)).links

    await documents.remove([memory])
    assert await left() == 1
    await messages.remove_conversation(PROJECT, "c")
    assert await left() == 0
    await linked(graph, arrow(f"a>{todo.id}", project=PROJECT))
    await todos.remove(PROJECT, todo.id)
    assert await left() == 0
    assert (await graph.counts("elsewhere", limit=9)).links == 1
