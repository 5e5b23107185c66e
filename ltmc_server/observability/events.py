"""What whoever runs the server has to hear of: one log record an event, and not too often."""

import logging
import time
from collections.abc import Callable
from dataclasses import field
from typing import Final

from ltmc_server.dataclass import dataclass

log = logging.getLogger("ltmc_server.events")

QUIET_S: Final = 60.0
"""After an event, those of its kind about the same subject are counted for so long, not told."""


@dataclass(slots=True)
class Events:
    """The events of one server: names and figures, never what callers wrote."""

    clock: Callable[[], float] = time.monotonic
    told: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)
    """When an event was last told, and how many were left out since. Subjects are actions, stores
    and promises, so their number is bounded."""

    def tell(self, event: str, subject: str, **fields: object) -> bool:
        """Log the event, with the number of those `left_out`; return whether it was its turn."""
        now = self.clock()
        last, left_out = self.told.get((event, subject), (None, 0))
        if last is not None and now - last < QUIET_S:
            self.told[(event, subject)] = (last, left_out + 1)
            return False
        self.told[(event, subject)] = (now, 0)
        if left_out:
            fields["left_out"] = left_out
        log.warning(event, extra={"fields": fields})
        return True
