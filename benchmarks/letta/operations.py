"""What is timed: operations, each a list of steps and the way they are taken."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from benchmarks.letta.scene import Agent, Scene, prose
from benchmarks.letta.steps import Step

Way: TypeAlias = Literal["in turn", "as one batch", "at once"]
"""How steps are taken. An arm that has no batches takes them in turn."""

SEVERAL: Final = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of one arm: the same texts for every arm, on an agent of its own."""

    scene: Scene
    agent: Agent
    texts: tuple[str, ...]

    def step(self, kind: str, text: str = "") -> Step:
        """Return a step on this turn's agent, with what its answer must contain."""
        return MAKERS[kind](self, text)


@dataclass(frozen=True, slots=True)
class Operation:
    """What is timed as one."""

    name: str
    steps: Callable[[Turn], Sequence[Step]]
    way: Way = "in turn"
    weight: float = 1.0
    """What it gets of the time there is, beside others: the seconds that thirty turns through all
    arms took on a real Letta and two processors."""
    calls: int = 1
    """How often an arm takes it in its turn; the median is the figure of the turn. A process that
    was idle is slow at first, and that is nothing of the way it goes."""


def texts(seed: int, operation: str, turn: int) -> tuple[str, ...]:
    """Return what is written in a turn; no two turns write the same."""
    chance = random.Random(f"{seed} {operation} {turn}")  # noqa: S311  no secret
    return tuple(prose(chance, 25) for _ in range(3))


def _list_agents(turn: Turn, text: str) -> Step:
    ids = tuple(agent.id for agent in turn.scene.agents)
    return Step(kind="list_agents", text=turn.scene.tag, evidence=ids)


def _get_agent(turn: Turn, text: str) -> Step:
    return Step(kind="get_agent", agent=turn.agent.id, evidence=(turn.agent.id, turn.agent.name))


def _read_memory(turn: Turn, text: str) -> Step:
    return read_memory(turn.agent)


def read_memory(agent: Agent) -> Step:
    """Return the step that reads an agent's memory."""
    return Step(kind="read_memory", agent=agent.id, evidence=(agent.persona,))


def _attach(turn: Turn, text: str) -> Step:
    spare = turn.scene.spare
    return Step(
        kind="attach",
        agent=turn.agent.id,
        tool=spare.id,
        tool_name=spare.name,
        evidence=(spare.name, turn.scene.attached.name),
    )


MAKERS: Final[dict[str, Callable[[Turn, str], Step]]] = {
    "health": lambda turn, text: Step(kind="health", evidence=("ok", turn.scene.version)),
    "list_agents": _list_agents,
    "get_agent": _get_agent,
    "read_memory": _read_memory,
    "write_memory": lambda turn, text: Step(kind="write_memory", agent=turn.agent.id, text=text),
    "send": lambda turn, text: Step(kind="send", agent=turn.agent.id, text=text),
    "list_tools": lambda turn, text: Step(
        kind="list_tools", evidence=(turn.scene.attached.name, turn.scene.spare.name)
    ),
    "agent_tools": lambda turn, text: Step(
        kind="agent_tools", agent=turn.agent.id, evidence=(turn.scene.attached.name,)
    ),
    "attach": _attach,
    "insert": lambda turn, text: Step(kind="insert", agent=turn.agent.id, text=text),
    "search": lambda turn, text: Step(
        kind="search",
        agent=turn.agent.id,
        text=turn.scene.passage,
        evidence=(turn.scene.passage,),
    ),
}


def _one(kind: str) -> Callable[[Turn], list[Step]]:
    return lambda turn: [turn.step(kind, turn.texts[0])]


def _chat(turn: Turn) -> list[Step]:
    said = [(turn.step("send", text), turn.step("read_memory")) for text in turn.texts]
    return [step for pair in said for step in pair]


def _workflow_reads(turn: Turn) -> list[Step]:
    kinds = ("health", "get_agent", "read_memory", "list_tools", "agent_tools")
    return [turn.step(kind) for kind in kinds]


def _workflow(turn: Turn) -> list[Step]:
    return [*_workflow_reads(turn), turn.step("send", turn.texts[0])]


def _several(turn: Turn) -> list[Step]:
    return [read_memory(agent) for agent in turn.scene.agents[-SEVERAL:]]


OPERATIONS: Final = {
    operation.name: operation
    for operation in (
        Operation("health", _one("health"), weight=25, calls=5),
        Operation("agent_list", _one("list_agents"), weight=36, calls=3),
        Operation("agent_get", _one("get_agent"), weight=34, calls=3),
        Operation("memory_read", _one("read_memory"), weight=46, calls=3),
        Operation("memory_update", _one("write_memory"), weight=72, calls=2),
        Operation("message_send", _one("send"), weight=58),
        Operation("agent_chat", _chat, weight=165),
        Operation("tool_attach", _one("attach"), weight=26, calls=2),
        Operation("tool_list", _one("agent_tools"), weight=18, calls=3),
        Operation("archival_insert", _one("insert"), weight=28),
        Operation("archival_search", _one("search"), weight=26),
        Operation("dealer_workflow", _workflow, weight=62),
        Operation("dealer_workflow_batch", _workflow, "as one batch", weight=60),
        Operation("workflow_reads", _workflow_reads, weight=26),
        Operation("workflow_reads_batch", _workflow_reads, "as one batch", weight=26),
        Operation("several_agents", _several, "at once", weight=24),
    )
}

CLAIMED: Final = (
    *("health", "agent_list", "agent_get", "memory_read", "memory_update"),
    *("message_send", "agent_chat", "tool_attach"),
)
"""Those of which the performance guide of letta-mcp-server says something, and the cheapest."""
