"""The calls of the contract, a module for each thing they are about."""

from collections.abc import Callable
from typing import Final

from tracker.letta.contract.calls import agents, archival, memory, messages, tools, transfer
from tracker.letta.contract.recorder import OtherwiseAnswered, Recorder

GROUPS: Final[tuple[Callable[[Recorder], None], ...]] = (
    agents.called,
    memory.called,
    tools.called,
    messages.called,
    archival.called,
    transfer.called,
)


def made(recorder: Recorder) -> list[str]:
    """Make every call; return the names of those that kept others from being made."""
    stopped = []
    for group in GROUPS:
        try:
            group(recorder)
        except OtherwiseAnswered as stop:
            stopped.append(str(stop))
    return stopped
