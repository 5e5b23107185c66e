"""Links on a server that speaks Bolt."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Self, TypeVar

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NotFound, StoreUnavailable
from ltmc_server.model import CursorPage, new_id, now
from ltmc_server.stores.bolt import cypher
from ltmc_server.stores.bolt.connection import SERVER, WRITE_S, Bolt, Transaction, rows
from ltmc_server.stores.bolt.rows import draft_row, in_batches, key, to_link
from ltmc_server.stores.graph import (
    Chain,
    Degree,
    GraphCounts,
    Link,
    LinkDraft,
    Linked,
    LinkFilter,
    LinkId,
    Relationship,
    Relationships,
    Side,
    Walk,
)
from ltmc_server.stores.sqlite.rows import to_us
from ltmc_server.stores.walking import (
    Edge,
    Step,
    TouchingThere,
    answered_there,
    chaining,
    reaching,
)

_T = TypeVar("_T")

KEYS_MAX = 1_000
"""Entities whose links one statement asks for."""

BY_SIDE: dict[Side, str] = {"outgoing": cypher.OUTGOING, "incoming": cypher.INCOMING}


class Behind(Exception):
    """The view has not followed the record so far, or moved while it was asked."""


@dataclass(frozen=True, slots=True)
class BoltGraph:
    """A `LinkStore` and a `LinkWalker` over Bolt."""

    bolt: Bolt
    view: str
    """Whose links they are; several records may have theirs in one database."""
    at_least: int | None = None
    """Where a walk has to find the view, and the same at its end; anywhere, if it is None."""

    @classmethod
    async def opened(cls, bolt: Bolt, view: str) -> Self:
        """Have the server index what is asked for."""
        for statement in cypher.SCHEMA:
            work = partial(rows, cypher=statement)
            await bolt.run("preparing the graph", work, writes=True, limit_s=WRITE_S)
        return cls(bolt, view)

    async def put(self, drafts: Sequence[LinkDraft]) -> Sequence[Linked]:
        wanted = [draft_row(self.view, draft, new_id("link"), to_us(now())) for draft in drafts]

        async def work(transaction: Transaction) -> list[Linked]:
            links = [
                to_link(row)
                for some in in_batches(wanted)
                for row in await rows(transaction, cypher.PUT, rows=some, view=self.view)
            ]
            return [
                Linked(link=link, created=link.id == each["id"])
                for link, each in zip(links, wanted, strict=True)
            ]

        return await self.bolt.run("linking", work, writes=True)

    async def get(self, project_id: str, id: LinkId) -> Link | None:
        async def work(transaction: Transaction) -> Link | None:
            return await self._one(transaction, project_id, id)

        return await self.bolt.run("reading a link", work)

    async def page(self, wanted: LinkFilter, *, limit: int, cursor: str = "") -> CursorPage[Link]:
        values: dict[str, object] = {
            "view": self.view,
            "project": wanted.project_id,
            "entity": wanted.entity,
            "relation": wanted.relation,
        }

        async def work(transaction: Transaction) -> CursorPage[Link]:
            if cursor and not await self._one(transaction, wanted.project_id, cursor):
                raise _no_cursor(cursor)
            [[total]] = await rows(transaction, cypher.COUNT, **values)
            # One more than asked tells whether there are more.
            found = await rows(transaction, cypher.PAGE, before=cursor, limit=limit + 1, **values)
            items, more = [to_link(row) for row in found[:limit]], len(found) > limit
            return CursorPage(
                items=items,
                returned=len(items),
                total=total,
                has_more=more,
                next=items[-1].id if more else None,
            )

        return await self.bolt.run("listing links", work)

    async def remove(self, project_id: str, id: LinkId) -> Link | None:
        async def work(transaction: Transaction) -> Link | None:
            link = await self._one(transaction, project_id, id)
            if link:
                await remove_links(transaction, self.view, [id])
            return link

        return await self.bolt.run("removing a link", work, writes=True)

    async def remove_entity(self, project_id: str, entity: str) -> int:
        async def work(transaction: Transaction) -> int:
            asked = key(self.view, project_id, entity)
            ids = [id for [id] in await rows(transaction, cypher.TOUCHING_KEY, key=asked)]
            await remove_links(transaction, self.view, ids)
            return len(ids)

        return await self.bolt.run("removing links", work, writes=True)

    async def counts(self, project_id: str, *, limit: int) -> GraphCounts:
        values = {"view": self.view, "project": project_id}

        async def work(transaction: Transaction) -> GraphCounts:
            relations = await rows(transaction, cypher.RELATIONS, **values)
            outgoing = Counter[str](dict(await rows(transaction, cypher.SOURCES, **values)))
            incoming = Counter[str](dict(await rows(transaction, cypher.TARGETS, **values)))
            degrees = [
                Degree(entity=name, incoming=incoming[name], outgoing=outgoing[name])
                for name in incoming.keys() | outgoing.keys()
            ]
            degrees.sort(key=lambda one: (-one.incoming - one.outgoing, one.entity))
            return GraphCounts(
                links=sum(links for _, links in relations),
                entities=len(degrees),
                relations=dict(relations[:limit]),
                most_linked=degrees[:limit],
            )

        return await self.bolt.run("counting links", work)

    async def relationships(self, walk: Walk, *, limit: int, cursor: str = "") -> Relationships:
        async def work(transaction: Transaction) -> Relationships:
            asking = reaching(walk.start, walk.depth, walk.direction)
            steps, complete = await answered_there(asking, self._touching(transaction, walk))
            ids = [step.edge.id for step in steps]
            if cursor and cursor not in ids:
                raise _no_cursor(cursor)
            first = ids.index(LinkId(cursor)) + 1 if cursor else 0
            items = await self._relationships(transaction, steps[first : first + limit])
            more, total = first + limit < len(steps), len(steps)
            return Relationships(items=items, total=total, has_more=more, complete=complete)

        return await self.bolt.run("walking along links", self.settled(work))

    async def path(self, walk: Walk, target: str) -> Chain:
        async def work(transaction: Transaction) -> Chain:
            asking = chaining((walk.start, target), walk.depth, walk.direction)
            steps, complete = await answered_there(asking, self._touching(transaction, walk))
            if steps is None:
                return Chain(links=None, complete=complete)
            numbered = [step._replace(depth=at) for at, step in enumerate(steps, start=1)]
            return Chain(links=await self._relationships(transaction, numbered), complete=complete)

        return await self.bolt.run("looking for a path", self.settled(work))

    def at(self, seq: int) -> "BoltGraph":
        """Return the same, which raises `Behind` unless it has followed the record up to `seq`."""
        return replace(self, at_least=seq)

    def settled(
        self, work: Callable[[Transaction], Awaitable[_T]]
    ) -> Callable[[Transaction], Awaitable[_T]]:
        """Have `work`, which asks several times, see the view at one position, or raise `Behind`.

        Each change of a view moves its position in the same transaction, so what was asked between
        two equal positions is the view at that position.
        """

        async def around(transaction: Transaction) -> _T:
            if self.at_least is None:
                return await _undisturbed(work, transaction)
            before = await rows(transaction, cypher.POSITION, view=self.view)
            if not before or before[0][0] < self.at_least:
                raise Behind
            found = await work(transaction)
            if await rows(transaction, cypher.POSITION, view=self.view) != before:
                raise Behind
            return found

        return around

    async def _one(self, transaction: Transaction, project_id: str, id: str) -> Link | None:
        found = await rows(transaction, cypher.BY_ID, ids=[id], view=self.view)
        links = [link for row in found if (link := to_link(row)).project_id == project_id]
        return links[0] if links else None

    def _touching(self, transaction: Transaction, walk: Walk) -> TouchingThere:
        async def touching(entities: Collection[str], side: Side, limit: int) -> list[Edge]:
            keys = [key(self.view, walk.project_id, entity) for entity in entities]
            edges: list[Edge] = []
            for some in in_batches(keys, KEYS_MAX):
                if len(edges) < limit:
                    values = {"keys": some, "relation": walk.relation, "limit": limit - len(edges)}
                    found = await rows(transaction, BY_SIDE[side], **values)
                    edges += [Edge(*row) for row in found]
            return edges

        return touching

    async def _relationships(
        self, transaction: Transaction, steps: Sequence[Step]
    ) -> list[Relationship]:
        found: list[list[Any]] = []
        for some in in_batches([step.edge.id for step in steps], KEYS_MAX):
            found += await rows(transaction, cypher.BY_ID, ids=some, view=self.view)
        links = {link.id: link for link in map(to_link, found)}
        if len(links) < len(steps):
            # Removed between two statements of one walk.
            raise Behind
        return [
            Relationship(link=links[step.edge.id], direction=step.side, depth=step.depth)
            for step in steps
        ]


async def remove_links(transaction: Transaction, view: str, ids: Sequence[str]) -> None:
    """Remove links, and the entities that are not linked to anything any more."""
    for some in in_batches(ids):
        ends = await rows(transaction, cypher.REMOVE, ids=some, view=view)
        keys = sorted({each for pair in ends for each in pair})
        await rows(transaction, cypher.FORGET_UNLINKED, keys=keys)


async def _undisturbed(
    work: Callable[[Transaction], Awaitable[_T]], transaction: Transaction
) -> _T:
    try:
        return await work(transaction)
    except Behind as error:
        raise StoreUnavailable(SERVER, "walking", "its links changed meanwhile") from error


def _no_cursor(cursor: str) -> NotFound:
    return NotFound("link to go on after", cursor, "Leave out cursor to begin again.")
