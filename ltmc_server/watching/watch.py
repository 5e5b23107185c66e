"""One watch: what it is about, and what has happened so far."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any, Final

import anyio
import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.model import new_id, now
from ltmc_server.watching.looking import Change, Look

CHANGES_MAX: Final = 20
ERRORS_MAX: Final = 5
PENDING_MAX: Final = 1_000
"""Paths that wait for a refresh; with more of them the refresh is told the watched paths."""
SHOWN_MAX: Final = 20
RESULT_BYTES_MAX: Final = 2_000
ERROR_CHARS_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class Noticed:
    """One change."""

    path: str
    change: Change
    at: datetime


@dataclass(slots=True, kw_only=True)
class Watch:
    """One watch while it runs; changed by its own job only."""

    paths: tuple[str, ...]
    project_id: str
    debounce_ms: int
    id: str = field(default_factory=lambda: new_id("watch"))
    started_at: datetime = field(default_factory=now)
    seen: Look = field(default_factory=Look)
    is_listening: bool = False
    change_count: int = 0
    changes: deque[Noticed] = field(default_factory=lambda: deque(maxlen=CHANGES_MAX))
    pending: dict[str, Change] = field(default_factory=dict)
    overflowed: bool = False
    refreshes: int = 0
    failures: int = 0
    last_refresh: Mapping[str, Any] | None = None
    errors: deque[Mapping[str, Any]] = field(default_factory=lambda: deque(maxlen=ERRORS_MAX))
    listening: anyio.Event = field(default_factory=anyio.Event)
    """Set when changes are noticed from then on."""
    due: anyio.Event = field(default_factory=anyio.Event)
    """Set when a refresh has something to do."""

    def notice(self, changes: Mapping[str, Change]) -> None:
        """Remember changes, and that they wait for a refresh."""
        moment = now()
        self.change_count += len(changes)
        for path in sorted(changes)[-CHANGES_MAX:]:
            self.changes.append(Noticed(path, changes[path], moment))
        self.wait_for_refresh(changes)
        if changes:
            self.due.set()

    def wait_for_refresh(self, changes: Mapping[str, Change]) -> None:
        """Put changes among those that wait, as far as there is room."""
        for path, change in changes.items():
            if path in self.pending or len(self.pending) < PENDING_MAX:
                self.pending[path] = change
            else:
                self.overflowed = True

    def fail(self, doing: str, error: BaseException | str) -> None:
        """Remember what went wrong."""
        said = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
        message = f"{doing}: {said}"[:ERROR_CHARS_MAX]
        self.errors.append({"at": now(), "message": message})

    def refreshed(self, paths: Sequence[str], began: datetime, result: object) -> None:
        """Remember how a refresh went."""
        self.refreshes += 1
        self.last_refresh = {
            "at": began,
            "seconds": round((now() - began).total_seconds(), 3),
            "path_count": len(paths),
            "result": _bounded(result),
        }

    def told(self, *, with_pending: bool) -> dict[str, Any]:
        """Return all of it, as a client is told."""
        pending = [{"path": path, "change": change} for path, change in list(self.pending.items())]
        return {
            "id": self.id,
            "paths": self.paths,
            "project_id": self.project_id,
            "state": "watching" if self.is_listening else "waiting",
            "debounce_ms": self.debounce_ms,
            "started_at": self.started_at,
            "files": len(self.seen.files),
            "missing": self.seen.missing or None,
            "cut_by": sorted(self.seen.cut_by) or None,
            "change_count": self.change_count,
            "changes": list(self.changes),
            "pending_count": len(self.pending),
            "pending": pending[:SHOWN_MAX] if with_pending else None,
            "refreshes": self.refreshes,
            "failures": self.failures,
            "last_refresh": self.last_refresh,
            "errors": list(self.errors),
        }


def _bounded(result: object) -> object:
    """Return a result if it is small enough to be told with every status."""
    try:
        size = len(orjson.dumps(result))
    except orjson.JSONEncodeError:
        return None
    return result if size <= RESULT_BYTES_MAX else {"too_long_to_show": size}
