"""The actions of graph_action that find what was said about an entity."""

import pytest

from ltmc_server.errors import InvalidArguments, NotFound
from ltmc_server.model import DocumentId
from ltmc_server.stores.messages import Citation, Message, MessageDraft
from tests.builders import PROJECT
from tests.tools.graph.graph_tools import Setup, setup

pytestmark = pytest.mark.anyio

TEA = DocumentId("mem_tea")
CITATION = Citation(id=TEA, file_name="tea.md", version=1, start=0, end=3, score=0.5)


@pytest.fixture
def here() -> Setup:
    return setup()


async def said(here: Setup, content: str, *, conversation: str = "c1", cites: int = 0) -> Message:
    draft = MessageDraft(
        project_id=PROJECT, conversation_id=conversation, role="user", content=content
    )
    return await here.messages.log(draft, [CITATION] * cites)


async def test_messages_that_cite_a_memory_or_are_linked_to_it_are_found(here: Setup) -> None:
    cited = await said(here, "what is tea?", cites=1)
    linked = await said(here, "I drink it daily")
    await said(here, "coffee")
    await here.graph.link(source_id=linked.id, target_id=TEA, relation="about")

    page = await here.graph.messages(entity=TEA)

    assert page.items == [linked, cited]


async def test_any_name_has_messages_that_are_linked_to_it(here: Setup) -> None:
    message = await said(here, "Kim called")
    await here.graph.link(source_id="Kim", target_id=message.id, relation="said")

    assert (await here.graph.messages(entity="Kim")).items == [message]


async def test_messages_page_and_are_narrowed_to_a_conversation(here: Setup) -> None:
    made = [await said(here, str(n), conversation=f"c{n % 2}", cites=1) for n in range(4)]

    page = await here.graph.messages(entity=TEA, limit=3)
    rest = await here.graph.messages(entity=TEA, limit=3, cursor=str(page.next))
    one = await here.graph.messages(entity=TEA, conversation_id="c1")

    assert [*page.items, *rest.items] == made[::-1]
    assert one.items == [made[3], made[1]]


async def test_conversations_count_the_messages_about_it(here: Setup) -> None:
    await said(here, "one", conversation="old", cites=1)
    await said(here, "two", conversation="new", cites=1)
    await said(here, "three", conversation="new", cites=2)
    await said(here, "four", conversation="old")

    page = await here.graph.conversations(entity=TEA)

    told = [(one.conversation_id, one.message_count) for one in page.items]
    assert told == [("new", 2), ("old", 1)]


@pytest.mark.parametrize("action", ["messages", "conversations"])
async def test_a_list_that_goes_on_after_nothing_is_refused(here: Setup, action: str) -> None:
    with pytest.raises(NotFound, match="msg_none"):
        await here.graph.run(action, {"entity": TEA, "cursor": "msg_none"})
    with pytest.raises(InvalidArguments, match="entity: is required"):
        await here.graph.run(action, {})
