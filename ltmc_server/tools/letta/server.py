"""Actions on the Letta server as a whole."""

from dataclasses import dataclass

from ltmc_server.actions import Tool, action
from ltmc_server.letta.interfaces import Letta
from ltmc_server.tools.vocabulary import Object


@dataclass(frozen=True)
class ServerActions(Tool):
    """What is asked of no single agent."""

    letta: Letta

    @action("read")
    async def health_check(self) -> Object:
        """Ask the Letta server whether it is well, and which version it is."""
        got = await self.letta.get("/v1/health/", about="health", fresh=True)
        return {"status": got.value["status"], "version": got.value["version"]}
