"""letta_*: agents on a Letta server, each action a tool of its own name."""

from typing import ClassVar

from ltmc_server.dataclass import dataclass
from ltmc_server.tools.letta.agents import AgentActions
from ltmc_server.tools.letta.archival import ArchivalActions
from ltmc_server.tools.letta.batching import BatchActions
from ltmc_server.tools.letta.memory import MemoryActions
from ltmc_server.tools.letta.messages import MessageActions
from ltmc_server.tools.letta.moving import MovingActions
from ltmc_server.tools.letta.server import ServerActions
from ltmc_server.tools.letta.syncing import SyncActions
from ltmc_server.tools.letta.tools import ToolActions

__all__ = ["LettaTool"]


@dataclass(frozen=True)
class LettaTool(
    SyncActions,
    BatchActions,
    ServerActions,
    MovingActions,
    ToolActions,
    ArchivalActions,
    MemoryActions,
    MessageActions,
    AgentActions,
):
    """Agents of a Letta server: their memory, messages and tools."""

    name: ClassVar[str] = "letta"
    is_flat: ClassVar[bool] = True
