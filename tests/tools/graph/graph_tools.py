"""The graph tool, over stores that live in dictionaries."""

from dataclasses import dataclass

from ltmc_server.retrieval.similarity import Similarity
from ltmc_server.stores.in_memory.graph import InMemoryGraph
from ltmc_server.stores.in_memory.mentions import InMemoryMentions
from ltmc_server.stores.in_memory.messages import InMemoryMessages
from ltmc_server.stores.in_memory.vectors import InMemoryVectors
from ltmc_server.tools.graph import GraphTool
from ltmc_server.tools.memory import MemoryTool
from tests.builders import PROJECT, memory_tool


@dataclass(frozen=True)
class Setup:
    """The tool, and the memories and messages that it can see."""

    graph: GraphTool
    memory: MemoryTool
    messages: InMemoryMessages

    async def remember(self, file_name: str, content: str) -> str:
        return str((await self.memory.store(file_name=file_name, content=content))["id"])


def setup() -> Setup:
    memory, links, messages = memory_tool(), InMemoryGraph(), InMemoryMessages()
    retriever = memory.retriever
    graph = GraphTool(
        links=links,
        walker=links,
        documents=memory.documents,
        similarity=Similarity(
            memory.indexer,
            retriever.view,
            retriever.passages,
            InMemoryVectors,
        ),
        mentions=InMemoryMentions(messages),
        project=PROJECT,
    )
    return Setup(graph, memory, messages)


async def link_all(graph: GraphTool, *arrows: str) -> None:
    """Link what is written as `a>b`."""
    for arrow in arrows:
        source, _, target = arrow.partition(">")
        await graph.link(source_id=source, target_id=target, relation="to")
