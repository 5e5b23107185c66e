"""sync_action: whether documents still say what the code does, asked or watched."""

from typing import ClassVar

from ltmc_server.dataclass import dataclass
from ltmc_server.tools.sync.comparing import ComparingActions
from ltmc_server.tools.sync.watching import WatchingActions

__all__ = ["SyncTool"]


@dataclass(frozen=True)
class SyncTool(WatchingActions, ComparingActions):
    """Compare code with its documents, watch it, and bring them into step."""

    name: ClassVar[str] = "sync_action"
