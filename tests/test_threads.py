"""Work in threads: so many at a time, and nothing is imported for it on the event loop."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ltmc_server.threads import Turns, in_thread
from tests.wire import environment

pytestmark = pytest.mark.anyio

MEET_S = 0.2
"""Three who may be at work together meet sooner."""

WHERE_ANYIO_IS_IMPORTED = """
import asyncio, sys, threading
from ltmc_server.threads import Turns, in_thread
found = set()
def seen(event, arguments):
    if event == "import" and str(arguments[0]).partition(".")[0] == "anyio":
        found.add(threading.current_thread() is threading.main_thread())
sys.addaudithook(seen)
async def main():
    print(await in_thread(lambda: 1), await Turns(1).run(lambda: 2), found)
asyncio.run(main())
"""


def test_the_event_loop_imports_nothing_for_a_thread(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WHERE_ANYIO_IS_IMPORTED],
        capture_output=True,
        text=True,
        check=True,
        env=environment(tmp_path),
    )

    assert done.stdout == "1 2 {False}\n"


async def test_work_is_done_beside_the_event_loop() -> None:
    assert await in_thread(threading.get_ident) != threading.get_ident()


async def test_no_more_are_at_work_than_have_a_turn() -> None:
    turns, three = Turns(2), threading.Barrier(3)

    def met() -> bool:
        try:
            three.wait(MEET_S)
        except threading.BrokenBarrierError:
            return False
        return True

    assert not any(await asyncio.gather(*(turns.run(met) for _ in range(6))))
