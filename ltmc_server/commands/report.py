"""What a command found, for a person and for a program."""

from collections.abc import Sequence
from dataclasses import asdict, field
from typing import Final, Literal, TypeAlias

import orjson

from ltmc_server.dataclass import dataclass

State: TypeAlias = Literal["true", "not true", "unknown"]
"""`unknown`: it could not be looked at."""

NAMED_MAX: Final = 10
"""Examples that are named of what is not as it should be."""

MARKS: Final[dict[State, str]] = {"true": "ok", "not true": "NOT TRUE", "unknown": "?"}
EXIT: Final[dict[State, int]] = {"true": 0, "unknown": 2, "not true": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: State
    said: str
    """A sentence."""
    named: Sequence[str] = field(default=())
    """Some of what is not as it should be."""


@dataclass(frozen=True, slots=True)
class Report:
    """All that was looked at."""

    checks: Sequence[Check]

    @property
    def state(self) -> State:
        """The worst of the checks: what is known to be wrong weighs more than what is not known."""
        states = {check.state for check in self.checks}
        if "not true" in states:
            return "not true"
        return "unknown" if "unknown" in states else "true"

    @property
    def exit_status(self) -> int:
        """0 when all is true, 1 when something is not, 2 when something could not be looked at."""
        return EXIT[self.state]

    def text(self) -> str:
        """Return a line for each check, and one for each example."""
        width = max((len(check.name) for check in self.checks), default=0)
        lines = []
        for check in self.checks:
            lines.append(f"{MARKS[check.state]:<8}  {check.name:<{width}}  {check.said}")
            lines += [f"{'':<{width + 10}}  - {one}" for one in check.named]
        return "\n".join(lines)

    def json(self) -> str:
        """Return the same as one JSON object."""
        checks = [asdict(check) for check in self.checks]
        told = {"state": self.state, "checks": checks}
        return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode()


def judged(name: str, wrong: Sequence[str], right: str, *, more: str = "") -> Check:
    """Return a check that is true when nothing is wrong; `right` says what was looked at."""
    if not wrong:
        return Check(name=name, state="true", said=right)
    said = more or f"{len(wrong)} not as they should be; {right}"
    return Check(name=name, state="not true", said=said, named=wrong[:NAMED_MAX])


def unknown(name: str, why: object) -> Check:
    """Return a check that could not be made."""
    return Check(name=name, state="unknown", said=f"could not look: {why}")
