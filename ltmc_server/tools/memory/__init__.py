"""memory_action: texts that are found again by meaning."""

from typing import ClassVar

from ltmc_server.dataclass import dataclass
from ltmc_server.tools.memory.finding import FindingActions
from ltmc_server.tools.memory.keeping import KeepingActions
from ltmc_server.tools.memory.moving import MovingActions
from ltmc_server.tools.memory.reembedding import ReembeddingActions

__all__ = ["MemoryTool"]


@dataclass(frozen=True)
class MemoryTool(ReembeddingActions, MovingActions, FindingActions, KeepingActions):
    """Long-term memory: store texts, find them again by meaning, words, type or time."""

    name: ClassVar[str] = "memory_action"
