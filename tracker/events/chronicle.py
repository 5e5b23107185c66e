"""What git knows of the commits between two measurements: subjects, and packages that changed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final, Self

from tracker.events.model import Commit
from tracker.history import History

LOCK: Final = "requirements.lock"

RECORD, FIELD = "\x1e", "\x1f"
"""Git prints them between commits and their parts; no message holds them."""

PINNED: Final = re.compile(r"^([-+])([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Chronicle:
    """The commits of one branch, oldest first."""

    commits: tuple[Commit, ...]
    measured: frozenset[str]
    """Those that may change a figure of the server: they touch what is measured."""
    pins: Mapping[str, tuple[tuple[str, str, str], ...]]
    """Commit → lines of its lock that went (-) and came (+): sign, package, version."""

    @classmethod
    def read(cls, history: History, tip: str, paths: Sequence[str]) -> Self:
        """Read the branch that ends with `tip`; `paths` are those that are measured."""
        form = f"{RECORD}%H{FIELD}%cI{FIELD}%s{FIELD}%b"
        entries = history.log(tip, form).split(RECORD)[1:]
        diffs = history.log(tip, f"{RECORD}%H{FIELD}", ("-p", "-U0", "--no-color"), (LOCK,))
        touched = (entry.partition(FIELD) for entry in diffs.split(RECORD)[1:])
        return cls(
            tuple(_commit(entry) for entry in entries),
            frozenset(history.commits([tip], paths)),
            {
                commit: tuple((sign, name, version) for sign, name, version in PINNED.findall(text))
                for commit, _, text in touched
            },
        )

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Commit → its place on the branch."""
        return {commit.hash: place for place, commit in enumerate(self.commits)}

    def between(self, good: str, bad: str) -> tuple[Commit, ...]:
        """Return the commits after `good`, up to `bad`, that may have changed a figure."""
        lying = self.commits[self.places[good] + 1 : self.places[bad] + 1]
        # What was measured last is named even if only the benchmarks changed.
        return tuple(c for c in lying if c.hash in self.measured or c.hash == bad)

    def packages(self, good: str, bad: str) -> tuple[str, ...]:
        """Return which locked packages differ between two commits: `mcp 2.2 → 2.3`."""
        old: dict[str, str] = {}
        new: dict[str, str] = {}
        for commit in self.commits[self.places[good] + 1 : self.places[bad] + 1]:
            for sign, name, version in self.pins.get(commit.hash, ()):
                if sign == "-":
                    old.setdefault(name, version) if name not in new else new.pop(name)
                else:
                    new[name] = version
        differing = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        return tuple(_difference(name, old.get(name), new.get(name)) for name in differing)


def _commit(entry: str) -> Commit:
    commit, date, subject, body = entry.split(FIELD, 3)
    return Commit(commit, datetime.fromisoformat(date).astimezone(UTC), subject, body.strip())


def _difference(name: str, old: str | None, new: str | None) -> str:
    if old is None:
        return f"{name} {new} came"
    if new is None:
        return f"{name} {old} went"
    return f"{name} {old} → {new}"
