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

WHO_PAUSES = """
import asyncio, resource, time
from ltmc_server.threads import WORK_S, breathe, in_thread
def pauses():
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
def work():
    before, until_s = pauses(), time.thread_time() + 20 * WORK_S
    while time.thread_time() < until_s:
        breathe()
    return pauses() - before
async def main():
    print(await in_thread(work) >= 10, work() >= 10, await asyncio.to_thread(work) >= 10)
asyncio.run(main())
"""


def printed(program: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=environment(folder),
    )
    return done.stdout


def test_the_event_loop_imports_nothing_for_a_thread(tmp_path: Path) -> None:
    assert printed(WHERE_ANYIO_IS_IMPORTED, tmp_path) == "1 2 {False}\n"


def test_only_a_thread_of_ours_pauses_while_it_works(tmp_path: Path) -> None:
    assert printed(WHO_PAUSES, tmp_path) == "True False False\n"


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
