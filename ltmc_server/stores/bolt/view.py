"""The graph over Bolt as a view of the record: how far it is, and what brings it further.

Its position is kept with it, and every change of it moves the position in the same transaction.
So two processes can not do the same changes in another order; a server that lost its data, or was
set back to an old copy, says so itself; and nobody has to be believed about what it knows.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from itertools import islice
from typing import Any, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.stores.bolt import cypher
from ltmc_server.stores.bolt.connection import WRITE_S, Bolt, Transaction, rows
from ltmc_server.stores.bolt.graph import BoltGraph, remove_links
from ltmc_server.stores.bolt.rows import ROWS_MAX, in_batches, key, link_row, memory_row, to_link
from ltmc_server.stores.graph import Link
from ltmc_server.stores.link_changes import GraphChanges, Memory

READ_S: Final = 60.0
"""Longest wait for the next rows of all there is; nobody's call waits for these."""

STALE_MS: Final = 30_000
"""After so long without a sign of life, whoever was filling a view is taken for gone."""

CLEARED_AT_ONCE: Final = 200
LEFT_OVER_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class BoltView:
    """The part of a server's graph that shows one record."""

    bolt: Bolt
    id: str

    @property
    def graph(self) -> BoltGraph:
        """Return its links, to be asked."""
        return BoltGraph(self.bolt, self.id)

    async def open(self) -> int:
        """Make the view if it is not there; return its position."""

        async def work(transaction: Transaction) -> int:
            [[seq]] = await rows(transaction, cypher.OPEN_VIEW, view=self.id)
            return int(seq)

        await BoltGraph.opened(self.bolt, self.id)
        return await self.bolt.run("opening the graph", work, writes=True, limit_s=WRITE_S)

    async def position(self, *, limit_s: float | None = None) -> int | None:
        """Return how far it has followed the record; None when there is no such view."""

        async def work(transaction: Transaction) -> int | None:
            found = await rows(transaction, cypher.POSITION, view=self.id)
            return int(found[0][0]) if found else None

        return await self.bolt.run("reading how far the graph is", work, limit_s=limit_s)

    async def apply(self, changes: GraphChanges) -> bool:
        """Do `changes`, all or none; false, and none, where it is not where they begin."""

        async def work(transaction: Transaction) -> bool:
            step = {"view": self.id, "since": changes.since, "seq": changes.seq}
            if not await rows(transaction, cypher.ADVANCE, **step):
                return False
            # A link that changed is made anew, so that nothing of an old one can be left.
            changed = [*changes.links_gone, *(link.id for link in changes.links)]
            await remove_links(transaction, self.id, changed)
            await self._write(transaction, changes.links, changes.memories)
            await self._forget(transaction, changes.memories_gone)
            return True

        return await self.bolt.run("following the record", work, writes=True, limit_s=WRITE_S)

    async def claim(self, builder: str) -> bool:
        """Begin to fill it from the start, unless another does; it then has no position."""
        mine = {"view": self.id, "builder": builder, "stale_ms": STALE_MS}

        async def work(transaction: Transaction) -> bool:
            # Asked first, because trying to take what another holds would disturb it.
            if await rows(transaction, cypher.BUSY, **mine):
                return False
            return bool(await rows(transaction, cypher.CLAIM, **mine))

        return await self.bolt.run("taking turns", work, writes=True, limit_s=WRITE_S)

    async def clear(self, builder: str) -> bool:
        """Remove all that it has; false when another has taken over."""
        while await self._alone(cypher.HOLD, builder=builder):

            async def work(transaction: Transaction) -> int:
                limit = {"view": self.id, "limit": CLEARED_AT_ONCE}
                [[gone]] = await rows(transaction, cypher.CLEAR, **limit)
                return int(gone)

            if not await self.bolt.run("clearing the graph", work, writes=True, limit_s=WRITE_S):
                return True
        return False

    async def fill(self, builder: str, links: Iterable[Link], memories: Iterable[Memory]) -> bool:
        """Write all that the record has; false when another has taken over."""
        nodes, edges = iter(memories), iter(links)
        while some := list(islice(nodes, ROWS_MAX)):
            if not await self._add(builder, [], some):
                return False
        while more := list(islice(edges, ROWS_MAX)):
            if not await self._add(builder, more, []):
                return False
        return True

    async def finish(self, builder: str, seq: int) -> bool:
        """Say that it is filled, as the record was at `seq` or since."""
        return await self._alone(cypher.FINISH, builder=builder, seq=seq)

    async def every_link(self) -> AsyncGenerator[tuple[str, Link | None]]:
        """Yield every link by id; None for one that can not be read, or lies elsewhere."""
        values: dict[str, object] = {"view": self.id}
        stream = self.bolt.stream("reading links", cypher.ALL_LINKS, values, limit_s=READ_S)
        async with aclosing(stream) as found:
            async for row in found:
                *columns, source, target, id = row
                yield id, self._read(columns, [source, target])

    async def every_memory(self) -> AsyncGenerator[tuple[str, Memory]]:
        """Yield every memory by id."""
        values: dict[str, object] = {"view": self.id}
        stream = self.bolt.stream("reading memories", cypher.ALL_MEMORIES, values, limit_s=READ_S)
        async with aclosing(stream) as found:
            async for id, project_id, file_name, resource_type in found:
                memory = Memory(
                    id=id, project_id=project_id, file_name=file_name, resource_type=resource_type
                )
                yield id, memory

    async def left_over(self) -> Sequence[str]:
        """Return the keys of entities that are neither linked nor memories, a thousand at most."""

        async def work(transaction: Transaction) -> list[str]:
            limit = {"view": self.id, "limit": LEFT_OVER_MAX}
            return [found for [found] in await rows(transaction, cypher.LEFT_OVER, **limit)]

        return await self.bolt.run("looking for what is left over", work, limit_s=READ_S)

    async def drop_left_over(self, keys: Sequence[str]) -> None:
        """Remove those of `keys` that are neither linked nor memories, and links without an id."""

        async def work(transaction: Transaction) -> None:
            await rows(transaction, cypher.FORGET_NAMELESS, view=self.id)
            for some in in_batches(keys):
                await rows(transaction, cypher.FORGET_UNLINKED, keys=some)

        await self.bolt.run("removing what is left over", work, writes=True, limit_s=WRITE_S)

    def _read(self, columns: Sequence[Any], lies_between: Sequence[str]) -> Link | None:
        try:
            link = to_link(columns)
        except (TypeError, ValueError):
            # Someone else has been at it.
            return None
        ends = [key(self.id, link.project_id, end) for end in (link.source_id, link.target_id)]
        return link if ends == lies_between else None

    async def _add(self, builder: str, links: Sequence[Link], memories: Sequence[Memory]) -> bool:
        async def work(transaction: Transaction) -> bool:
            hold = {"view": self.id, "builder": builder}
            if not await rows(transaction, cypher.HOLD, **hold):
                return False
            await self._write(transaction, links, memories)
            return True

        return await self.bolt.run("filling the graph", work, writes=True, limit_s=WRITE_S)

    async def _write(
        self, transaction: Transaction, links: Sequence[Link], memories: Sequence[Memory]
    ) -> None:
        edges = [link_row(self.id, link) for link in links]
        for some in in_batches(edges):
            await rows(transaction, cypher.WRITE, rows=some, view=self.id)
        nodes = [memory_row(self.id, memory) for memory in memories]
        for some in in_batches(nodes):
            await rows(transaction, cypher.WRITE_MEMORIES, rows=some, view=self.id)

    async def _forget(self, transaction: Transaction, memories: Sequence[str]) -> None:
        for some in in_batches(memories):
            values = {"ids": some, "view": self.id}
            found = await rows(transaction, cypher.FORGET_MEMORIES, **values)
            keys = [found_key for [found_key] in found]
            await rows(transaction, cypher.FORGET_UNLINKED, keys=keys)

    async def _alone(self, statement: str, **values: object) -> bool:
        async def work(transaction: Transaction) -> bool:
            return bool(await rows(transaction, statement, view=self.id, **values))

        return await self.bolt.run("taking turns", work, writes=True, limit_s=WRITE_S)
