"""The action of memory_action that moves a record to another embedding model."""

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.retrieval.reembedding import Progress, Reembedding


@dataclass(frozen=True)
class ReembeddingActions(Tool):
    """Vectors, made anew."""

    reembedding: Reembedding

    @action("write")
    async def reembed(self) -> Progress:
        """Move to the embedding model of the settings, beside the calls; say how far it is."""
        return await self.reembedding.begin()
