"""A text on its way into the record: cut, and embedded where that takes no time."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ltmc_server.embedding.current import name_of
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.model import Piece
from ltmc_server.retrieval.chunking import passages
from ltmc_server.stores.interfaces import PassageStore
from ltmc_server.vectors import to_blobs


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

    async def pieces(self, text: str, file_name: str) -> Indexed:
        """Return the passages of `text`; a known passage has its vector.

        The others have one when the embedder is instant; otherwise they wait in the record.
        """
        embedder = self.embedder()
        found = await self._known(text, file_name, embedder)
        if embedder.is_instant:
            found = await _embedded(found, embedder)
        return Indexed(found, name_of(embedder) or "")

    async def embedded(self, text: str, file_name: str) -> Sequence[Piece]:
        """Return the passages of `text`, every one with its vector.

        Raises:
            EmbedderUnavailable: the model can not be asked.
        """
        embedder = self.embedder()
        return await _embedded(await self._known(text, file_name, embedder), embedder)

    async def _known(self, text: str, file_name: str, embedder: Embedder) -> Sequence[Piece]:
        parts = passages(text, file_name)
        digests = [_digest(part) for _, part in parts]
        model = name_of(embedder)
        known = await self.passages.known_vectors(digests, model=model) if model else {}
        return [
            Piece(start=start, text=part, digest=digest, vector=known.get(digest))
            for digest, (start, part) in zip(digests, parts, strict=True)
        ]


async def _embedded(pieces: Sequence[Piece], embedder: Embedder) -> Sequence[Piece]:
    fresh = {piece.digest: piece.text for piece in pieces if piece.vector is None}
    if not fresh:
        return pieces
    blobs = to_blobs(await embedder.embed(list(fresh.values())))
    made = dict(zip(fresh, blobs, strict=True))
    return [replace(piece, vector=piece.vector or made[piece.digest]) for piece in pieces]


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
