"""How late the stand-in answers: `zero`, as the real server was measured, or from far away."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("measured.toml")

NAMES: Final = ("zero", "measured", "wan")
ROUND_TRIP_S: Final = 0.040
"""Between client and server, in `wan`."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What an answer waits for."""

    name: str

    @property
    def round_trip_s(self) -> float:
        """The way there and back, in seconds; 0 on this machine."""
        return ROUND_TRIP_S if self.name == "wan" else 0.0

    @property
    def encrypted(self) -> bool:
        """Whether it speaks TLS."""
        return self.name == "wan"

    def delay_s(self, method: str, template: str) -> float:
        """Return how long the server takes for a request, in seconds.

        What was not measured takes as long as the median of what was.
        """
        if self.name == "zero":
            return 0.0
        measured = measured_ms()
        return measured.get(f"{method} {template}", measured["else"]) / 1e3


@functools.cache
def measured_ms() -> dict[str, float]:
    """Return the milliseconds of the real server, by method and route."""
    table: dict[str, float] = tomllib.loads(FILE.read_text("utf-8"))["milliseconds"]
    return table
