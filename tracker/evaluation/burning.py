"""Load from outside: a process for each core that does nothing but keep it busy."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

BURN: Final = "while True: sum(range(10_000))"

PROCESSES: Final = 2

STOP_TIMEOUT_S: Final = 5.0


@contextmanager
def burning(processes: int = PROCESSES) -> Iterator[None]:
    """Keep so many cores busy until the block is left, however that happens."""
    command = [sys.executable, "-c", BURN]
    started: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(processes):
            started.append(  # noqa: PERF401  each is stopped even if the next does not start
                subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            )
        yield
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait(STOP_TIMEOUT_S)
