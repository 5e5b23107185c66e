"""Half a millisecond of work for another processor, while the event loop has something to do."""

import os
import threading
from collections.abc import Callable
from queue import SimpleQueue


class Beside:
    """What a thread does for whoever started it, who has to wait for it."""

    __slots__ = ("_ended", "_trouble", "_work")

    def __init__(self, work: Callable[[], None]) -> None:
        """Have the thread begin.

        Args:
            work: what lets go of the interpreter nearly all the time, and takes no lock.
        """
        self._work = work
        self._trouble: BaseException | None = None
        # A bare lock: a future costs more than what is gained in a small store.
        self._ended = threading.Lock()
        self._ended.acquire()
        _thread().put(self)

    def wait(self) -> None:
        """Block until it has ended, and raise what it raised."""
        with self._ended:
            if self._trouble is not None:
                raise self._trouble

    def do(self) -> None:
        """Do it; called by the thread."""
        try:
            self._work()
        except BaseException as trouble:  # noqa: BLE001  it is raised where it is waited for
            self._trouble = trouble
        finally:
            self._ended.release()


def is_of_use() -> bool:
    """Tell whether this process may use more than one processor at this moment."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) > 1
    return (os.cpu_count() or 1) > 1


_queues: list[SimpleQueue[Beside]] = []
"""That of the thread, once there is one. Who puts something there waits for it: an event loop
has one thing there at a time."""


def _thread() -> SimpleQueue[Beside]:
    """Return the queue of the one thread of this process."""
    if not _queues:
        queue = SimpleQueue[Beside]()
        threading.Thread(target=_serve, args=(queue,), name="beside", daemon=True).start()
        _queues.append(queue)
    return _queues[0]


def _serve(queue: SimpleQueue[Beside]) -> None:
    while True:
        queue.get().do()


if hasattr(os, "register_at_fork"):  # Windows does not fork.
    # A process that is forked off has no threads but the one that forked it.
    os.register_at_fork(after_in_child=_queues.clear)
