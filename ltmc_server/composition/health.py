"""How each store is asked whether it answers."""

from ltmc_server.errors import StoreUnavailable
from ltmc_server.observability.health import Health, State
from ltmc_server.observability.metrics import Metrics
from ltmc_server.retrieval.view import VectorView
from ltmc_server.stores.sqlite.database import Database


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
