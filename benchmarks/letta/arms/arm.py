"""What every arm can: take steps in turn, as one batch or at once."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, Final, Self

from benchmarks.letta.operations import Way
from benchmarks.letta.steps import Step

AT_ONCE_MAX: Final = 20


class StepFailed(Exception):
    """Letta, or what stands before it, said that it did not do what it was asked for."""


class Unavailable(Exception):
    """The arm has no way to take a step, or is not there at all; the text says why."""


class Arm(ABC):
    """A way to Letta. Opened before anything is timed; closed when the `with` block ends."""

    name: ClassVar[str]
    every: ClassVar[int] = 1
    """It takes part in each so-many-th turn."""

    def __init__(self) -> None:
        self.received = 0
        """Bytes of answers since it was made, as far as they are known."""
        self._threads: ThreadPoolExecutor | None = None

    @property
    def pid(self) -> int | None:
        """The server process that stands between us and Letta."""
        return None

    @abstractmethod
    def take(self, step: Step) -> object:
        """Take a step and return the answer.

        Raises:
            StepFailed: it failed.
            Unavailable: it can not be taken in this way.
        """

    def take_batch(self, steps: Sequence[Step]) -> list[object]:
        """Take steps with as few questions as there is a way for."""
        return [self.take(step) for step in steps]

    def take_at_once(self, steps: Sequence[Step]) -> list[object]:
        """Take steps side by side."""
        return list(self.threads.map(self.take, steps))

    def go(self, steps: Sequence[Step], way: Way) -> list[object]:
        """Take steps; return the answers, one for each step or one for the whole batch."""
        if way == "as one batch":
            return self.take_batch(steps)
        if way == "at once":
            return self.take_at_once(steps)
        return [self.take(step) for step in steps]

    @abstractmethod
    def said(self, answer: object) -> str:
        """Return an answer as text, to be looked through; never timed."""

    @property
    def threads(self) -> ThreadPoolExecutor:
        """Threads that last: what a program that asks side by side would keep."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(AT_ONCE_MAX)
        return self._threads

    def close(self) -> None:
        """End what was opened."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
