"""Every letta tool through a real MCP client against a real Letta, seen with Letta's own client."""

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest
from letta_client import Letta
from mcp import Client, StdioServerParameters

from tests.wire import environment
from tracker.letta.server import LettaServer

pytestmark = pytest.mark.anyio

SOURCE = '''
def brew(cups: int) -> str:
    """Brew tea.

    Args:
        cups (int): How many.
    """
    return f"{cups} cups"
'''


@dataclass
class Sitting:
    """A client of our server, and one of the Letta behind it."""

    client: Client
    sdk: Letta
    called: set[str] = field(default_factory=set)

    async def call(self, tool: str, **arguments: object) -> dict[str, Any]:
        """Return the result of a call that must succeed."""
        result = await self.client.call_tool(f"letta_{tool}", arguments)
        assert not result.is_error, (tool, result.structured_content)
        assert isinstance(result.structured_content, dict)
        self.called.add(f"letta_{tool}")
        return result.structured_content

    def value(self, agent_id: str, label: str) -> str:
        return self.sdk.agents.blocks.retrieve(label, agent_id=agent_id).value

    def tools(self, agent_id: str) -> list[str | None]:
        return [each.name for each in self.sdk.agents.tools.list(agent_id, limit=50).items]

    def passages(self, agent_id: str) -> list[str]:
        return [each.text for each in self.sdk.agents.passages.list(agent_id, limit=50)]


@pytest.fixture
async def sitting(letta: LettaServer, tmp_path: Path) -> AsyncIterator[Sitting]:
    """Open our server as a process, spoken to by the client of the MCP SDK."""
    settings = {
        "LTMC_LETTA_BASE_URL": letta.base_url,
        "LTMC_LETTA_API_KEY": letta.api_key,
        "LTMC_LETTA_MODEL": letta.model,
        "LTMC_LETTA_EMBEDDING": letta.embedding,
        "LTMC_WORKSPACE_ROOTS": str(tmp_path),
    }
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "ltmc_server"],
        env=environment(tmp_path / "data") | settings,
    )
    with Letta(base_url=letta.base_url, api_key=letta.api_key, max_retries=0) as sdk:
        async with Client(server) as client:
            yield Sitting(client, sdk)


async def test_every_tool_does_in_letta_what_it_says(sitting: Sitting) -> None:
    with anyio.fail_after(120):
        agent = await made(sitting)
        try:
            await memory(sitting, agent)
            await talk(sitting, agent)
            await tools(sitting, agent)
            await copies(sitting, agent)
            await whole_server(sitting, agent)
        finally:
            await sitting.call("delete_agent", agent_id=agent, confirm=True)

    assert agent not in {each.id for each in sitting.sdk.agents.list(limit=500).items}
    listed = (await sitting.client.list_tools()).tools
    assert {each.name for each in listed if each.name.startswith("letta_")} == sitting.called


async def made(sitting: Sitting) -> str:
    blocks = [{"label": "human", "value": "Likes tea."}]
    agent = await sitting.call("create_agent", name="sitting", blocks=blocks, base_tools=False)
    id = str(agent["id"])
    await sitting.call("update_agent", agent_id=id, description="Sits.", tags=["sitting"])

    assert sitting.sdk.agents.retrieve(id).description == "Sits."
    assert (await sitting.call("get_agent", agent_id=id))["name"] == "sitting"
    listed = await sitting.call("list_agents", tags=["sitting"])
    assert [each["id"] for each in listed["items"]] == [id]
    return id


async def memory(sitting: Sitting, agent: str) -> None:
    await sitting.call("update_memory", agent_id=agent, block_label="human", value="Likes oolong.")
    await sitting.call("create_memory_block", agent_id=agent, block_label="pot", value="Red.")
    told = await sitting.call("get_memory", agent_id=agent)
    assert {each["label"]: each["value"] for each in told["blocks"]} == {
        label: sitting.value(agent, label) for label in ("human", "pot")
    }
    assert sitting.value(agent, "human") == "Likes oolong."

    kept = await sitting.call("archival_insert", agent_id=agent, text="The kettle is in the attic.")
    assert sitting.passages(agent) == ["The kettle is in the attic."]
    found = await sitting.call("search_memory", agent_id=agent, query="kettle", scope="archival")
    assert "attic" in str(found["passages"])
    listed = await sitting.call("archival_list", agent_id=agent)
    assert len(listed["items"]) == 1
    await sitting.call("sync_memory", agent_id=agent, direction="pull")
    texts = await sitting.client.call_tool("memory_action", {"action": "list"})
    assert f"letta/{agent}/blocks/human.md" in str(texts.structured_content)
    passage = kept.get("id") or listed["items"][0]["id"]
    await sitting.call("archival_delete", agent_id=agent, passage_id=passage)
    assert sitting.passages(agent) == []


async def talk(sitting: Sitting, agent: str) -> None:
    answer = await sitting.call("send_message", agent_id=agent, message="Which pot?")
    said = sitting.sdk.agents.messages.list(agent, limit=20).items
    assert "Which pot?" in str(said)
    assert answer["text"] in str(said)
    history = await sitting.call("get_conversation_history", agent_id=agent)
    assert "Which pot?" in str(history["items"])
    export = await sitting.call("export_conversation", agent_id=agent, format="markdown")
    assert "Which pot?" in export["content"]


async def tools(sitting: Sitting, agent: str) -> None:
    tool = await sitting.call("create_tool", source_code=SOURCE, overwrite=True)
    listed = await sitting.call("list_tools", query="brew")
    assert "brew" in {each["name"] for each in listed["items"]}
    await sitting.call("attach_tool", agent_id=agent, tool_id=tool["id"])
    assert sitting.tools(agent) == ["brew"]
    assert "brew" in str(await sitting.call("get_agent_tools", agent_id=agent))
    rules = [{"type": "exit_loop", "tool_name": "brew"}]
    await sitting.call("set_tool_rules", agent_id=agent, tool_rules=rules)
    assert "brew" in str(sitting.sdk.agents.retrieve(agent).tool_rules)
    await sitting.call("set_tool_rules", agent_id=agent, tool_rules=[])
    await sitting.call("detach_tool", agent_id=agent, tool_name="brew")
    assert sitting.tools(agent) == []
    sitting.sdk.tools.delete(tool["id"])


async def copies(sitting: Sitting, agent: str) -> None:
    clone = await sitting.call("clone_agent", agent_id=agent, name="sitting's twin")
    await sitting.call("export_agent", agent_id=agent, path="sitting.af")
    loaded = await sitting.call("import_agent", path="sitting.af", name="sitting's echo")
    for copy in (clone["agent_id"], loaded["agent_id"]):
        assert copy != agent
        assert sitting.value(copy, "human") == "Likes oolong."
        sitting.sdk.agents.delete(copy)


async def whole_server(sitting: Sitting, agent: str) -> None:
    assert (await sitting.call("health_check"))["status"] == "ok"
    assert (await sitting.call("list_models"))["llm"]
    assert (await sitting.call("get_usage_stats", agent_id=agent))["runs"] >= 1
    change = {"agent_id": agent, "block_label": "pot", "value": "Blue."}
    calls = [{"tool": "letta_update_memory", "arguments": change}]
    assert (await sitting.call("batch", calls=calls))["succeeded"] == 1
    assert sitting.value(agent, "pot") == "Blue."
