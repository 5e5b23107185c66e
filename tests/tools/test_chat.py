"""The chat tool, over stores that live in dictionaries."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pytest

from ltmc_server.errors import ConfirmationRequired, InvalidArguments, NotFound
from ltmc_server.model import DocumentId, Version, now
from ltmc_server.stores.in_memory.messages import InMemoryMessages
from ltmc_server.stores.in_memory.todos import InMemoryTodos
from ltmc_server.stores.messages import Citation, Message, MessageDraft, MessageFilter, MessageId
from ltmc_server.tools.chat import ChatTool

pytestmark = pytest.mark.anyio

TEA = DocumentId("mem_tea")


def versions(id: DocumentId) -> Sequence[Version]:
    if id != TEA:
        return ()
    return [Version(version=n, content=f"tea is hot, {n}", created_at=now()) for n in (2, 1)]


@pytest.fixture
def messages() -> InMemoryMessages:
    return InMemoryMessages(versions)


@pytest.fixture
def todos() -> InMemoryTodos:
    return InMemoryTodos()


@pytest.fixture
def chat(messages: InMemoryMessages, todos: InMemoryTodos) -> ChatTool:
    return ChatTool(messages, {"todo": todos, "chat": messages}, "here")


async def said(chat: ChatTool, content: str, **arguments: object) -> Message:
    given = {"conversation_id": "c1", "role": "user", "content": content} | arguments
    logged: Any = await chat.run("log", given)
    newest = MessageFilter(project_id=logged["project_id"])
    [message] = (await chat.messages.page(newest, limit=1, offset=0)).items
    assert logged == {name: each for name, each in asdict(message).items() if name != "content"}
    return message


async def test_a_message_is_logged_with_all_that_is_known_of_it(chat: ChatTool) -> None:
    message = await said(
        chat, "tea?", agent_name="ada", source_tool="kettle", metadata='{"cups": 2}'
    )

    assert (message.agent_name, message.source_tool) == ("ada", "kettle")
    assert message.metadata == {"cups": 2}
    assert (await chat.get_conversation(conversation_id="c1")).items == [message]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"role": "robot"}, "role: input should be 'user', 'assistant', 'system' or 'tool'"),
        ({"content": ""}, "content: string should have at least 1 character"),
        ({"content": "x" * 1_000_001}, "content: string should have at most 1000000 characters"),
        ({"metadata": {"x": "y" * 9_000}}, "metadata: is 9008 bytes of JSON; at most 8000"),
    ],
)
async def test_a_message_out_of_bounds_is_refused_and_not_kept(
    chat: ChatTool, wrong: dict[str, object], why: str
) -> None:
    with pytest.raises(InvalidArguments) as caught:
        await said(chat, **({"content": "tea"} | wrong))  # type: ignore[arg-type]  # on purpose

    assert why in str(caught.value)
    assert (await chat.list_conversations()).total == 0


async def test_a_conversation_is_read_oldest_first_by_cursor(chat: ChatTool) -> None:
    for text in "abc":
        await said(chat, text)

    first = await chat.get_conversation(conversation_id="c1", limit=2)
    second = await chat.get_conversation(conversation_id="c1", limit=2, cursor=str(first.next))

    assert [one.content for one in (*first.items, *second.items)] == ["a", "b", "c"]
    assert (first.total, second.has_more, second.next) == (3, False, None)


async def test_a_long_message_is_read_on_from_a_character(chat: ChatTool) -> None:
    await said(chat, "0123456789")

    page = await chat.get_conversation(conversation_id="c1", from_char=7)

    assert page.items[0].content == "789"


@pytest.mark.parametrize("action", ["get_conversation", "delete_conversation"])
async def test_a_conversation_that_is_not_there_is_named_with_the_way_out(
    chat: ChatTool, action: str
) -> None:
    with pytest.raises(NotFound, match="No conversation is stored as 'nowhere'") as caught:
        await chat.run(action, {"conversation_id": "nowhere"})

    assert "list_conversations" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("action", "needed"),
    [
        ("get_conversation", {"conversation_id": "c1"}),
        ("list_conversations", {}),
        ("get_tool_conversations", {"source_tool": "kettle"}),
    ],
)
async def test_a_cursor_that_leads_nowhere_is_refused(
    chat: ChatTool, action: str, needed: dict[str, str]
) -> None:
    await said(chat, "tea", source_tool="kettle")

    with pytest.raises(NotFound, match="msg_none") as caught:
        await chat.run(action, needed | {"cursor": "msg_none"})

    assert caught.value.hint == "Leave out cursor to begin again."


async def test_conversations_are_listed_with_counts_the_newest_first(chat: ChatTool) -> None:
    await said(chat, "a")
    last = await said(chat, "b")
    await said(chat, "c", conversation_id="c2")

    page = await chat.list_conversations()

    assert [(one.conversation_id, one.message_count) for one in page.items] == [
        ("c2", 1),
        ("c1", 2),
    ]
    assert (page.items[1].last_at, page.items[1].last_message_id) == (last.created_at, last.id)


async def test_messages_of_a_tool_are_listed_newest_first(chat: ChatTool) -> None:
    await said(chat, "a", source_tool="kettle")
    await said(chat, "b")
    await said(chat, "c", source_tool="kettle", conversation_id="c2")

    page = await chat.get_by_tool(source_tool="kettle")

    assert [one.content for one in page.items] == ["c", "a"]


async def test_a_tool_that_said_nothing_has_an_empty_page(chat: ChatTool) -> None:
    assert (await chat.get_by_tool(source_tool="kettle")).total == 0
    assert (await chat.get_tool_conversations(source_tool="kettle")).total == 0


async def test_conversations_of_a_tool_are_found_by_either_name_of_the_parameter(
    chat: ChatTool,
) -> None:
    await said(chat, "a", source_tool="kettle")
    await said(chat, "b")

    for name in ("source_tool", "tool_name"):
        page: Any = await chat.run("get_tool_conversations", {name: "kettle"})
        assert [(one.conversation_id, one.message_count) for one in page.items] == [("c1", 1)]


@pytest.mark.parametrize("action", ["get_by_tool", "get_tool_conversations"])
async def test_a_list_of_a_tool_needs_its_name(chat: ChatTool, action: str) -> None:
    with pytest.raises(InvalidArguments, match="source_tool: is required"):
        await chat.run(action, {})


async def test_a_search_holds_every_word_and_narrows(chat: ChatTool) -> None:
    await said(chat, "green tea")
    await said(chat, "black tea", conversation_id="c2", role="assistant")

    everywhere = await chat.search(query="tea")
    there = await chat.search(query="tea", conversation_id="c2")
    theirs = await chat.search(query="tea", role="user")
    neither = await chat.search(query="green black")

    assert [one.content for one in everywhere.items] == ["black tea", "green tea"]
    assert [one.content for one in there.items] == ["black tea"]
    assert [one.content for one in theirs.items] == ["green tea"]
    assert neither.total == 0


async def test_a_search_without_a_query_is_refused(chat: ChatTool) -> None:
    with pytest.raises(InvalidArguments, match="query: is required"):
        await chat.run("search", {})


async def test_the_context_of_an_answer_is_what_it_was_made_from(
    chat: ChatTool, messages: InMemoryMessages
) -> None:
    cited = [
        Citation(id=TEA, file_name="tea.md", version=1, start=0, end=3, score=0.9),
        Citation(id=DocumentId("mem_gone"), file_name="x.md", version=1, start=0, end=3, score=0.5),
    ]
    draft = MessageDraft(project_id="here", conversation_id="c1", role="assistant", content="hot")
    answer = await messages.log(draft, cited)

    context = await chat.get_context(message_id=answer.id)

    assert context["citations"] == [
        {
            "id": TEA,
            "file_name": "tea.md",
            "version": 1,
            "start": 0,
            "end": 3,
            "score": 0.9,
            "rank": 1,
            "text": "tea",
            "newest_version": 2,
            "gone": False,
        },
        {
            "id": "mem_gone",
            "file_name": "x.md",
            "version": 1,
            "start": 0,
            "end": 3,
            "score": 0.5,
            "rank": 2,
            "text": None,
            "newest_version": None,
            "gone": True,
        },
    ]


async def test_the_context_of_a_message_that_is_not_there_is_refused(chat: ChatTool) -> None:
    with pytest.raises(NotFound, match="No message is stored as 'msg_none'"):
        await chat.get_context(message_id=MessageId("msg_none"))


async def test_a_conversation_is_deleted_only_when_that_is_meant(chat: ChatTool) -> None:
    await said(chat, "a")
    await said(chat, "b")
    await said(chat, "c", conversation_id="c2")

    with pytest.raises(ConfirmationRequired, match="the 2 messages of conversation 'c1'"):
        await chat.delete_conversation(conversation_id="c1")
    removed = await chat.delete_conversation(conversation_id="c1", confirm=True)

    assert removed == {"conversation_id": "c1", "messages": 2, "citations": 0}
    assert [one.conversation_id for one in (await chat.list_conversations()).items] == ["c2"]


async def test_projects_do_not_see_each_other(chat: ChatTool) -> None:
    await said(chat, "secret", project_id="elsewhere")

    assert (await chat.list_conversations()).total == 0
    assert (await chat.route_query(query="secret"))["total_found"] == 0
    with pytest.raises(NotFound):
        await chat.delete_conversation(conversation_id="c1", confirm=True)
    assert (await chat.search(query="secret", project_id="elsewhere")).total == 1
