"""Work that goes on beside the calls of a server, and ends with it."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import field
from typing import Any, Final, Self

from ltmc_server.dataclass import dataclass

log = logging.getLogger(__name__)

CLOSE_S: Final = 2.0
"""Longest wait for jobs that were told to stop."""

SWITCH_S: Final = 0.00002
"""How long a thread may keep the interpreter while another waits for it.

Python has 5 ms. A call beside a thread that parses would wait so long again and again: each row
that SQLite is asked for lets go of the interpreter, and has to get it back.
"""

TURNS: Final = 3
"""Of the event loop until a call that has come meanwhile is answered: one to read it, one to begin
its task, and one in which the task runs."""


async def give_way() -> None:
    """Have the calls that came meanwhile answered, before long work on the event loop goes on.

    After one turn they would only have been read, and would wait for the next piece of the work,
    and for the one after it.
    """
    for _ in range(TURNS):
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of one server; a job is one coroutine with a name for the log."""

    running: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        """Stop what still runs when the server ends, and wait for it, at most `CLOSE_S`.

        Meanwhile threads of this process take turns every `SWITCH_S`.
        """
        jobs, before_s = cls(), sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_S)
        try:
            yield jobs
        finally:
            sys.setswitchinterval(before_s)
            for task in jobs.running:
                task.cancel()
            if jobs.running:
                await asyncio.wait(jobs.running, timeout=CLOSE_S)

    def start(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        """Run `work` beside the calls. What it raises ends it and is logged: a bug of ours."""
        task = asyncio.get_running_loop().create_task(work(), name=name)
        self.running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.running.discard(task)
        if not task.cancelled() and (bug := task.exception()) is not None:
            log.error("job %s ended: %r", task.get_name(), bug, exc_info=bug)
