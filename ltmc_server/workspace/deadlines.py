"""How long a piece of work may take."""

import time
from typing import Final

WORK_S: Final = 5.0
"""Of one call that walks or reads; then it returns what it has, and says so."""


class Deadline:
    """A moment after which work stops; asked inside its loops."""

    def __init__(self, seconds: float = WORK_S) -> None:
        self.end_s = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        """Whether it is time to stop."""
        return time.monotonic() >= self.end_s
