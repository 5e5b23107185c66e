"""A text on its way into the record: cut, and embedded where that takes no time."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import partial
from typing import Final, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.current import name_of
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.jobs import give_way
from ltmc_server.model import Piece
from ltmc_server.retrieval.blobs import blobs
from ltmc_server.retrieval.chunking import passages
from ltmc_server.stores.interfaces import PassageStore
from ltmc_server.threads import in_thread

CHARS_AT_ONCE: Final = 50_000
"""Of a text that is cut beside other calls: half a millisecond; a longer one goes to a thread."""

LOOKED_UP_AT_ONCE: Final = 64
"""Passages whose vectors are looked for in one statement."""

_Part: TypeAlias = tuple[int, str, bytes]
"""The offset of a passage, its text, and the digest of that."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A text in pieces, and the model that their vectors are of or will be of."""

    pieces: Sequence[Piece]
    model: str
    """Empty while it is not known: then no piece has one."""


@dataclass(frozen=True, slots=True)
class Indexer:
    """Makes the pieces of a text."""

    passages: PassageStore
    embedder: Callable[[], Embedder]
    """The one of the record, at this moment."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Of long texts, which are cut in a thread."""

    async def pieces(self, text: str, file_name: str) -> Indexed:
        """Return the passages of `text`; a known passage has its vector.

        The others have one when the embedder is instant; otherwise they wait in the record.
        """
        embedder = self.embedder()
        parts = await self._parts(text, file_name)
        vectors = await self._known(parts, embedder)
        if embedder.is_instant:
            vectors = await _completed(vectors, parts, embedder)
        return Indexed(_pieces(parts, vectors), name_of(embedder) or "")

    async def embedded(self, text: str, file_name: str) -> Sequence[Piece]:
        """Return the passages of `text`, every one with its vector.

        Raises:
            EmbedderUnavailable: the model can not be asked.
        """
        embedder = self.embedder()
        parts = await self._parts(text, file_name)
        known = await self._known(parts, embedder)
        return _pieces(parts, await _completed(known, parts, embedder))

    async def _known(self, parts: Sequence[_Part], embedder: Embedder) -> dict[bytes, bytes]:
        """Return the vectors that there are already, by the digest of the passage."""
        # Also where making one takes little: a text that is stored again unchanged has them all.
        model = name_of(embedder)
        known: dict[bytes, bytes] = {}
        for at in range(0, len(parts) if model else 0, LOOKED_UP_AT_ONCE):
            if at:
                await give_way()
            some = [digest for _, _, digest in parts[at : at + LOOKED_UP_AT_ONCE]]
            known |= await self.passages.known_vectors(some, model=model or "")
        return known

    async def _parts(self, text: str, file_name: str) -> Sequence[_Part]:
        if len(text) <= CHARS_AT_ONCE:
            return _cut(text, file_name)
        async with self.turn:
            return await in_thread(partial(_cut, text, file_name))


async def _completed(
    known: dict[bytes, bytes], parts: Sequence[_Part], embedder: Embedder
) -> dict[bytes, bytes]:
    """Return the vectors that are known and those that are not."""
    fresh = {digest: part for _, part, digest in parts if digest not in known}
    if not fresh:
        return known
    made = await blobs(embedder, list(fresh.values()))
    return known | dict(zip(fresh, made, strict=True))


def _pieces(parts: Sequence[_Part], vectors: Mapping[bytes, bytes]) -> list[Piece]:
    return [
        Piece(start=start, text=part, digest=digest, vector=vectors.get(digest))
        for start, part, digest in parts
    ]


def _cut(text: str, file_name: str) -> list[_Part]:
    return [(start, part, _digest(part)) for start, part in passages(text, file_name)]


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
