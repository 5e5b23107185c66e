"""LTMC: long-term memory and context for language models, over MCP."""

from typing import Final

__version__: Final = "0.1.0"
