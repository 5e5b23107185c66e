"""What every store of messages promises, asked of each."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.errors import NotFound
from ltmc_server.model import Scope
from ltmc_server.stores.messages import MessageDraft, MessageFilter, MessageId
from ltmc_server.stores.sqlite.messages import SqliteMessages
from tests.stores.message_stores import CITATION, STORES, Setup, Store, opened, said

pytestmark = pytest.mark.anyio

few = settings(max_examples=25, deadline=None)


@pytest.fixture(params=STORES)
def setup(request: pytest.FixtureRequest) -> Iterator[Setup]:
    with opened(request.param) as one:
        yield one


@pytest.fixture
def store(setup: Setup) -> Store:
    return setup.store


async def contents(store: Store, query: str) -> list[str]:
    wanted = MessageFilter(project_id="here", query=query)
    return [one.content for one in (await store.page(wanted, limit=200, offset=0)).items]


async def test_what_was_logged_is_read_back(store: Store) -> None:
    draft = MessageDraft(
        project_id="here",
        conversation_id="c1",
        role="assistant",
        content="tea\x00 \U0001f375",
        agent_name="ada",
        source_tool="kettle",
        metadata={"cups": [1, None, {"deep": True}]},
    )

    message = await store.log(draft)

    page = await store.conversation("here", "c1", limit=10)
    assert page.items == [message]
    assert message.content == draft.content
    assert message.metadata == draft.metadata
    assert (message.role, message.agent_name, message.source_tool) == ("assistant", "ada", "kettle")


async def test_a_list_of_messages_is_newest_first_and_each_filter_narrows(store: Store) -> None:
    await said(store, "one", tool="kettle")
    await said(store, "two", conversation="c2", tool="kettle")
    await said(store, "three")

    async def texts(wanted: MessageFilter) -> list[str]:
        return [one.content for one in (await store.page(wanted, limit=9, offset=0)).items]

    assert await texts(MessageFilter(project_id="here")) == ["three", "two", "one"]
    assert await texts(MessageFilter(project_id="here", source_tool="kettle")) == ["two", "one"]
    assert await texts(MessageFilter(project_id="here", conversation_id="c2")) == ["two"]
    assert await texts(MessageFilter(project_id="here", role="system")) == []


async def test_another_project_is_not_read(store: Store) -> None:
    secret = await said(store, "secret", project="elsewhere", tool="t")

    assert await contents(store, "secret") == []
    assert not await store.find("secret", Scope(project_id="here"), limit=5)
    assert (await store.conversation("here", "c1", limit=5)).total == 0
    assert (await store.conversations("here", limit=5)).total == 0
    assert (await store.conversations("here", limit=5, source_tool="t")).total == 0
    assert await store.cited("here", secret.id) is None
    assert (await store.remove_conversation("here", "c1")).messages == 0
    with pytest.raises(NotFound):
        await store.conversations("here", limit=5, cursor=secret.id)


@pytest.mark.parametrize("kind", STORES)
@few
@given(content=st.text(min_size=1, max_size=80), query=st.text(max_size=60))
async def test_any_text_is_kept_and_any_text_can_be_looked_for(
    kind: str, content: str, query: str
) -> None:
    with opened(kind) as setup:
        message = await said(setup.store, content)

        await contents(setup.store, query)
        await setup.store.find(query, Scope(project_id="here"), limit=5)
        page = await setup.store.conversation("here", "c1", limit=1)

    assert page.items == [message]


async def test_a_cited_passage_is_read_from_the_version_it_was_cited_from(setup: Setup) -> None:
    draft = MessageDraft(project_id="here", conversation_id="c1", role="assistant", content="a")
    setup.write("the \U0001f375 tea")
    answer = await setup.store.log(draft, [CITATION])

    setup.write("the \U0001f375 tea", "coffee now")

    cited = await setup.store.cited("here", answer.id)
    assert cited
    assert (cited[0].rank, cited[0].citation) == (1, CITATION)
    assert (cited[0].text, cited[0].newest_version) == ("\U0001f375 tea", 2)


async def test_a_citation_outlives_its_document(setup: Setup) -> None:
    draft = MessageDraft(project_id="here", conversation_id="c1", role="assistant", content="a")
    setup.write("the tea is hot")
    answer = await setup.store.log(draft, [CITATION])

    setup.write()

    cited = await setup.store.cited("here", answer.id)
    assert cited
    assert cited[0].citation == CITATION
    assert (cited[0].text, cited[0].newest_version) == (None, None)


async def test_in_sqlite_an_expired_document_is_as_if_deleted() -> None:
    draft = MessageDraft(project_id="here", conversation_id="c1", role="assistant", content="a")
    with opened("sqlite") as setup:
        assert isinstance(setup.store, SqliteMessages)
        setup.write("the tea is hot")
        answer = await setup.store.log(draft, [CITATION])

        setup.store.database.connection.execute("UPDATE documents SET expires_us = 1")

        cited = await setup.store.cited("here", answer.id)
    assert cited
    assert (cited[0].text, cited[0].newest_version) == (None, None)


async def test_a_message_that_cites_nothing_and_one_that_is_not_there(store: Store) -> None:
    message = await said(store, "hello")

    assert await store.cited("here", message.id) == []
    assert await store.cited("here", MessageId("msg_none")) is None


async def test_finding_ranks_by_how_much_of_the_question_is_there(store: Store) -> None:
    for text in ("oil the hinges", "buy milk", "call the plumber", "water the roses"):
        await said(store, text)

    found = await store.find("who could oil my hinges", Scope(project_id="here"), limit=3)

    assert found[0].text == "oil the hinges"
    assert all(0 <= one.score <= 1 for one in found)
    scope = Scope(project_id="here", conversation_id="c2")
    assert not await store.find("hinges", scope, limit=3)


async def test_a_message_that_holds_every_word_scores_1_even_alone(store: Store) -> None:
    await said(store, "oil the hinges")

    [every] = await store.find("HINGES oil", Scope(project_id="here"), limit=3)
    [half] = await store.find("oil please", Scope(project_id="here"), limit=3)

    assert every.score == 1
    assert 0 < half.score < 0.5
