"""Which cases a comparison is about, and which it leaves out with what reason."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tracker.comparing.errors import InvalidPattern, InvalidSettings, NothingChosen
from tracker.lockstep.model import Case

FILE: Final = "pyproject.toml"


class LeftOut(BaseModel):
    """Benchmarks that a comparison passes over unless it is told to take them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    benchmarks: str = Field(min_length=1)
    """A regular expression, found anywhere in the name of a case, as asv's `--bench`."""
    reason: str = Field(min_length=1)


class Settings(BaseModel):
    """`[tool.tracker.compare]` of pyproject.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    leave_out: tuple[LeftOut, ...] = ()

    @classmethod
    def read(cls, root: Path) -> Self:
        """Read them; a repository without the table leaves out nothing."""
        file = root / FILE
        try:
            content = tomllib.loads(file.read_text("utf-8"))
            settings = cls.model_validate(
                content.get("tool", {}).get("tracker", {}).get("compare", {})
            )
        except FileNotFoundError:
            return cls()
        except tomllib.TOMLDecodeError as error:
            raise InvalidSettings(file, str(error)) from error
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise InvalidSettings(file, f"{place}: {first['msg']}") from error
        for each in settings.leave_out:
            compiled(each.benchmarks)
        return settings


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and what is not."""

    cases: tuple[Case, ...]
    left_out: tuple[tuple[Case, str], ...] = ()
    """Each with its reason."""


def plan(cases: Sequence[Case], settings: Settings, wanted: Sequence[str] = ()) -> Plan:
    """Choose the cases.

    Args:
        cases: all that were discovered.
        settings: what is left out when nothing is chosen.
        wanted: regular expressions; what one of them finds is measured, left out or not.

    Raises:
        NothingChosen: no case is left.
    """
    if wanted:
        patterns = [compiled(each) for each in wanted]
        chosen = [case for case in cases if any(each.search(case.name) for each in patterns)]
        if not chosen:
            raise NothingChosen(" ".join(wanted))
        return Plan(tuple(chosen))
    taken: list[Case] = []
    left: list[tuple[Case, str]] = []
    for case in cases:
        rule = next((each for each in settings.leave_out if _finds(each, case)), None)
        if rule is None:
            taken.append(case)
        else:
            left.append((case, rule.reason))
    if not taken:
        raise NothingChosen(None)
    return Plan(tuple(taken), tuple(left))


def compiled(pattern: str) -> re.Pattern[str]:
    """Return a regular expression, ready to search.

    Raises:
        InvalidPattern: it is none.
    """
    try:
        return re.compile(pattern)
    except re.error as error:
        raise InvalidPattern(pattern, str(error)) from error


def _finds(rule: LeftOut, case: Case) -> bool:
    return compiled(rule.benchmarks).search(case.name) is not None
