"""Data folders with very many texts: the texts are those of the workload, the vectors are made up.

Embedding 100,000 texts takes longer than all that is measured of them. The vectors are what an
embedder's look like to an index: some thousand groups, spread in few directions far and in the
others little. Seeded; number n is the same whatever the count.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.in_process import Server
from benchmarks.workload import SEED, texts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

PROJECT: Final = "benchmark"
DIMENSION: Final = 384
DIRECTIONS: Final = 96
"""In which groups and their members are spread, each less than the one before."""
GROUPS: Final = 2_000
WITHIN: Final = 0.7
"""How far members are from the middle of their group, beside how far the groups are apart."""
NOISE: Final = 0.02
BLOCK: Final = 1_000
ASKED: Final = 1 << 40
"""Where the numbers of questions begin: no text has these."""


def vectors(count: int, *, first: int = 0) -> "Iterator[Vectors]":
    """Yield vectors of texts, in blocks; `first` is the first of a block."""
    for at in range(first, first + count, BLOCK):
        yield _block(at)[: first + count - at]


def questions(count: int) -> "Vectors":
    """Return vectors of questions: from the same groups as the texts are."""
    return _block(ASKED)[:count]


def exact(stored: int, asked: "Vectors", count: int) -> "NDArray[np.int64]":
    """Return the numbers of the texts nearest to each question, shape (questions, count)."""
    import numpy as np

    best = np.full((len(asked), count), -2.0, dtype=np.float32)
    places = np.zeros((len(asked), count), dtype=np.int64)
    for number, block in enumerate(vectors(stored)):
        cosines = np.concatenate([best, asked @ _recorded(block).T], axis=1)
        here = np.arange(len(block)) + number * BLOCK
        every = np.concatenate([places, np.broadcast_to(here, (len(asked), len(here)))], axis=1)
        kept = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        best = np.take_along_axis(cosines, kept, axis=1)
        places = np.take_along_axis(every, kept, axis=1)
    return places


def fill(folder: Path, records: int) -> None:
    """Store so many texts in a data folder, through the store.

    Raises:
        NotImplementedError: this commit has another store.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # The record is made as a server makes it; then no server is at work on it.
    with Server(folder, durability="normal"):
        pass
    try:
        asyncio.run(_store(folder / "ltmc.db", records))
    except (ImportError, TypeError, AttributeError) as error:
        raise NotImplementedError(str(error)) from error


def view_of(server: Server) -> Any:  # noqa: ANN401  commits differ in it
    """Return the vector index of a server."""
    tool: Any = server.dispatcher.tools["memory_action"]
    return tool.retriever.view


def make_ready(server: Server) -> None:
    """Ask a question; return when all that it set going has come to its end."""
    server.call("memory_action", action="retrieve", query="anything", mode="semantic")
    keeper = getattr(view_of(server), "keeper", None)

    async def ended() -> None:
        while keeper is not None and keeper.job is not None and not keeper.job.done():
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(keeper.job), 0.1)

    server.run(ended())


async def _store(file: Path, records: int) -> None:
    from ltmc_server.embedding.hashing import HashingEmbedder
    from ltmc_server.model import Draft, Piece
    from ltmc_server.stores.drafts import digest_of
    from ltmc_server.stores.sqlite.database import Database
    from ltmc_server.stores.sqlite.documents import SqliteDocuments
    from ltmc_server.vectors import to_blobs

    model = HashingEmbedder().model
    with Database.open(file, durability="normal") as database:
        documents = SqliteDocuments(database)
        said = texts(records)
        for block in vectors(records):
            some = islice(said, len(block))
            for blob, (name, text) in zip(to_blobs(block), some, strict=True):
                piece = Piece(start=0, text=text, digest=digest_of(text), vector=blob)
                draft = Draft(project_id=PROJECT, file_name=name, content=text)
                await documents.put(draft, [piece], model=model)


@cache
def _space() -> "tuple[Any, Any, Any]":
    """Return the directions, how far it is spread in each, and the middles of the groups."""
    import numpy as np

    draw = np.random.default_rng(SEED)
    directions, _ = np.linalg.qr(draw.normal(size=(DIMENSION, DIRECTIONS)))
    spread = 1 / np.sqrt(np.arange(1, DIRECTIONS + 1))
    return directions, spread, draw.normal(size=(GROUPS, DIRECTIONS)) * spread


def _block(number: int) -> "Vectors":
    import numpy as np

    directions, spread, middles = _space()
    draw = np.random.default_rng([SEED, number])
    members = draw.normal(size=(BLOCK, DIRECTIONS)) * spread * WITHIN
    places = middles[draw.integers(GROUPS, size=BLOCK)] + members
    made = places @ directions.T + draw.normal(size=(BLOCK, DIMENSION)) * NOISE
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    block: Vectors = made.astype(np.float32)
    return block


def _recorded(made: "Vectors") -> "Vectors":
    from ltmc_server.vectors import from_blobs, to_blobs

    return from_blobs(to_blobs(made))
