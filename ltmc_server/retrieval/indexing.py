"""A text on its way into the record: cut, and embedded where that was not done before."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.model import Piece
from ltmc_server.retrieval.chunking import passages
from ltmc_server.stores.interfaces import PassageStore
from ltmc_server.vectors import to_blobs


@dataclass(frozen=True, slots=True)
class Indexer:
    """Makes the pieces of a text."""

    passages: PassageStore
    embedder: Embedder

    async def pieces(self, text: str, file_name: str) -> Sequence[Piece]:
        """Return the passages of `text` with their vectors; a known passage is not embedded."""
        parts = passages(text, file_name)
        digests = [_digest(part) for _, part in parts]
        known = dict(await self.passages.known_vectors(digests, model=self.embedder.model))
        fresh = {
            digest: part
            for digest, (_, part) in zip(digests, parts, strict=True)
            if digest not in known
        }
        if fresh:
            blobs = to_blobs(await self.embedder.embed(list(fresh.values())))
            known |= dict(zip(fresh, blobs, strict=True))
        return [
            Piece(start=start, text=part, digest=digest, vector=known[digest])
            for digest, (start, part) in zip(digests, parts, strict=True)
        ]


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
