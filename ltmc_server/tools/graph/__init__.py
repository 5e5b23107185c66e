"""graph_action: what is linked to what."""

from typing import ClassVar

from ltmc_server.dataclass import dataclass
from ltmc_server.tools.graph.linking import LinkingActions
from ltmc_server.tools.graph.mentioning import MentioningActions
from ltmc_server.tools.graph.suggesting import SuggestingActions
from ltmc_server.tools.graph.walking import WalkingActions

__all__ = ["GraphTool"]


@dataclass(frozen=True)
class GraphTool(SuggestingActions, MentioningActions, WalkingActions, LinkingActions):
    """Link memories, todos, messages and names, and see what is linked to what."""

    name: ClassVar[str] = "graph_action"
