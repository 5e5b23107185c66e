"""The tools: each is imported, and given the stores that it needs, when it is first called.

That is why the imports are in the functions: most clients call few of the tools, and all of them
wait for what the server imports before it answers.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from ltmc_server.actions import Tool
from ltmc_server.composition.letta import letta_names, letta_tool
from ltmc_server.composition.parts import Parts
from ltmc_server.dataclass import dataclass
from ltmc_server.observability.health import Health
from ltmc_server.settings import Settings
from ltmc_server.threads import Turns
from ltmc_server.toolbox import Later
from ltmc_server.workspace.confinement import Workspace

if TYPE_CHECKING:
    from ltmc_server.composition.keeping import Keepers
    from ltmc_server.documentation.sources import WorkspaceReader
    from ltmc_server.embedding.interfaces import Embedder
    from ltmc_server.retrieval.routing import Source
    from ltmc_server.stores.followed_graph import FollowedGraph
    from ltmc_server.stores.interfaces import Finder
    from ltmc_server.stores.sqlite.graph import SqliteGraph


def tools(settings: Settings, parts: Parts, state: Health) -> Iterator[Later]:
    """Name the tools that clients get, in the order they are published in, each with its maker."""
    return (one for one in _every(settings, parts, state) if settings.publishes(one.name))


def _every(settings: Settings, parts: Parts, state: Health) -> Iterator[Later]:
    makers = Makers(settings, parts, state, settings.project(), workspace(settings))
    yield Later("memory_action", makers.memory)
    yield Later("todo_action", makers.todo)
    yield Later("chat_action", makers.chat)
    yield Later("graph_action", makers.graph)
    yield Later("blueprint_action", makers.blueprint)
    yield Later("pattern_action", makers.pattern)
    yield Later("unix_action", makers.unix)
    yield Later("cache_action", makers.cache)
    yield Later("config_action", makers.config)
    yield Later("documentation_action", makers.documentation)
    yield Later("sync_action", makers.sync)
    if parts.letta is not None:
        yield Later("letta", makers.letta, letta_names())


@dataclass(frozen=True)
class Makers:
    """What makes the tools, of what is open; what several of them need is made once."""

    settings: Settings
    parts: Parts
    state: Health
    project: str
    """Of calls that name none."""
    place: Workspace

    def memory(self) -> Tool:
        from ltmc_server.stores.sqlite.archive import SqliteArchive
        from ltmc_server.stores.sqlite.documents import SqliteDocuments
        from ltmc_server.stores.sqlite.messages import SqliteMessages
        from ltmc_server.tools.memory import MemoryTool

        database, search = self.parts.database, self.parts.search
        return MemoryTool(
            documents=SqliteDocuments(database),
            indexer=search.indexer,
            retriever=search.retriever,
            reembedding=search.reembedding,
            messages=SqliteMessages(database),
            archive=SqliteArchive(database),
            workspace=self.place,
            project=self.project,
            after_storing=search.backlog.stored,
            waiting=search.waiting,
        )

    def todo(self) -> Tool:
        from ltmc_server.stores.sqlite.todos import SqliteTodos
        from ltmc_server.tools.todo import TodoTool

        return TodoTool(SqliteTodos(self.parts.database), self.project)

    def chat(self) -> Tool:
        """Join conversations with all that a question may be routed to."""
        from ltmc_server.retrieval.finding import MemoryFinder
        from ltmc_server.stores.sqlite.messages import SqliteMessages
        from ltmc_server.stores.sqlite.todos import SqliteTodos
        from ltmc_server.tools.chat import ChatTool

        messages = SqliteMessages(self.parts.database)
        memories = MemoryFinder(self.parts.search.retriever)
        todos = SqliteTodos(self.parts.database)
        finders: dict[Source, Finder] = {"memory": memories, "todo": todos, "chat": messages}
        return ChatTool(messages, finders, self.project)

    def graph(self) -> Tool:
        """Join the graph with the texts that its links are about."""
        from ltmc_server.retrieval.similarity import Similarity
        from ltmc_server.stores.faiss import FaissVectors
        from ltmc_server.stores.sqlite.documents import SqliteDocuments
        from ltmc_server.stores.sqlite.mentions import SqliteMentions
        from ltmc_server.tools.graph import GraphTool

        search, links = self.parts.search, linked(self.parts)
        passages = search.retriever.passages
        return GraphTool(
            links=links,
            walker=links,
            documents=SqliteDocuments(self.parts.database),
            similarity=Similarity(search.indexer, search.view, passages, FaissVectors),
            mentions=SqliteMentions(self.parts.database),
            project=self.project,
        )

    def blueprint(self) -> Tool:
        from ltmc_server.stores.sqlite.blueprints import SqliteBlueprints
        from ltmc_server.stores.sqlite.dependencies import SqliteDependencies
        from ltmc_server.tools.blueprint import BlueprintTool

        database = self.parts.database
        return BlueprintTool(
            blueprints=SqliteBlueprints(database),
            needs=SqliteDependencies(database),
            project=self.project,
        )

    def pattern(self) -> Tool:
        from ltmc_server.stores.sqlite.attempts import SqliteAttempts
        from ltmc_server.tools.pattern import PatternTool
        from ltmc_server.tools.pattern.sources import Sources

        return PatternTool(
            sources=Sources(self._reader, self._turn),
            attempts=SqliteAttempts(self.parts.database),
            embedder=instant(self.settings),
            project=self.project,
        )

    def unix(self) -> Tool:
        from ltmc_server.tools.unix import UnixTool

        return UnixTool(self.place, self.settings.response_bytes_max)

    def cache(self) -> Tool:
        from ltmc_server.tools.cache import CacheTool

        view = self.parts.search.view
        return CacheTool(self.state, lambda: len(view), self.parts.cached)

    def config(self) -> Tool:
        from ltmc_server.tools.config import ConfigTool

        return ConfigTool(self.settings, self.state)

    def documentation(self) -> Tool:
        return self._keepers.documentation()

    def sync(self) -> Tool:
        return self._keepers.sync()

    def letta(self) -> Tool:
        return letta_tool(self.settings, self.parts, self.place, self.project)

    @cached_property
    def _reader(self) -> "WorkspaceReader":
        from ltmc_server.documentation.sources import WorkspaceReader

        return WorkspaceReader(self.place)

    @cached_property
    def _turn(self) -> Turns:
        """Held by whoever parses: more than one at a time would only take each other's time."""
        return Turns(1)

    @cached_property
    def _keepers(self) -> "Keepers":
        from ltmc_server.composition.keeping import Keepers

        parts = self.parts
        return Keepers(self._reader, self._turn, parts.database, parts.jobs, self.project)


def workspace(settings: Settings) -> Workspace:
    """Return the folders that are read and written; never the server's own."""
    return Workspace.of(
        settings.workspace(),
        read_secrets=settings.read_secrets,
        kept=(settings.database().parent,),
    )


def instant(settings: Settings) -> "Embedder":
    """Return the best embedder that takes no time and that nothing can be lacking for."""
    from ltmc_server.embedding.hashing import HashingEmbedder
    from ltmc_server.embedding.static import StaticEmbedder

    names_hashing = settings.embedding == "hashing"
    return HashingEmbedder() if names_hashing else StaticEmbedder()


def linked(parts: Parts) -> "SqliteGraph | FollowedGraph":
    """Return the graph of the record, walked on another server where there is one."""
    from ltmc_server.stores.sqlite.graph import SqliteGraph

    kept = SqliteGraph(parts.database)
    if parts.follower is None:
        return kept
    from ltmc_server.stores.followed_graph import FollowedGraph

    return FollowedGraph(kept, parts.follower)
