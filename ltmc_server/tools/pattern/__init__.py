"""pattern_action: code read by structure, and what was tried before."""

from typing import ClassVar

from ltmc_server.dataclass import dataclass
from ltmc_server.tools.pattern.judging import JudgingActions
from ltmc_server.tools.pattern.reading import ReadingActions
from ltmc_server.tools.pattern.trying import TryingActions

__all__ = ["PatternTool"]


@dataclass(frozen=True)
class PatternTool(ReadingActions, TryingActions, JudgingActions):
    """Read code by its structure, and remember which attempts at it worked."""

    name: ClassVar[str] = "pattern_action"
