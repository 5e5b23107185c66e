"""`python -m benchmarks.loops`: would another event loop make a call over stdio faster?

Needs uvloop, which the server does without: `pip install uvloop`.
"""

import importlib.util
import sys
import tempfile
from contextlib import ExitStack
from statistics import median
from typing import Final

from benchmarks.client import SERVER, Client
from benchmarks.dispatch import CALLS_PER_TURN, FLOOR, TURNS, ask

ON_UVLOOP: Final = (
    sys.executable,
    "-c",
    "import uvloop; uvloop.install(); from ltmc_server.__main__ import main; main()",
)
KINDS: Final = {"echo on asyncio": FLOOR, "asyncio": SERVER, "uvloop": ON_UVLOOP}


def main() -> int:
    """Call each in turns; print what a call took, and the memory; return the exit status."""
    if importlib.util.find_spec("uvloop") is None:
        print("uvloop is not installed: pip install uvloop", file=sys.stderr)
        return 2
    with ExitStack() as stack:
        clients = {}
        for name, command in KINDS.items():
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            clients[name] = stack.enter_context(Client(folder, command))
            if command is not FLOOR:
                clients[name].initialize()
        took = dict[str, list[float]]({name: [] for name in clients})
        for _ in range(TURNS):
            for name, client in clients.items():
                took[name].append(median(ask(client) for _ in range(CALLS_PER_TURN)))
        for name, client in clients.items():
            peak = client.peak_memory_bytes() / 1e6
            print(f"{name:16} {median(took[name]) * 1e6:6.0f} µs a call, {peak:5.1f} MB at most")
    return 0


if __name__ == "__main__":
    sys.exit(main())
