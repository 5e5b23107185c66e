"""The composition root: the one place where backends are chosen and everything is joined."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ltmc_server.actions import Tool
from ltmc_server.dispatch import Dispatcher
from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.errors import StoreUnavailable
from ltmc_server.observability.health import Health, State
from ltmc_server.observability.metrics import Metrics
from ltmc_server.retrieval.finding import MemoryFinder
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.retrieval.routing import Source
from ltmc_server.retrieval.search import Retriever
from ltmc_server.retrieval.similarity import Similarity
from ltmc_server.retrieval.view import VectorView
from ltmc_server.settings import Settings
from ltmc_server.stores.faiss import FaissVectors
from ltmc_server.stores.interfaces import Finder
from ltmc_server.stores.sqlite.attempts import SqliteAttempts
from ltmc_server.stores.sqlite.blueprints import SqliteBlueprints
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.dependencies import SqliteDependencies
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.graph import SqliteGraph
from ltmc_server.stores.sqlite.mentions import SqliteMentions
from ltmc_server.stores.sqlite.messages import SqliteMessages
from ltmc_server.stores.sqlite.passages import SqlitePassages
from ltmc_server.stores.sqlite.todos import SqliteTodos
from ltmc_server.syntax.sources import FolderReader
from ltmc_server.tools.blueprint import BlueprintTool
from ltmc_server.tools.cache import CacheTool
from ltmc_server.tools.chat import ChatTool
from ltmc_server.tools.graph import GraphTool
from ltmc_server.tools.memory import MemoryTool
from ltmc_server.tools.pattern import PatternTool
from ltmc_server.tools.pattern.sources import Sources
from ltmc_server.tools.todo import TodoTool
from ltmc_server.tools.unix import UnixTool
from ltmc_server.workspace.confinement import Workspace


@asynccontextmanager
async def open_dispatcher(settings: Settings) -> AsyncIterator[Dispatcher]:
    """Open the stores, hand each tool the ones it needs, and close them again.

    Raises:
        StartError: the data folder or the database in it cannot be used.
    """
    metrics = Metrics()
    with Database.open(
        settings.database(),
        durability=settings.durability,
        busy_timeout_s=settings.busy_timeout_s,
    ) as database:
        yield Dispatcher(
            tools(settings, database, metrics),
            metrics=metrics,
            response_bytes_max=settings.response_bytes_max,
        )


def tools(settings: Settings, database: Database, metrics: Metrics) -> tuple[Tool, ...]:
    """Join the tools with what they depend on."""
    project = settings.project()
    embedder = HashingEmbedder()
    documents, passages = SqliteDocuments(database), SqlitePassages(database)
    todos, messages = SqliteTodos(database), SqliteMessages(database)
    index = FaissVectors(embedder.dimension)
    view = VectorView(index, passages, passages, embedder)
    retriever = Retriever(passages, view, embedder)
    indexer = Indexer(passages, embedder)
    memory = MemoryTool(
        documents=documents,
        indexer=indexer,
        retriever=retriever,
        messages=messages,
        project=project,
    )
    return (
        memory,
        TodoTool(todos, project),
        chat(messages, todos, retriever, project),
        graph(database, documents, retriever, indexer, project),
        BlueprintTool(
            blueprints=SqliteBlueprints(database),
            needs=SqliteDependencies(database),
            project=project,
        ),
        PatternTool(
            sources=Sources(FolderReader()),
            attempts=SqliteAttempts(database),
            embedder=embedder,
            project=project,
        ),
        UnixTool(
            Workspace.of(settings.workspace(), read_secrets=settings.read_secrets),
            settings.response_bytes_max,
        ),
        CacheTool(health(metrics, database, view), lambda: len(index)),
    )


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


def graph(
    database: Database,
    documents: SqliteDocuments,
    retriever: Retriever,
    indexer: Indexer,
    project: str,
) -> GraphTool:
    """Join the graph with the texts that its links are about."""
    links, dimension = SqliteGraph(database), retriever.embedder.dimension
    return GraphTool(
        links=links,
        walker=links,
        documents=documents,
        similarity=Similarity(
            indexer, retriever.view, retriever.passages, lambda: FaissVectors(dimension)
        ),
        mentions=SqliteMentions(database),
        project=project,
    )


def health(metrics: Metrics, database: Database, view: VectorView) -> Health:
    """Say how each store is asked whether it answers."""

    async def sqlite() -> State:
        try:
            database.read("answering a health check", lambda db: db.execute("SELECT 1").fetchone())
        except StoreUnavailable:
            return "unreachable"
        return "connected"

    async def faiss() -> State:
        return "not loaded yet" if view.seq is None else "loaded"

    async def disabled() -> State:
        return "disabled"

    probes = {"sqlite": sqlite, "faiss": faiss, "redis": disabled, "graph": sqlite}
    return Health(metrics, probes, required=frozenset({"sqlite"}))


async def run_stdio(settings: Settings, *, on_sdk: bool = False) -> None:
    """Serve one client over stdin and stdout until it hangs up.

    Args:
        settings: where and how.
        on_sdk: use the transport of the MCP SDK; files in place of pipes always need it.
    """
    from ltmc_server.protocol.pipes import pipes_will_do, serve_pipes
    from ltmc_server.protocol.session import Session

    async with open_dispatcher(settings) as dispatcher:
        if not on_sdk and pipes_will_do():
            await serve_pipes(Session(dispatcher))
        else:
            from ltmc_server.protocol.server import mcp_server
            from ltmc_server.protocol.stdio import serve_stdio

            await serve_stdio(mcp_server(dispatcher))
