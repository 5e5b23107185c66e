"""`python -m benchmarks.profiling retrieve`: draw where the time of an action goes.

py-spy looks at the process 500 times a second and draws what it saw as a flame graph: the wider a
box, the more of the time was spent in it. It starts the process itself, so no rights are needed.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from itertools import count, cycle
from pathlib import Path
from time import monotonic
from typing import Final, TypeAlias

from benchmarks.in_process import Server, filled_folder
from benchmarks.workload import queries, texts

RATE: Final = 500
"""Looks a second."""

MEMORY: Final = "memory_action"

Round: TypeAlias = Callable[[Server, int], object]
"""Does the work of one round, given its number."""


def _retrieve(mode: str) -> Round:
    # More questions than the caches of a round hold would not be asked twice; these are forgotten.
    asked = cycle(queries(500))

    def ask(server: Server, number: int) -> None:
        if number % 500 == 0:
            server.forget()
        server.call(MEMORY, action="retrieve", query=next(asked), mode=mode, top_k=10)

    return ask


def _store(server: Server, number: int) -> None:
    [(name, text)] = texts(1, first=10_000_000 + number)
    server.call(MEMORY, action="store", file_name=name, content=text)


def _get(server: Server, number: int) -> None:
    server.call(MEMORY, action="get", file_name=f"notes/{number % 1_000:06}.md")


WORK: Final[Mapping[str, Round]] = {
    "retrieve": _retrieve("hybrid"),
    "keyword": _retrieve("keyword"),
    "semantic": _retrieve("semantic"),
    "store": _store,
    "get": _get,
}


def main() -> int:
    """Fill a folder, then look at a second process that works on it; return the exit status."""
    parser = argparse.ArgumentParser(prog="benchmarks.profiling", description=__doc__)
    parser.add_argument("work", choices=WORK)
    parser.add_argument("--records", type=int, default=10_000, help="texts (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=10.0, help="(default: %(default)s)")
    parser.add_argument("--out", type=Path, help="default: profile-WORK.svg")
    parser.add_argument("--on", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.on:
        return work(Path(options.on), WORK[options.work], options.seconds)
    out = options.out or Path(f"profile-{options.work}.svg")
    with tempfile.TemporaryDirectory() as folder:
        print(f"storing {options.records} texts")
        filled = filled_folder(options.records, into=Path(folder))
        again = (*("-m", "benchmarks.profiling", options.work, "--on", filled),)
        looked = (*("py-spy", "record", "--rate", str(RATE), "--output", str(out), "--"),)
        seconds = ("--seconds", str(options.seconds))
        return subprocess.run((*looked, sys.executable, *again, *seconds), check=False).returncode


def work(folder: Path, one: Round, seconds: float) -> int:
    """Do rounds of the work for so long; say how many, and return the exit status."""
    with Server(folder) as server:
        end = monotonic() + seconds
        for number in count():
            one(server, number)
            if monotonic() > end:
                print(f"{number + 1} rounds in {seconds} s")
                break
    return 0


if __name__ == "__main__":
    sys.exit(main())
