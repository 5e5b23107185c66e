"""Our whole server with a Letta behind it: the stand-in, and the real one."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from letta_client import Letta

from ltmc_server.dispatch import Dispatcher
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings


@dataclass
class Both:
    """One agent, and the memory of one project."""

    dispatcher: Dispatcher
    sdk: Letta
    agent_id: str
    database: Path

    async def try_sync(self, **how: object) -> dict[str, Any]:
        """Sync, and return what was answered, a failure or not."""
        arguments = {"agent_id": self.agent_id} | how
        return (await self.dispatcher.call("letta_sync_memory", arguments)).payload

    async def sync(self, **how: object) -> dict[str, Any]:
        payload = await self.try_sync(**how)
        assert "error" not in payload, payload
        return payload

    async def memory(self, action: str, **arguments: object) -> dict[str, Any]:
        reply = await self.dispatcher.call("memory_action", {"action": action} | arguments)
        assert not reply.is_error, reply.payload
        return reply.payload

    def file_name(self, rest: str) -> str:
        return f"letta/{self.agent_id}/{rest}"

    async def text(self, rest: str) -> str:
        """Return the text of a record."""
        found = await self.memory("get", file_name=self.file_name(rest))
        return str(found["content"])

    async def store(self, rest: str, text: str) -> None:
        await self.memory("store", file_name=self.file_name(rest), content=text)

    def block(self, label: str) -> str:
        return self.sdk.agents.blocks.retrieve(label, agent_id=self.agent_id).value

    def write_block(self, label: str, text: str) -> None:
        self.sdk.agents.blocks.update(label, agent_id=self.agent_id, value=text)

    def passages(self) -> list[str]:
        """Return the texts of the agent's passages, the oldest first."""
        # Of this version of letta-client the page is a plain list.
        page = self.sdk.agents.passages.list(self.agent_id, limit=100, ascending=True)
        return [each.text for each in page]

    def write_passage(self, text: str) -> str:
        [made] = self.sdk.agents.passages.create(self.agent_id, text=text, tags=["tea"])
        assert made.id
        return made.id


@pytest.fixture
async def both(letta_url: str, tmp_path: Path) -> AsyncIterator[Both]:
    settings = Settings(
        data_dir=tmp_path,
        project_id="tea",
        embedding="hashing",
        letta_base_url=letta_url,
        letta_timeout_s=5.0,
        letta_retries=0,
    )
    with Letta(base_url=letta_url, api_key="x", max_retries=0, timeout=60) as sdk:
        agent = sdk.agents.create(
            name=f"flow-{tmp_path.name}",
            model="openai-proxy/gpt-4o-mini",
            embedding="openai/text-embedding-3-small",
            memory_blocks=[
                {"label": "human", "value": "likes green tea"},
                {"label": "persona", "value": "a dealer in tea"},
            ],
            include_base_tools=False,
        )
        try:
            async with open_dispatcher(settings) as dispatcher:
                yield Both(dispatcher, sdk, agent.id, settings.database())
        finally:
            sdk.agents.delete(agent.id)


async def changes(both: Both, **how: object) -> list[tuple[str, str]]:
    said = await both.sync(**how)
    return [(each["name"], each["change"]) for each in said["changes"]]


def at(step: int, do: Callable[[], object]) -> Callable[[float, float | None, str], None]:
    """Do something once so many steps are done."""

    def hear(done: float, of: float | None, message: str) -> None:
        if done == step:
            do()

    return hear
