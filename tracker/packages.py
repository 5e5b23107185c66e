"""Which packages a commit ran with, as its lock file says, and what became of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PINNED: Final = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]*\])?==([\w.+!-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Difference:
    """A package that is not as it was; None where it is not there."""

    name: str
    before: str | None
    now: str | None


def packages(lock: str) -> dict[str, str]:
    """Return package → version of the text of a `requirements.lock`."""
    return dict(PINNED.findall(lock))


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> list[Difference]:
    """Return the packages whose versions differ, by name."""
    return [
        Difference(name, before.get(name), now.get(name))
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]
