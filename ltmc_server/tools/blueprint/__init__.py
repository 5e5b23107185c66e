"""blueprint_action: plans of work and their order."""

from typing import ClassVar

from ltmc_server.dataclass import dataclass
from ltmc_server.tools.blueprint.keeping import KeepingActions
from ltmc_server.tools.blueprint.needing import NeedingActions
from ltmc_server.tools.blueprint.ordering import OrderingActions

__all__ = ["BlueprintTool"]


@dataclass(frozen=True)
class BlueprintTool(OrderingActions, NeedingActions, KeepingActions):
    """Plan work: what needs what, in which order, and how long it takes."""

    name: ClassVar[str] = "blueprint_action"
