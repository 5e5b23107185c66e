"""What a cache promises, whatever it is made of.

Rules every implementation keeps, checked by `tests/caching/test_caches.py`:

- What comes back is what was put in, byte for byte, or nothing.
- It may forget at any time: to stay within its bounds, or because it is broken or gone.
- `get` and `set` never fail and never take longer than `CALL_S`.
- Calls may come from one event loop only.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final, Literal, Protocol, TypeAlias, get_args

from ltmc_server.dataclass import dataclass

Kind: TypeAlias = Literal["embeddings", "queries"]
"""What is kept: vectors of questions, and ranked answers to them."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

CALL_S: Final = 0.1
"""Longest time that a call may lose by asking a cache."""

ABOUT_CHARS: Final = 200
"""Characters of the question that are kept beside what was found, to flush by."""

VALUE_BYTES_MAX: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """What a cache holds of one kind."""

    entries: int
    bytes: int


class Cache(Protocol):
    """Bytes by key, each kind for itself, for a while."""

    @property
    def name(self) -> str:
        """Where it is: memory, sqlite, redis."""
        ...

    @property
    def evicted(self) -> int:
        """Entries it dropped so far to stay within its bounds."""
        ...

    async def get(self, kind: Kind, key: bytes) -> bytes | None:
        """Return what was kept under `key`; None when it is not there, or there no more."""
        ...

    async def set(self, kind: Kind, key: bytes, value: bytes, *, about: str, ttl_s: float) -> None:
        """Keep `value` for at most `ttl_s`, in place of what was there.

        Args:
            kind: what it is.
            key: made by `digest`.
            value: a longer one than `VALUE_BYTES_MAX` is not kept.
            about: the question it belongs to, for `forget`.
            ttl_s: how long, in seconds.
        """
        ...

    async def forget(self, kind: Kind, pattern: str = "*") -> int | None:
        """Drop entries of one kind; return how many there were, None if it could not be done.

        Args:
            kind: what to drop.
            pattern: fits the first `ABOUT_CHARS` of `about`: `*` any text, `?` any character.
        """
        ...

    async def sizes(self) -> Mapping[Kind, Size] | None:
        """Return what is held; None where nobody can say without walking through all of it."""
        ...


Reached: TypeAlias = Literal["connected", "unreachable"]


class Server(Protocol):
    """A server that keeps a cache, and may be away."""

    async def ping(self) -> Reached:
        """Ask whether it answers, whatever was known of it."""
        ...

    async def reconnect(self) -> Reached:
        """Drop all connections and make a new one."""
        ...

    async def info(self) -> Mapping[str, Any] | None:
        """Return what it tells of itself; None when it does not answer."""
        ...

    def connections(self) -> Mapping[str, int]:
        """Return how many connections are in use, how many may be, and how many calls wait."""
        ...


def digest(*parts: str) -> bytes:
    """Return a key: different parts, different keys."""
    told = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        # The length keeps ("ab", "c") from being ("a", "bc").
        told.update(len(data).to_bytes(8, "little") + data)
    return told.digest()
