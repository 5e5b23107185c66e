"""letta_*: agents on a Letta server, each action a tool of its own name."""

from dataclasses import dataclass
from typing import ClassVar

from ltmc_server.tools.letta.server import ServerActions

__all__ = ["LettaTool"]


@dataclass(frozen=True)
class LettaTool(ServerActions):
    """Agents of a Letta server: their memory, messages and tools."""

    name: ClassVar[str] = "letta"
    is_flat: ClassVar[bool] = True
