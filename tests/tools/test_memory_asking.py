"""memory_action.ask_with_context: a question is answered from passages, and both are kept."""

import pytest

from ltmc_server.errors import InvalidArguments
from ltmc_server.tools.chat import ChatTool
from ltmc_server.tools.memory import MemoryTool
from tests.builders import PROJECT, memory_tool

pytestmark = pytest.mark.anyio


@pytest.fixture
def memory() -> MemoryTool:
    return memory_tool()


async def test_the_context_holds_the_cited_passages_under_their_names(memory: MemoryTool) -> None:
    stored = await memory.store(file_name="tea.md", content="Green tea wants 70 degrees.")
    await memory.store(file_name="tax.md", content="Taxes are due in April.")

    asked = await memory.ask_with_context(query="green tea", conversation_id="kitchen", top_k=1)

    assert asked["context"] == "[tea.md]\nGreen tea wants 70 degrees."
    [citation] = asked["citations"]
    assert (citation["id"], citation["offsets"]) == (stored["id"], [0, 27])
    assert asked["confident"]


async def test_the_question_is_logged_with_what_it_was_given(memory: MemoryTool) -> None:
    await memory.store(file_name="tea.md", content="Green tea wants 70 degrees.")
    chat = ChatTool(memory.messages, {}, PROJECT)

    asked = await memory.ask_with_context(query="green tea", conversation_id="kitchen")

    page = await chat.get_conversation(conversation_id="kitchen")
    assert [(each.role, each.content) for each in page.items] == [("user", "green tea")]
    kept = await memory.messages.cited(PROJECT, asked["message_id"])
    assert [each.citation.file_name for each in kept or ()] == ["tea.md"]


async def test_nothing_stored_is_an_empty_context_that_says_so(memory: MemoryTool) -> None:
    asked = await memory.ask_with_context(query="green tea", conversation_id="kitchen")

    assert (asked["context"], asked["citations"], asked["confident"]) == ("", [], False)


async def test_a_question_belongs_to_a_conversation(memory: MemoryTool) -> None:
    with pytest.raises(InvalidArguments, match="conversation_id: is required"):
        await memory.run("ask_with_context", {"query": "green tea"})
