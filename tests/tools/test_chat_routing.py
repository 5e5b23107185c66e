"""chat_action route_query: which sources are asked, why, and how their answers are merged."""

from typing import Any

import pytest

from ltmc_server.errors import InvalidArguments
from ltmc_server.stores.in_memory.messages import InMemoryMessages
from ltmc_server.stores.in_memory.todos import InMemoryTodos
from ltmc_server.stores.todos import TodoDraft
from ltmc_server.tools.chat import ChatTool

pytestmark = pytest.mark.anyio


@pytest.fixture
def todos() -> InMemoryTodos:
    return InMemoryTodos()


@pytest.fixture
def chat(todos: InMemoryTodos) -> ChatTool:
    messages = InMemoryMessages()
    return ChatTool(messages, {"todo": todos, "chat": messages}, "here")


async def said(chat: ChatTool, content: str) -> None:
    await chat.log(conversation_id="c1", role="user", content=content)


async def test_a_question_goes_to_all_that_is_kept_and_says_why(
    chat: ChatTool, todos: InMemoryTodos
) -> None:
    await todos.add(TodoDraft(project_id="here", title="oil the hinges"))
    await said(chat, "the hinges squeak")

    answer = await chat.route_query(query="which task is about hinges")

    every = "no source_types given, so all are asked"
    assert answer["asked"] == [
        {"source": "todo", "why": f"{every}; the query says task", "found": 1},
        {"source": "chat", "why": every, "found": 1},
    ]
    assert answer["not_asked"] == [{"source": "memory", "why": "this server does not keep it"}]
    assert {one.kind for one in answer["results"]} == {"todo", "chat"}
    assert answer["total_found"] == 2


async def test_a_question_goes_only_where_it_is_told_to(
    chat: ChatTool, todos: InMemoryTodos
) -> None:
    await todos.add(TodoDraft(project_id="here", title="oil the hinges"))
    await said(chat, "the hinges squeak")

    answer: Any = await chat.run("route_query", {"query": "hinges", "source_types": '["chat"]'})

    assert answer["asked"] == [{"source": "chat", "why": "named in source_types", "found": 1}]
    assert [one["source"] for one in answer["not_asked"]] == ["memory", "todo"]
    assert [one.text for one in answer["results"]] == ["the hinges squeak"]


async def test_what_is_found_is_merged_by_score_and_cut(
    chat: ChatTool, todos: InMemoryTodos
) -> None:
    for title in ("oil", "oil the hinges", "oil hinges today"):
        await todos.add(TodoDraft(project_id="here", title=title))
    await said(chat, "hinges need oil")

    answer = await chat.route_query(query="oil hinges", top_k=3)

    assert len(answer["results"]) == 3
    scores = [one.score for one in answer["results"]]
    assert scores == sorted(scores, reverse=True)
    assert answer["total_found"] == 4


async def test_a_question_to_what_does_not_exist_is_refused(chat: ChatTool) -> None:
    with pytest.raises(InvalidArguments, match="'memory', 'todo' or 'chat'"):
        await chat.run("route_query", {"query": "tea", "source_types": ["web"]})
