"""cache_action: what is warm, and how the server is doing."""

from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, Final, Literal, TypeAlias

from pydantic import Field

from ltmc_server.actions import Tool, action
from ltmc_server.caching.interfaces import ABOUT_CHARS, KINDS, Kind
from ltmc_server.caching.layered import Caches
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import ConfirmationRequired
from ltmc_server.observability.degraded import did_without
from ltmc_server.observability.health import Health, memory_bytes
from ltmc_server.tools.vocabulary import Confirm, Object

CacheType: TypeAlias = Annotated[
    Literal["embeddings", "queries", "chunks", "resources", "all"],
    Field(description="What to drop: vectors of questions, ranked answers, or everything."),
]
Pattern: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=ABOUT_CHARS,
        description="Only what belongs to questions like this; * is any text, ? any character.",
    ),
]

NOT_CACHED: Final[Mapping[str, str]] = {
    "chunks": "passages are read from the record, which takes microseconds; no copies are kept",
    "resources": "texts are read from the record, which takes microseconds; no copies are kept",
}
"""Kinds that can be asked for and are never there."""

REDIS_STATS: Final = (
    "redis_version",
    "connected_clients",
    "used_memory_human",
    "instantaneous_ops_per_sec",
    "keyspace_hits",
    "keyspace_misses",
)
"""Of what Redis tells of itself, the whole server's."""

NO_REDIS: Final = "no Redis is configured; this server needs none"
NO_ANSWER: Final = "Redis does not answer; calls go on without it"
NO_POOL: Final = "no Redis is configured; each SQLite file has one connection"
SWITCHED_OFF: Final = "LTMC_CACHE is false: nothing is cached"

NOT_FLUSHED: Final[Mapping[str, str]] = {
    "redis": "Redis did not answer, or not to the end: some may still be there; flush again",
    "sqlite": "another process holds the file, or it can not be used; flush again",
}
"""By the layer, what to say when it could not be done."""


@dataclass(frozen=True)
class CacheTool(Tool):
    """The state of the server: what it keeps in memory, how fast it answers, whether it is well."""

    name: ClassVar[str] = "cache_action"

    health: Health
    vectors_loaded: Callable[[], int]
    caches: Caches

    @action("read")
    async def stats(self) -> Object:
        """Return what is cached, and counts, failures and percentiles of the calls so far."""
        metrics, layers, redis = self.health.metrics, await self._layers(), self.caches.redis
        return {
            "redis_stats": await self._redis_stats(),
            "memory_cache": self._in_memory(layers),
            "cache_layers": layers,
            "connection_pool": redis.connections() if redis else {"why": NO_POOL},
            "vector_index": {"vectors": self.vectors_loaded()},
            "memory": {"peak_bytes": memory_bytes()},
            "performance_metrics": {"all": metrics.whole(), "by_action": metrics.by_action()},
            "since": metrics.since,
        }

    @action("read")
    async def health_check(self) -> Object:
        """Ask every store whether it answers, and hold the speed so far against the promises."""
        answers = await self.health.stores()
        states = {name: state for name, (state, _) in answers.items()}
        for name, state in states.items():
            if state == "unreachable" and name not in self.health.required:
                did_without(name)
        return {
            "status": self.health.status(states),
            "database_connections": states,
            "pending_changes": {name: count() for name, count in self.health.pending.items()}
            or None,
            "response_time_ms": {name: took for name, (_, took) in answers.items()},
            "performance_sla": self.health.slas(),
        }

    @action("write")
    async def flush(
        self, *, cache_type: CacheType = "all", pattern: Pattern = "*", confirm: Confirm = False
    ) -> Object:
        """Drop what is cached; nothing that is stored is touched, answers are made anew."""
        if cache_type == "all" and not confirm:
            raise ConfirmationRequired("everything that is cached for this record")
        removed: dict[str, Object] = {}
        for kind in KINDS:
            if cache_type in (kind, "all"):
                removed[kind] = await self._forget(kind, pattern)
        for name, why in NOT_CACHED.items():
            if cache_type in (name, "all"):
                removed[name] = {"why": why}
        counts = [n for each in removed.values() for n in each.values() if isinstance(n, int)]
        return {
            "cache_type": cache_type,
            "pattern": pattern,
            "removed": removed,
            "total_removed": sum(counts),
        }

    @action("write")
    async def reset(self) -> Object:
        """Begin to count anew, and reconnect to Redis; what is cached stays."""
        return {
            "calls_forgotten": self.health.metrics.clear(),
            "cache_lookups_forgotten": self.caches.layered.clear_counters(),
            "redis": await self.caches.redis.reconnect() if self.caches.redis else "disabled",
            "since": self.health.metrics.since,
        }

    async def _forget(self, kind: Kind, pattern: str) -> Object:
        by_layer = await self.caches.layered.forget(kind, pattern)
        if not by_layer:
            return {"why": SWITCHED_OFF}
        return {
            layer: {"why": NOT_FLUSHED[layer]} if count is None else count
            for layer, count in by_layer.items()
        }

    async def _redis_stats(self) -> Object:
        if self.caches.redis is None:
            return {"why": NO_REDIS}
        told = await self.caches.redis.info()
        if told is None:
            return {"why": NO_ANSWER}
        return {name: told[name] for name in REDIS_STATS if name in told}

    async def _layers(self) -> Mapping[str, Object]:
        held, evicted = await self.caches.layered.held(), self.caches.layered.evicted()
        return {name: {"evictions": evicted[name]} | dict(held[name]) for name in held}

    def _in_memory(self, layers: Mapping[str, Object]) -> Object:
        """Return the figures of the cache in this process, all kinds together."""
        if "memory" not in layers:
            return {"why": SWITCHED_OFF}
        kinds = [layers["memory"][kind] for kind in KINDS]
        names = ("entries", "bytes", "hits", "misses")
        summed = {name: sum(getattr(kind, name) for kind in kinds) for name in names}
        return summed | {"evictions": layers["memory"]["evictions"]}
