"""Which function answers which request."""

from collections.abc import Callable
from typing import Final, TypeAlias

from tracker.letta.standin import agents, archival, memory, messages, tools, transfer
from tracker.letta.standin.answers import golden
from tracker.letta.standin.requests import Asked
from tracker.letta.standin.state import State

Handler: TypeAlias = Callable[[State, Asked], object]
"""Gives JSON, `messages.Events`, or a `state.Agent` to be shown to the client."""

AGENT: Final = "/v1/agents/{agent_id}"

ROUTES: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", "/v1/health/", lambda state, asked: golden()["health"]),
    ("GET", "/v1/models/", lambda state, asked: golden()["models"]),
    ("GET", "/v1/models/embedding", lambda state, asked: golden()["embeddings"]),
    ("GET", "/v1/agents/", agents.all),
    ("POST", "/v1/agents/", agents.create),
    ("GET", "/v1/agents/count", agents.count),
    ("POST", "/v1/agents/import", transfer.load),
    ("POST", "/v1/agents/messages/search", messages.search),
    ("GET", AGENT, agents.get),
    ("PATCH", AGENT, agents.update),
    ("DELETE", AGENT, agents.delete),
    ("GET", AGENT + "/export", transfer.export),
    ("GET", AGENT + "/core-memory", memory.whole),
    ("GET", AGENT + "/core-memory/blocks", memory.all),
    ("GET", AGENT + "/core-memory/blocks/{block_label}", memory.get),
    ("PATCH", AGENT + "/core-memory/blocks/{block_label}", memory.update),
    ("PATCH", AGENT + "/core-memory/blocks/attach/{block_id}", memory.attach),
    ("PATCH", AGENT + "/core-memory/blocks/detach/{block_id}", memory.detach),
    ("GET", AGENT + "/tools", tools.of_agent),
    ("PATCH", AGENT + "/tools/attach/{tool_id}", tools.attach),
    ("PATCH", AGENT + "/tools/detach/{tool_id}", tools.detach),
    ("GET", AGENT + "/messages", messages.all),
    ("POST", AGENT + "/messages", messages.create),
    ("POST", AGENT + "/messages/stream", messages.stream),
    ("PATCH", AGENT + "/reset-messages", messages.reset),
    ("GET", AGENT + "/archival-memory", archival.all),
    ("POST", AGENT + "/archival-memory", archival.create),
    ("GET", AGENT + "/archival-memory/search", archival.search),
    ("DELETE", AGENT + "/archival-memory/{memory_id}", archival.delete),
    ("GET", "/v1/blocks/", memory.all_apart),
    ("POST", "/v1/blocks/", memory.create_apart),
    ("GET", "/v1/blocks/{block_id}", memory.get_apart),
    ("PATCH", "/v1/blocks/{block_id}", memory.update_apart),
    ("DELETE", "/v1/blocks/{block_id}", memory.delete_apart),
    ("GET", "/v1/tools/", tools.all),
    ("POST", "/v1/tools/", tools.upsert),
    ("PUT", "/v1/tools/", tools.upsert),
    ("GET", "/v1/tools/count", tools.count),
    ("GET", "/v1/tools/{tool_id}", tools.get),
    ("DELETE", "/v1/tools/{tool_id}", tools.delete),
    ("POST", "/v1/messages/search", messages.search),
    ("POST", "/v1/passages/search", archival.search_anywhere),
    ("GET", "/v1/steps/", messages.steps),
    ("GET", "/v1/runs/", messages.runs),
    ("GET", "/v1/runs/{run_id}/usage", messages.usage),
    ("GET", "/v1/runs/{run_id}/steps", messages.run_steps),
)
