"""cache_action: what is warm, and how the server is doing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from ltmc_server.actions import Tool, action
from ltmc_server.observability.health import Health, memory_bytes
from ltmc_server.tools.vocabulary import Object


@dataclass(frozen=True)
class CacheTool(Tool):
    """The state of the server: what it keeps in memory, how fast it answers, whether it is well."""

    name: ClassVar[str] = "cache_action"

    health: Health
    vectors_loaded: Callable[[], int]

    @action("read")
    async def stats(self) -> Object:
        """Return what is in memory, and counts, failures and percentiles of the calls so far."""
        metrics = self.health.metrics
        return {
            "redis_stats": {"why": "no Redis is configured; this server needs none"},
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
        return {
            "status": self.health.status(states),
            "database_connections": states,
            "response_time_ms": {name: took for name, (_, took) in answers.items()},
            "performance_sla": self.health.slas(),
        }
