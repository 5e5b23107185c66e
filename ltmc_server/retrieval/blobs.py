"""Texts → vectors as they are kept, made so that calls get their turns in between."""

from collections.abc import Iterator, Sequence
from typing import Final

from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.jobs import give_way
from ltmc_server.vectors import to_blobs

CHARS_AT_ONCE: Final = 1_000
"""Of texts that an instant embedder is given together: half a millisecond of the event loop."""


async def blobs(embedder: Embedder, texts: Sequence[str]) -> list[bytes]:
    """Return one blob a text, in their order.

    Raises:
        EmbedderUnavailable: the model can not be asked.
    """
    if not embedder.is_instant:
        # It works elsewhere, and parts what is much by itself.
        return to_blobs(await embedder.embed(texts))
    made: list[bytes] = []
    for some in _slices(texts):
        if made:
            await give_way()
        made += to_blobs(await embedder.embed(some))
    return made


def _slices(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield texts in their order, each time as many as have `CHARS_AT_ONCE`, and at least one."""
    first, chars = 0, 0
    for at, text in enumerate(texts):
        chars += len(text)
        if chars > CHARS_AT_ONCE and at > first:
            yield texts[first:at]
            first, chars = at, len(text)
    if texts:
        yield texts[first:]
