"""From one embedding model to another: beside the calls, with one switch at the end."""

import asyncio
from dataclasses import field
from typing import Final, Literal

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.current import name_of
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.errors import BackendError
from ltmc_server.jobs import Jobs, give_way
from ltmc_server.model import PassageId
from ltmc_server.retrieval.backlog import BATCH, RETRY_S
from ltmc_server.retrieval.blobs import blobs
from ltmc_server.stores.embedding import ModelOfRecord, VectorWork

FORGOTTEN_AT_ONCE: Final = 1_000
"""Old vectors deleted in one transaction: other writers get their turn in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the move to another model is."""

    state: Literal["up to date", "running", "waiting"]
    """`waiting`: the new model can not be asked at the moment; it is tried again."""
    from_model: str | None
    to_model: str
    embedded: int
    """Passages that have a vector of the new model."""
    total: int
    why: str | None = None


@dataclass(slots=True)
class Reembedding:
    """Moves the record to the embedder that this server would give to a new one.

    Questions are answered from the old vectors until every passage has a new one. What was made
    is kept: after a restart the move goes on where it was.
    """

    record: ModelOfRecord
    vectors: VectorWork
    chosen: Embedder
    jobs: Jobs
    job: "asyncio.Task[None] | None" = field(default=None)
    trouble: str | None = field(default=None)

    async def begin(self) -> Progress:
        """Begin to move, unless that was done; say how far it is."""
        if self.record.model() != self.chosen.model:
            if self.record.target() != self.chosen.model:
                await self.record.aim(self.chosen.model)
            self.resume()
        elif self.record.target() is not None:
            await self.record.aim(None)
        return await self.progress()

    def resume(self) -> None:
        """Go on with a move that was begun, by this server or by one before it."""
        running = self.job is not None and not self.job.done()
        target = self.record.target()
        if not running and target is not None and target == name_of(self.chosen):
            self.job = self.jobs.start("re-embedding", self._work)

    async def progress(self) -> Progress:
        """Say how far it is, without doing anything."""
        current = self.record.model()
        embedded, total = await self.vectors.count(self.chosen.model)
        moving: Literal["running", "waiting"] = "waiting" if self.trouble else "running"
        return Progress(
            state="up to date" if current == self.chosen.model else moving,
            from_model=None if current == self.chosen.model else current,
            to_model=self.chosen.model,
            embedded=embedded,
            total=total,
            why=self.trouble,
        )

    async def _work(self) -> None:
        pause = RETRY_S[0]
        while self.record.target() == self.chosen.model:
            try:
                await self._embed_all()
                if not await self.record.switch(self.chosen.model):
                    while await self.record.forget(limit=FORGOTTEN_AT_ONCE):
                        pass
            except BackendError as error:
                self.trouble = str(error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, RETRY_S[1])
            else:
                self.trouble, pause = None, RETRY_S[0]

    async def _embed_all(self) -> None:
        """Make vectors of the new model for every passage that has none, oldest first."""
        model, after = self.chosen.model, PassageId(0)
        while some := self.vectors.lacking(model, after=after, limit=BATCH):
            made = await blobs(self.chosen, [each.text for each in some])
            ids = [each.id for each in some]
            await self.vectors.put_vectors(dict(zip(ids, made, strict=True)), model=model)
            after, self.trouble = ids[-1], None
            # Neither an instant embedder nor a lone writer has let anybody else have a turn.
            await give_way()
