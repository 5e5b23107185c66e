"""Files of samples, made of seeded random numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from tracker.validation.samples import Samples

SEED: Final = 7

ARMS: Final[Mapping[str, float]] = {
    "sdk_cold": 1.4, "sdk_new_client": 0.06, "sdk": 0.0, "raw": -0.001, "mcp_memory": 0.001,
    "mcp_stdio": 0.004, "mcp_http": 0.006, "mcp_stdio_warm": 0.004, "letta_mcp_server": 0.012,
}  # fmt: skip
"""What each arm adds to an operation, in seconds."""

OPERATIONS: Final[Mapping[str, float]] = {
    "health": 0.004, "agent_list": 0.06, "agent_get": 0.02, "memory_read": 0.05,
    "memory_update": 0.09, "message_send": 0.4, "agent_chat": 1.3, "tool_attach": 0.019,
    "tool_list": 0.06, "archival_insert": 0.3, "archival_search": 0.28, "dealer_workflow": 0.6,
    "dealer_workflow_batch": 0.6, "workflow_reads": 0.2, "several_agents": 0.25,
}  # fmt: skip
"""How long each takes with one SDK client, in seconds."""

SERVER_SHARE: Final = 0.8


def row(
    operation: str, arm: str, seconds: Sequence[float | None], **more: object
) -> dict[str, Any]:
    """Return one row of `operations`."""
    return {"operation": operation, "arm": arm, "seconds": list(seconds), **more}


def content(*operations: Mapping[str, Any], **more: object) -> dict[str, Any]:
    """Return a file of samples with these rows."""
    return {
        "format": 1, "commit": "ab" * 20, "is_clean": True, "set": "full", "seed": SEED,
        "measured_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).isoformat(),
        "backend": {"kind": "real", "profile": None, "version": "0.16.8", "agents": 20,
                    "pooling": True, "llm_ms": 0},
        "packages": {"letta-client": "1.12.1", "mcp": "2.3.0", "letta-mcp-server": "1.0.5"},
        "operations": list(operations), **more,
    }  # fmt: skip


def samples(*operations: Mapping[str, Any], **more: object) -> Samples:
    """Return samples with these rows."""
    return Samples.model_validate(content(*operations, **more))


@dataclass
class Maker:
    """Makes a whole file, as a run of a plausible world would leave it."""

    seed: int = SEED
    turns: int = 40
    speedup: float = 1.0
    """How many times as fast the MCP arms are than the world above has them."""
    generator: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.generator = np.random.default_rng(self.seed)

    def whole(self, **more: object) -> dict[str, Any]:
        """Return every operation through every arm, with scaling, load and processes."""
        rows = [row for operation in OPERATIONS for row in self.rows(operation)]
        return content(
            *rows,
            scaling=[
                self.scaling(operation, arm, clients)
                for operation in ("agent_get", "memory_read")
                for arm in ("sdk", "mcp_stdio", "mcp_http")
                for clients in (1, 5, 10, 20)
            ],
            sustained=[self.sustained(arm) for arm in ("sdk", "mcp_stdio", "mcp_http")],
            processes=[self.process(arm) for arm in ("mcp_stdio", "mcp_http", "letta_mcp_server")],
            **more,
        )

    def rows(self, operation: str) -> list[dict[str, Any]]:
        """Return an operation through every arm; all are slow in the same turns."""
        weather = self.generator.lognormal(0, 0.25, self.turns)
        return [self._row(operation, arm, weather) for arm in ARMS]

    def _row(self, operation: str, arm: str, weather: "np.typing.NDArray[Any]") -> dict[str, Any]:
        base = OPERATIONS[operation]
        if arm == "letta_mcp_server" and operation in {"agent_list", "memory_update"}:
            why = "Letta answers 307, which it does not follow"
            return row(operation, arm, [], unavailable=why)
        is_read = operation in {"agent_list", "agent_get", "memory_read", "tool_list"}
        is_cached = arm == "mcp_stdio_warm" and is_read
        time = 0.003 if is_cached else base + ARMS[arm]
        if arm.startswith("mcp"):
            time /= self.speedup
        seconds = time * weather * self.generator.lognormal(0, 0.06, self.turns)
        server = np.where(is_cached, 0.0, base * SERVER_SHARE * weather)
        return row(
            operation, arm, [float(value) for value in seconds],
            server_seconds=[min(float(a), float(b)) for a, b in zip(server, seconds, strict=True)],
            requests=0.0 if is_cached else 1.0,
            connections=1.0 if arm in {"sdk_cold", "sdk_new_client"} else 0.0,
            bytes=0 if is_cached else 131_000 if operation == "agent_list" else 9_600,
            first_s=float(seconds[0] * 3),
        )  # fmt: skip

    def scaling(self, operation: str, arm: str, clients: int) -> dict[str, Any]:
        """Return a load of clients that queue for one server."""
        calls = clients * 6
        time = OPERATIONS[operation] * max(clients / 1.5, 1) + ARMS[arm]
        seconds = time * self.generator.lognormal(0, 0.2, calls)
        return {
            "operation": operation, "arm": arm, "clients": clients, "failures": 0,
            "seconds": [float(value) for value in seconds],
            "wall_s": float(time * 6),
        }  # fmt: skip

    def sustained(self, arm: str) -> dict[str, Any]:
        """Return twenty seconds of a call each 0.3 s."""
        started = [0.3 * index for index in range(66)]
        seconds = (0.05 + ARMS[arm]) * self.generator.lognormal(0, 0.25, len(started))
        return {
            "arm": arm, "operation": "memory_read", "interval_s": 0.3, "duration_s": 20.0,
            "started_s": started, "seconds": [float(value) for value in seconds], "failures": 0,
        }  # fmt: skip

    def process(self, arm: str) -> dict[str, Any]:
        """Return the memory and processor time of a server over twenty seconds."""
        at_s = [0.25 * index for index in range(80)]
        grown = 78e6 + 1e9 * ARMS[arm] + 6e6 * (1 - np.exp(-np.array(at_s) / 4))
        rss = grown + self.generator.normal(0, 2e5, len(at_s))
        return {
            "arm": arm, "at_s": at_s, "rss_bytes": [int(value) for value in rss],
            "cpu_s": [0.9 + 0.06 * at for at in at_s], "peak_bytes": int(rss.max()),
            "operations": 66,
        }  # fmt: skip
