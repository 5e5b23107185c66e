"""How each store is asked whether it answers."""

from collections.abc import Callable

from ltmc_server.caching.layered import CacheFigures
from ltmc_server.composition.parts import Parts
from ltmc_server.errors import StoreUnavailable
from ltmc_server.observability.health import Counted, Health, Probe, State
from ltmc_server.retrieval.view import VectorFigures


def health(parts: Parts) -> Health:
    """Say how each store is asked whether it answers."""
    database, view, cached = parts.database, parts.search.view, parts.cached

    async def sqlite() -> State:
        try:
            database.read("answering a health check", lambda db: db.execute("SELECT 1").fetchone())
        except StoreUnavailable:
            return "unreachable"
        return "connected"

    async def faiss() -> State:
        return "not loaded yet" if view.seq is None else "loaded"

    async def redis() -> State:
        return await cached.redis.ping() if cached.redis else "disabled"

    follower = parts.follower
    graph: Probe = follower.look if follower else sqlite
    probes: dict[str, Probe] = {"sqlite": sqlite, "faiss": faiss, "redis": redis, "graph": graph}
    counted: dict[str, Counted] = {
        "vector_index": VectorFigures(view),
        "cache": CacheFigures(cached),
    }
    if (bridge := parts.letta) is not None:

        async def letta() -> State:
            return bridge.state

        probes["letta"] = letta
        counted["letta"] = bridge
    needed, pending = frozenset({"sqlite"}), _pending(parts)
    return Health(parts.metrics, probes, required=needed, pending=pending, counted=counted)


def _pending(parts: Parts) -> dict[str, Callable[[], int]]:
    """Say what counts the changes that a view does not know of yet, by its name."""
    backlog, follower = parts.search.backlog, parts.follower
    # Where no vectors are wanted, none are pending.
    pending = {} if backlog.is_off else {"embedding": backlog.vectors.waiting}
    if follower:
        pending["graph"] = lambda: follower.pending
    return pending
