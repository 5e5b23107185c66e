"""Paths of Letta's REST interface. Parts that callers write are quoted: no part leads elsewhere."""

from typing import Final
from urllib.parse import quote

AGENTS: Final = "/v1/agents/"
TOOLS: Final = "/v1/tools/"
BLOCKS: Final = "/v1/blocks/"
RUNS: Final = "/v1/runs/"
MODELS: Final = {"llm": "/v1/models/", "embedding": "/v1/models/embedding"}
MESSAGE_SEARCH: Final = "/v1/messages/search"


def agent(agent_id: str, *parts: str) -> str:
    """Return the path of an agent, or of something below it."""
    return AGENTS + "/".join(quote(part, safe="") for part in (agent_id, *parts))


def steps(run_id: str) -> str:
    """Return the path of the steps of a run."""
    return f"{RUNS}{quote(run_id, safe='')}/steps"
