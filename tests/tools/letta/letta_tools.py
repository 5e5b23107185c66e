"""The letta tools over a Letta server, and the server itself to see what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from letta_client import Letta
from letta_client.types import AgentState

from ltmc_server.dispatch import Dispatcher
from ltmc_server.letta.client import LettaClient
from ltmc_server.observability.metrics import Metrics
from ltmc_server.tools.letta import LettaTool
from ltmc_server.tools.letta.batching import Batching
from ltmc_server.workspace.confinement import Workspace
from tests.builders import PROJECT, keeper_of, memory_tool

MODEL: Final = "openai-proxy/gpt-4o-mini"
EMBEDDING: Final = "openai/text-embedding-3-small"
NOBODY: Final = "agent-00000000-0000-4000-8000-000000000000"
"""The id of no agent."""
TAG: Final = "ltmc-tests"


def dispatcher_over(client: LettaClient, *roots: Path) -> Dispatcher:
    """Return what calls the tools over a client; texts are kept in dictionaries, files in roots."""
    metrics = Metrics()
    tool = LettaTool(
        client,
        model=MODEL,
        embedding=EMBEDDING,
        batching=Batching(metrics=metrics, at_once=3, bytes_max=15_000),
        keeper=keeper_of(memory_tool()),
        project=PROJECT,
        workspace=Workspace.of(roots),
    )
    return Dispatcher([tool], metrics=metrics, response_bytes_max=15_000)


@dataclass
class Bridge:
    """Calls tools, and asks Letta through its own client, which knows nothing of them."""

    dispatcher: Dispatcher
    direct: Letta
    is_real: bool
    made: list[str] = field(default_factory=list)
    """Agents to delete at the end."""

    async def call(self, tool: str, **arguments: object) -> Any:  # noqa: ANN401  JSON
        """Return the result of a call that succeeds."""
        reply = await self.dispatcher.call(f"letta_{tool}", arguments)
        assert not reply.is_error, reply.text
        return reply.payload

    async def refused(self, tool: str, **arguments: object) -> Any:  # noqa: ANN401  JSON
        """Return the error of a call that does not."""
        reply = await self.dispatcher.call(f"letta_{tool}", arguments)
        assert reply.is_error, reply.text
        return reply.payload["error"]

    def agent(self, name: str = "tea", **fields: Any) -> AgentState:  # noqa: ANN401  as the SDK
        """Make an agent, past the tools; it has no tools of its own unless they are given."""
        blocks = fields.pop("blocks", {"human": "Drinks tea.", "persona": "A cook."})
        usual: dict[str, Any] = {"include_base_tools": False, "tags": [TAG]}
        made = self.direct.agents.create(
            name=name,
            model=MODEL,
            embedding=EMBEDDING,
            memory_blocks=[{"label": label, "value": value} for label, value in blocks.items()],
            **usual | fields,
        )
        self.made.append(made.id)
        return made

    def said(self, agent_id: str, *texts: str) -> None:
        """Have an agent talked to."""
        for text in texts:
            self.direct.agents.messages.create(agent_id, input=text)

    def value(self, agent_id: str, label: str) -> str:
        """Return what a block of memory holds."""
        return self.direct.agents.blocks.retrieve(label, agent_id=agent_id).value

    def is_there(self, agent_id: str) -> bool:
        """Tell whether there is an agent of that id."""
        return any(each.id == agent_id for each in self.direct.agents.list(limit=500).items)


@contextmanager
def asking(base_url: str) -> Iterator[Letta]:
    """Open Letta's own client; nothing is tried twice."""
    with Letta(base_url=base_url, api_key="x", max_retries=0, timeout=30) as client:
        yield client


def unique(name: str) -> str:
    """Return a name that no other test uses; the server may be one for all."""
    return f"{name}-{uuid4().hex[:8]}"
