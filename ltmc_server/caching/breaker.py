"""When to stop asking a server that does not answer, and when to try it again."""

import time
from collections.abc import Callable
from typing import Final

from ltmc_server.dataclass import dataclass

WAIT_S: Final = (1.0, 30.0)
"""Before it is tried again: the first wait, doubled at each failure up to the second."""


@dataclass(slots=True)
class Breaker:
    """A circuit breaker that opens at the first failure: one call has paid for it, no more do."""

    clock: Callable[[], float] = time.monotonic
    wait_s: tuple[float, float] = WAIT_S
    cause: str = ""
    """Why it is open; empty when it is closed."""
    failures: int = 0
    retry_at: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the server is left alone."""
        return bool(self.cause)

    @property
    def is_due(self) -> bool:
        """Whether it is time to try again."""
        return self.is_open and self.clock() >= self.retry_at

    def failed(self, cause: str) -> None:
        """Open, for longer at each failure in a row."""
        shortest, longest = self.wait_s
        # 2 ** 10 of any wait is long enough; more would overflow one day.
        self.retry_at = self.clock() + min(longest, shortest * 2 ** min(self.failures, 10))
        self.failures += 1
        self.cause = cause

    def worked(self) -> None:
        """Close."""
        self.cause, self.failures = "", 0
