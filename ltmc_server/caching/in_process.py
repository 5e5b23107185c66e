"""A cache in the memory of the process: about a microsecond away, and gone with it."""

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple, TypeAlias

from ltmc_server.caching.interfaces import KINDS, VALUE_BYTES_MAX, Kind, Size
from ltmc_server.caching.patterns import Fits, beginning
from ltmc_server.dataclass import dataclass

if TYPE_CHECKING:
    from cachetools import TLRUCache

ENTRIES_MAX: Final = 2_000
BYTES_MAX: Final = 8_000_000
"""Both of one kind, so that none pushes out another."""

OVERHEAD_BYTES: Final = 500
"""Of one entry beside its value: key, question, and what the dictionary keeps of it."""


class _Entry(NamedTuple):
    value: bytes
    about: str
    ttl_s: float


_Entries: TypeAlias = "TLRUCache[bytes, _Entry]"


@dataclass
class InProcessCache:
    """A `Cache` that drops what was not asked for the longest, when it is full."""

    name: ClassVar[str] = "memory"

    entries_max: int = ENTRIES_MAX
    bytes_max: int = BYTES_MAX
    clock: Callable[[], float] = time.monotonic
    evicted: int = 0

    async def get(self, kind: Kind, key: bytes) -> bytes | None:
        try:
            return self._kinds[kind][key].value
        except KeyError:
            return None

    async def set(self, kind: Kind, key: bytes, value: bytes, *, about: str, ttl_s: float) -> None:
        if len(value) > min(VALUE_BYTES_MAX, self.bytes_max - OVERHEAD_BYTES):
            return
        entries = self._kinds[kind]
        entries.expire()
        before = len(entries) + (key not in entries)
        entries[key] = _Entry(value, beginning(about), ttl_s)
        while len(entries) > self.entries_max:
            entries.popitem()
        self.evicted += before - len(entries)

    async def forget(self, kind: Kind, pattern: str = "*") -> int:
        fits, entries = Fits(pattern), self._kinds[kind]
        entries.expire()
        dropped = [key for key in entries if fits(_seen(entries, key).about)]
        for key in dropped:
            entries.pop(key, None)
        return len(dropped)

    async def sizes(self) -> Mapping[Kind, Size]:
        for entries in self._kinds.values():
            entries.expire()
        return {
            kind: Size(len(entries), int(entries.currsize)) for kind, entries in self._kinds.items()
        }

    @cached_property
    def _kinds(self) -> Mapping[Kind, _Entries]:
        from cachetools import TLRUCache

        return {
            kind: TLRUCache(
                self.bytes_max,
                ttu=lambda key, entry, now: now + entry.ttl_s,
                timer=self.clock,
                getsizeof=lambda entry: len(entry.value) + OVERHEAD_BYTES,
            )
            for kind in KINDS
        }


def _seen(entries: _Entries, key: bytes) -> _Entry:
    """Return an entry without making it the newest."""
    from cachetools import Cache

    return Cache.__getitem__(entries, key)
