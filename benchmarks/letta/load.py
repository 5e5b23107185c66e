"""Many clients at once, and one that asks for a while; what the server process takes meanwhile."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final, Self, TypeAlias

from benchmarks.letta.arms.arm import Arm, StepFailed
from benchmarks.letta.arms.mcp import McpArm, McpStdio, checked
from benchmarks.letta.steps import Step
from benchmarks.letta.timings import rounded

SAMPLE_EACH_S: Final = 0.25

Asked: TypeAlias = tuple[Step, float | None, object]
"""A step, how long its answer took, and the answer; no time for one that failed."""


@dataclass
class Watch:
    """The memory and the processor time of a process, taken down until the `with` block ends."""

    arm: Arm
    at_s: list[float] = field(default_factory=list)
    rss_bytes: list[int] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    peak_bytes: int = 0

    def __enter__(self) -> Self:
        self._over = Event()
        self._began_s = time.monotonic()
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        import psutil

        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.arm.pid)
            while True:
                last = self._over.wait(SAMPLE_EACH_S if self.at_s else 0)
                used = process.cpu_times()
                self.at_s.append(time.monotonic() - self._began_s)
                self.rss_bytes.append(process.memory_info().rss)
                self.cpu_s.append(used.user + used.system)
                self.peak_bytes = max(peak_bytes(process.pid), *self.rss_bytes)
                if last:
                    return

    def as_data(self, operations: int) -> dict[str, Any]:
        """Return the row as the file has it."""
        return {
            "arm": self.arm.name,
            "at_s": [rounded(value) for value in self.at_s],
            "rss_bytes": self.rss_bytes,
            "cpu_s": [rounded(value) for value in self.cpu_s],
            "peak_bytes": self.peak_bytes,
            "operations": operations,
        }


def peak_bytes(pid: int) -> int:
    """Return the most memory that a process has held; 0 where the system does not say."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


@dataclass(frozen=True, slots=True)
class Load:
    """How long and how often one client asks."""

    duration_s: float = 20.0
    interval_s: float = 0.3


def sustained(arm: Arm, operation: str, step: Step, load: Load) -> dict[str, Any]:
    """Ask once each interval; an answer that takes longer delays the next question."""
    started: list[float] = []
    seconds: list[float | None] = []
    began = time.perf_counter()
    for number in range(round(load.duration_s / load.interval_s)):
        time.sleep(max(0.0, began + number * load.interval_s - time.perf_counter()))
        asked = time.perf_counter()
        started.append(asked - began)
        try:
            answer = arm.take(step)
        except Exception:  # noqa: BLE001  whatever an arm dies of, it is no time
            seconds.append(None)
        else:
            took = time.perf_counter() - asked
            seconds.append(None if step.missing_from(arm.said(answer)) else took)
    return {
        "arm": arm.name,
        "operation": operation,
        "interval_s": load.interval_s,
        "duration_s": load.duration_s,
        "started_s": [rounded(value) for value in started],
        "seconds": [rounded(value) for value in seconds],
        "failures": seconds.count(None),
    }


def scaled(arm: Arm, operation: str, steps: Sequence[Step], clients: int) -> dict[str, Any]:
    """Take steps, always so many at once; each client asks again when it has its answer."""
    began = time.perf_counter()
    if isinstance(arm, McpStdio):
        asked = _pipelined(arm, steps, clients)
    else:
        asked = _in_threads(arm, steps, clients)
    wall_s = time.perf_counter() - began
    seconds = [_seconds(arm, one) for one in asked]
    return {
        "operation": operation,
        "arm": arm.name,
        "clients": clients,
        "seconds": [rounded(value) for value in seconds],
        "wall_s": rounded(wall_s),
        "failures": seconds.count(None),
    }


def _in_threads(arm: Arm, steps: Sequence[Step], clients: int) -> list[Asked]:
    def ask(step: Step) -> Asked:
        began = time.perf_counter()
        try:
            answer = arm.take(step)
        except Exception:  # noqa: BLE001  whatever an arm dies of, it is no time
            return step, None, None
        return step, time.perf_counter() - began, answer

    with ThreadPoolExecutor(clients) as threads:
        return list(threads.map(ask, steps))


def _pipelined(arm: McpStdio, steps: Sequence[Step], clients: int) -> list[Asked]:
    """Keep so many questions under way on one pair of pipes."""
    waiting = list(reversed(steps))
    under_way: dict[int, tuple[float, Step]] = {}
    asked: list[Asked] = []
    while waiting or under_way:
        while waiting and len(under_way) < clients:
            began, step = time.perf_counter(), waiting.pop()
            under_way[arm.ask(arm.call_of(step))] = began, step
        id, result = arm.answer()
        began, step = under_way.pop(id)
        asked.append((step, time.perf_counter() - began, result))
    return asked


def _seconds(arm: Arm, asked: Asked) -> float | None:
    """Return how long it took; None if the answer was none. Only when nothing is timed any more."""
    step, took, answer = asked
    try:
        if took is None or step.missing_from(arm.said(checked(answer) if _is_mcp(arm) else answer)):
            return None
    except StepFailed:
        return None
    return took


def _is_mcp(arm: Arm) -> bool:
    return isinstance(arm, McpArm)
