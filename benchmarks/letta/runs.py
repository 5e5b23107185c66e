"""One run: which operations, through which arms, for how long; and the file it is written to."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from benchmarks.letta.arms.arm import Arm
from benchmarks.letta.arms.every import ARMS, opened
from benchmarks.letta.backends import ROOT, Backend
from benchmarks.letta.letta_http import LettaHttp
from benchmarks.letta.load import Load, Watch, scaled, sustained
from benchmarks.letta.measuring import Comparison, Plan
from benchmarks.letta.operations import CLAIMED, OPERATIONS, Turn, read_memory, texts
from benchmarks.letta.scene import AGENTS, Scene, made_scene
from benchmarks.letta.timings import Timings

PEER_VERSION: Final = "1.0.5"
PACKAGES: Final = ("letta-client", "httpx", "mcp", "ltmc-server")


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a set measures."""

    plan: Plan
    arms: Sequence[str]
    clients: Sequence[int] = ()
    """At once, in turn."""
    asks_each: int = 0
    """How many times each of the clients asks; together they ask `ASKS_MIN` times at least."""
    load: Load | None = None


QUICK: Final = ("sdk_new_client", "sdk", "raw", "mcp_stdio", "mcp_stdio_warm")

SETS: Final = {
    "quick": Extent(
        Plan(
            (*CLAIMED, "dealer_workflow", "dealer_workflow_batch"),
            30,
            30,
            budget_s=45,
            turns_least=10,
        ),
        QUICK,
    ),
    "comparative": Extent(Plan(CLAIMED, 30, 40, budget_s=480), tuple(ARMS)),
    "full": Extent(
        Plan(tuple(OPERATIONS), 30, 40, budget_s=750),
        tuple(ARMS),
        clients=(1, 5, 10, 20),
        asks_each=4,
        load=Load(),
    ),
}

SCALING: Final = {"agent_get": "get_agent", "memory_read": "read_memory"}
SCALING_ARMS: Final = ("sdk", "raw", "mcp_stdio", "mcp_http")
SUSTAINED: Final = "memory_read"
SUSTAINED_ARMS: Final = ("sdk", "mcp_stdio", "mcp_http")

ASKS_MIN: Final = 20

MEASURING: Final = 0.8
"""The part of a run that operations take, where there is more."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is measured, and who is told how far it is."""

    backend: Backend
    set: str
    seed: int
    say: Callable[[float, str], None]

    def measure(self, extent: Extent | None = None) -> dict[str, Any]:
        """Return the samples, as the file has them."""
        extent = extent or SETS[self.set]
        with LettaHttp(self.backend.url) as letta:
            self.say(0, "making agents")
            with (
                made_scene(letta, arms=len(extent.arms), seed=self.seed) as scene,
                opened(extent.arms, self.backend.url) as (arms, closed),
            ):
                share = MEASURING if extent.clients else 1
                comparison = Comparison(
                    letta, scene, arms, self.seed, lambda done, what: self.say(done * share, what)
                )
                rows = comparison.measure(extent.plan)
                rows += [
                    Timings(operation, arm, unavailable=why)
                    for operation in extent.plan.operations
                    for arm, why in closed.items()
                ]
                return self._head(scene) | {
                    "operations": [row.as_data for row in rows],
                    "scaling": self._scaling(extent, arms, scene),
                    **self._sustained(extent, arms, scene),
                }

    def _head(self, scene: Scene) -> dict[str, Any]:
        commit, is_clean = checkout()
        return {
            "format": 1,
            "commit": commit,
            "is_clean": is_clean,
            "set": self.set,
            "seed": self.seed,
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "backend": {
                "kind": self.backend.kind,
                "profile": self.backend.profile,
                "version": scene.version,
                "agents": AGENTS,
                "pooling": self.backend.pooling,
                "llm_ms": 0,
            },
            "packages": packages(),
        }

    def _scaling(self, extent: Extent, arms: Sequence[Arm], scene: Scene) -> list[dict[str, Any]]:
        measured = []
        taking = [arm for arm in arms if arm.name in SCALING_ARMS]
        for clients in extent.clients:
            for operation, kind in SCALING.items():
                self.say(MEASURING + 0.1 * clients / max(extent.clients), f"{clients} clients")
                asks = range(max(clients * extent.asks_each, ASKS_MIN))
                turns = [
                    Turn(scene, scene.agents[ask % AGENTS], texts(self.seed, operation, ask))
                    for ask in asks
                ]
                steps = [turn.step(kind) for turn in turns]
                measured += [scaled(arm, operation, steps, clients) for arm in taking]
        return measured

    def _sustained(
        self, extent: Extent, arms: Sequence[Arm], scene: Scene
    ) -> dict[str, list[dict[str, Any]]]:
        rows: list[dict[str, Any]] = []
        processes: list[dict[str, Any]] = []
        for arm in arms if extent.load else ():
            if arm.name not in SUSTAINED_ARMS:
                continue
            assert extent.load
            self.say(0.95, f"{SUSTAINED} for {extent.load.duration_s:.0f} s through {arm.name}")
            step = read_memory(scene.agents[arms.index(arm)])
            if arm.pid is None:
                rows.append(sustained(arm, SUSTAINED, step, extent.load))
                continue
            with Watch(arm) as watch:
                rows.append(sustained(arm, SUSTAINED, step, extent.load))
            processes.append(watch.as_data(len(rows[-1]["seconds"])))
        return {"sustained": rows, "processes": processes}


def checkout() -> tuple[str, bool]:
    """Return the commit that is measured, and whether the working tree is that commit."""
    with suppress(OSError, subprocess.SubprocessError):
        commit = _git("rev-parse", "HEAD").strip()
        return commit, not _git("status", "--porcelain", "--untracked-files=no").strip()
    return "", False


def _git(*arguments: str) -> str:
    return subprocess.run(
        ("git", *arguments),  # noqa: S607  the user's own
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def packages() -> dict[str, str]:
    """Return the versions of what was measured."""
    found = {"letta-mcp-server": PEER_VERSION}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def write(samples: dict[str, Any], file: Path) -> None:
    """Write the file whole, or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=file.parent, prefix=f".{file.name}-", encoding="utf-8", delete=False
    ) as partial:
        try:
            json.dump(samples, partial, indent=1)
            partial.close()
            Path(partial.name).replace(file)
        except BaseException:
            Path(partial.name).unlink(missing_ok=True)
            raise
