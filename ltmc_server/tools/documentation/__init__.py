"""documentation_action: documents and pictures made of code, and held against it."""

from typing import ClassVar

from ltmc_server.dataclass import dataclass
from ltmc_server.tools.documentation.describing import DescribingActions
from ltmc_server.tools.documentation.drawing import DrawingActions

__all__ = ["DocumentationTool"]


@dataclass(frozen=True)
class DocumentationTool(DrawingActions, DescribingActions):
    """Make documents and diagrams of code, and keep them true to it."""

    name: ClassVar[str] = "documentation_action"
