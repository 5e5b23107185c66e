"""What can be asked of Letta: the steps that operations are made of and every arm knows."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "health",
    "list_agents",
    "get_agent",
    "read_memory",
    "write_memory",
    "send",
    "list_tools",
    "agent_tools",
    "attach",
    "insert",
    "search",
]

BLOCK: Final = "human"
"""The memory block that is written."""

LIST_MAX: Final = 50
"""Asked for by every arm where a list has a limit; more than there is."""

FOUND_MAX: Final = 5
"""Passages that a search is to find."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing asked of Letta, the same whoever asks."""

    kind: Kind
    agent: str = ""
    """Id of the agent."""
    text: str = ""
    """The new value, the message, the passage or the question; of a list, the tag."""
    tool: str = ""
    """Id of the tool."""
    tool_name: str = ""
    """The same by name, for arms that take nothing else."""
    evidence: tuple[str, ...] = ()
    """What an answer contains if it is one."""

    def missing_from(self, said: str) -> str:
        """Return what of the evidence an answer lacks; empty for nothing."""
        return next((piece for piece in self.evidence if piece not in said), "")


def as_data(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Return steps as what JSON can carry to another process."""
    return [asdict(step) for step in steps]


def from_data(data: Iterable[dict[str, Any]]) -> list[Step]:
    """Return the steps that were carried."""
    return [Step(**given) for given in data]
