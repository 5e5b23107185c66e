"""The tools, each with the stores that it needs."""

from typing import TYPE_CHECKING

from ltmc_server.actions import Tool
from ltmc_server.composition.keeping import Plans, keepers
from ltmc_server.composition.letta import letta_tools
from ltmc_server.composition.parts import Parts
from ltmc_server.documentation.sources import WorkspaceReader
from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.embedding.static import StaticEmbedder
from ltmc_server.observability.health import Health
from ltmc_server.retrieval.finding import MemoryFinder
from ltmc_server.retrieval.keeping import Keeper
from ltmc_server.retrieval.routing import Source
from ltmc_server.retrieval.search import Retriever
from ltmc_server.retrieval.similarity import Similarity
from ltmc_server.settings import Settings
from ltmc_server.stores.faiss import FaissVectors
from ltmc_server.stores.interfaces import Finder
from ltmc_server.stores.sqlite.archive import SqliteArchive
from ltmc_server.stores.sqlite.attempts import SqliteAttempts
from ltmc_server.stores.sqlite.blueprints import SqliteBlueprints
from ltmc_server.stores.sqlite.dependencies import SqliteDependencies
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.graph import SqliteGraph
from ltmc_server.stores.sqlite.mentions import SqliteMentions
from ltmc_server.stores.sqlite.messages import SqliteMessages
from ltmc_server.stores.sqlite.todos import SqliteTodos
from ltmc_server.tools.blueprint import BlueprintTool
from ltmc_server.tools.cache import CacheTool
from ltmc_server.tools.chat import ChatTool
from ltmc_server.tools.config import ConfigTool
from ltmc_server.tools.graph import GraphTool
from ltmc_server.tools.memory import MemoryTool
from ltmc_server.tools.pattern import PatternTool
from ltmc_server.tools.pattern.sources import Sources
from ltmc_server.tools.todo import TodoTool
from ltmc_server.tools.unix import UnixTool
from ltmc_server.workspace.confinement import Workspace

if TYPE_CHECKING:
    from ltmc_server.stores.followed_graph import FollowedGraph


def tools(settings: Settings, parts: Parts, state: Health) -> tuple[Tool, ...]:
    """Join the tools with what they depend on."""
    project, place = settings.project(), workspace(settings)
    database, search = parts.database, parts.search
    documents = SqliteDocuments(database)
    todos, messages = SqliteTodos(database), SqliteMessages(database)
    plans = Plans(SqliteBlueprints(database), SqliteDependencies(database))
    reader = WorkspaceReader(place)
    sources = Sources(reader)
    keeper = Keeper(documents, search.indexer, search.backlog.stored)
    memory = MemoryTool(
        documents=documents,
        indexer=search.indexer,
        retriever=search.retriever,
        reembedding=search.reembedding,
        messages=messages,
        archive=SqliteArchive(database),
        workspace=place,
        project=project,
        after_storing=search.backlog.stored,
        waiting=search.backlog.vectors.waiting,
    )
    return (
        memory,
        TodoTool(todos, project),
        chat(messages, todos, search.retriever, project),
        graph(parts, documents, project),
        BlueprintTool(blueprints=plans.blueprints, needs=plans.needs, project=project),
        PatternTool(
            sources=sources,
            attempts=SqliteAttempts(database),
            embedder=instant(settings),
            project=project,
        ),
        UnixTool(place, settings.response_bytes_max),
        CacheTool(state, lambda: len(search.view), parts.cached),
        ConfigTool(settings, state),
        *keepers(reader, sources.turn, plans, parts.jobs, project),
        *letta_tools(settings, parts, place, keeper),
    )


def workspace(settings: Settings) -> Workspace:
    """Return the folders that are read and written; never the server's own."""
    return Workspace.of(
        settings.workspace(),
        read_secrets=settings.read_secrets,
        kept=(settings.database().parent,),
    )


def instant(settings: Settings) -> Embedder:
    """Return the best embedder that takes no time and that nothing can be lacking for."""
    names_hashing = settings.embedding == "hashing"
    return HashingEmbedder() if names_hashing else StaticEmbedder()


def chat(
    messages: SqliteMessages, todos: SqliteTodos, retriever: Retriever, project: str
) -> ChatTool:
    """Join conversations with all that a question may be routed to."""
    finders: dict[Source, Finder] = {
        "memory": MemoryFinder(retriever),
        "todo": todos,
        "chat": messages,
    }
    return ChatTool(messages, finders, project)


def graph(parts: Parts, documents: SqliteDocuments, project: str) -> GraphTool:
    """Join the graph with the texts that its links are about."""
    search, links = parts.search, linked(parts)
    return GraphTool(
        links=links,
        walker=links,
        documents=documents,
        similarity=Similarity(search.indexer, search.view, search.retriever.passages, FaissVectors),
        mentions=SqliteMentions(parts.database),
        project=project,
    )


def linked(parts: Parts) -> "SqliteGraph | FollowedGraph":
    """Return the graph of the record, walked on another server where there is one."""
    kept = SqliteGraph(parts.database)
    if parts.follower is None:
        return kept
    from ltmc_server.stores.followed_graph import FollowedGraph

    return FollowedGraph(kept, parts.follower)
