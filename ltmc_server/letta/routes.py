"""Paths of Letta's REST interface. Parts that callers write are quoted: no part leads elsewhere."""

from typing import Final
from urllib.parse import quote

AGENTS: Final = "/v1/agents/"
TOOLS: Final = "/v1/tools/"


def agent(agent_id: str, *parts: str) -> str:
    """Return the path of an agent, or of something below it."""
    return AGENTS + "/".join(quote(part, safe="") for part in (agent_id, *parts))
