"""Which texts are about the same: those of which some passages are near each other."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.jobs import give_way
from ltmc_server.model import PassageId, Scope, Vectors
from ltmc_server.retrieval.chunking import PASSAGE_CHARS
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.retrieval.view import VectorView
from ltmc_server.stores.interfaces import PassageStore, VectorIndex
from ltmc_server.vectors import from_blobs

PASSAGES_COMPARED_MAX: Final = 16
"""Of one text, from its beginning; what it is about is said by then."""

PASSAGES_PER_TEXT: Final = 4
"""Passages asked for where one text is wanted: the nearest may all be of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that is to be compared."""

    id: str
    content: str
    name: str = ""
    """Its file name, if it has one: it decides where passages are cut."""


@dataclass(frozen=True, slots=True)
class Similarity:
    """Compares texts through a vector index: the nearest are asked for, never all pairs."""

    indexer: Indexer
    view: VectorView
    passages: PassageStore
    new_index: Callable[[int], VectorIndex]
    """An empty one of vectors of so many numbers, for texts that are not stored."""

    async def to_stored(self, text: Text, scope: Scope, *, limit: int) -> Mapping[str, float]:
        """Return the stored documents nearest to a text, each with the cosine in [0, 1].

        A text's nearness to another is that of their two nearest passages. The document whose
        id the text has is left out. About `limit` come back.
        """
        best: dict[str, float] = {}
        blobs = await self._blobs(text)
        model = self.indexer.embedder().model
        for vector in from_blobs(blobs) if blobs else ():
            asked = PASSAGES_PER_TEXT * limit + len(blobs)
            matches = await self.view.nearest(vector, scope, limit=asked, model=model)
            owners = await self.passages.owners([match.id for match in matches])
            for match in matches:
                owner = owners.get(match.id, text.id)
                if owner != text.id:
                    _keep(best, owner, match.strength)
            await give_way()
        return best

    async def among(
        self, texts: Sequence[Text], *, limit: int
    ) -> Mapping[str, Mapping[str, float]]:
        """Return for each text those of the others that are nearest to it, as `to_stored` does."""
        owners = list[str]()
        vectors: dict[str, Vectors] = {}
        index: VectorIndex | None = None
        for text in texts:
            if blobs := await self._blobs(text):
                vectors[text.id] = from_blobs(blobs)
                index = index or self.new_index(vectors[text.id].shape[1])
                ids = [PassageId(len(owners) + at) for at in range(len(blobs))]
                index.update("", ids, vectors[text.id])
                owners += [text.id] * len(blobs)
            await give_way()
        near: dict[str, dict[str, float]] = {text.id: {} for text in texts}
        for id, own in vectors.items():
            for vector in own:
                assert index is not None, "a text has vectors"
                for match in index.search("", vector, limit=PASSAGES_PER_TEXT * limit + len(own)):
                    if owners[match.id] != id:
                        _keep(near[id], owners[match.id], match.strength)
                await give_way()
        return near

    async def _blobs(self, text: Text) -> Sequence[bytes]:
        # Passages that are stored are not embedded again.
        beginning = text.content[: PASSAGES_COMPARED_MAX * PASSAGE_CHARS[1]]
        pieces = await self.indexer.embedded(beginning, text.name)
        return [piece.vector for piece in pieces[:PASSAGES_COMPARED_MAX] if piece.vector]


def _keep(best: dict[str, float], id: str, cosine: float) -> None:
    best[id] = max(best.get(id, 0.0), round(min(1.0, max(0.0, cosine)), 4))
