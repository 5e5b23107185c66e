"""The agents that everything is measured on, made on a Letta server and deleted again."""

import os
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.letta.letta_http import LettaHttp

AGENTS: Final = 20
"""Of some 7 kB each, so that a list is one of a server in use."""

MODEL: Final = os.environ.get("LETTA_MODEL") or "openai-proxy/gpt-4o-mini"
EMBEDDING: Final = os.environ.get("LETTA_EMBEDDING") or "openai/text-embedding-3-small"
"""What the stub of a language model is called."""

TOOL = '''def {name}(amount: int) -> str:
    """Say an amount.

    Args:
        amount (int): how much.

    Returns:
        str: the amount.
    """
    return str(amount)
'''

WORDS: Final = [
    "order",
    "market",
    "price",
    "tea",
    "water",
    "harbour",
    "winter",
    "report",
    "margin",
    "broker",
    "window",
    "signal",
    "contract",
    "customer",
    "delivery",
    "invoice",
    "monday",
    "quarter",
    "region",
    "silver",
    "stock",
    "summer",
    "ticket",
    "value",
]


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent, and what is in it."""

    id: str
    name: str
    persona: str
    """The value of the block that nobody writes."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of the Letta server."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What was made."""

    version: str
    """Of Letta."""
    tag: str
    agents: tuple[Agent, ...]
    attached: Tool
    """Which every agent has."""
    spare: Tool
    """Which none has."""
    passage: str
    """In the archive of every agent that an arm works on."""


@contextmanager
def made_scene(letta: LettaHttp, *, arms: int, seed: int) -> Iterator[Scene]:
    """Make the agents; delete them when the block ends.

    Args:
        letta: where.
        arms: how many agents are written to: the first; the archives of others stay empty.
        seed: of the texts.
    """
    run = uuid.uuid4().hex[:8]
    chance = random.Random(seed)  # noqa: S311  no secret
    tools: list[Tool] = []
    agents: list[Agent] = []
    passage = prose(chance, 30)
    try:
        for kind in ("attached", "spare"):
            name = f"say_{kind}_{run}"
            made = letta.ask("PUT", "/v1/tools/", json={"source_code": TOOL.format(name=name)})
            tools.append(Tool(made["id"], name))
        for number in range(AGENTS):
            agents.append(_agent(letta, f"dealer-{number}-{run}", run, chance))
            path = f"/v1/agents/{agents[-1].id}"
            letta.ask("PATCH", f"{path}/tools/attach/{tools[0].id}")
            if number < arms:
                letta.ask("POST", f"{path}/archival-memory", json={"text": passage})
        yield Scene(
            version=letta.ask("GET", "/v1/health/")["version"],
            tag=run,
            agents=tuple(agents),
            attached=tools[0],
            spare=tools[1],
            passage=passage,
        )
    finally:
        for agent in agents:
            letta.ask("DELETE", f"/v1/agents/{agent.id}")
        for tool in tools:
            letta.ask("DELETE", f"/v1/tools/{tool.id}")


def prose(chance: random.Random, words: int) -> str:
    """Return words that mean nothing; the last is in no other text."""
    return " ".join([*chance.choices(WORDS, k=words), f"{chance.getrandbits(40):010x}"])


def _agent(letta: LettaHttp, name: str, run: str, chance: random.Random) -> Agent:
    persona = prose(chance, 60)
    blocks = [
        {"label": "human", "value": prose(chance, 60)},
        {"label": "persona", "value": persona},
    ]
    given: dict[str, Any] = {
        "name": name,
        "description": prose(chance, 15),
        "model": MODEL,
        "embedding": EMBEDDING,
        "memory_blocks": blocks,
        "include_base_tools": False,
        "tags": [run],
    }
    return Agent(letta.ask("POST", "/v1/agents/", json=given)["id"], name, persona)
