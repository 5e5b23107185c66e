"""Links in the record, walked on the server that follows it while that is right."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import StoreUnavailable
from ltmc_server.model import CursorPage
from ltmc_server.observability.degraded import did_without
from ltmc_server.stores.bolt.graph import Behind, BoltGraph
from ltmc_server.stores.following import Follower
from ltmc_server.stores.graph import (
    Chain,
    GraphCounts,
    Link,
    LinkDraft,
    Linked,
    LinkFilter,
    LinkId,
    Relationships,
    Walk,
)
from ltmc_server.stores.sqlite.graph import SqliteGraph

_T = TypeVar("_T")

CATCH_UP_S: Final = 0.25
"""Longest wait for the view to hear of what was written just before a walk."""

TRIES: Final = 3
"""Times that a walk begins again because the view moved under it."""


@dataclass(frozen=True, slots=True)
class FollowedGraph:
    """A `LinkStore` and a `LinkWalker`: the record, and a view of it over Bolt.

    Links are made, read and removed in the record alone. Walks are answered by the view when it
    has every change that was made before the question, by the record otherwise; the result then
    says that it did without the graph.
    """

    record: SqliteGraph
    follower: Follower

    async def put(self, drafts: Sequence[LinkDraft]) -> Sequence[Linked]:
        done = await self.record.put(drafts)
        self.follower.wake()
        return done

    async def get(self, project_id: str, id: LinkId) -> Link | None:
        return await self.record.get(project_id, id)

    async def page(self, wanted: LinkFilter, *, limit: int, cursor: str = "") -> CursorPage[Link]:
        return await self.record.page(wanted, limit=limit, cursor=cursor)

    async def remove(self, project_id: str, id: LinkId) -> Link | None:
        removed = await self.record.remove(project_id, id)
        self.follower.wake()
        return removed

    async def remove_entity(self, project_id: str, entity: str) -> int:
        removed = await self.record.remove_entity(project_id, entity)
        self.follower.wake()
        return removed

    async def counts(self, project_id: str, *, limit: int) -> GraphCounts:
        return await self.record.counts(project_id, limit=limit)

    async def relationships(self, walk: Walk, *, limit: int, cursor: str = "") -> Relationships:
        async def there(graph: BoltGraph) -> Relationships:
            return await graph.relationships(walk, limit=limit, cursor=cursor)

        found = await self._asked(there)
        return found or await self.record.relationships(walk, limit=limit, cursor=cursor)

    async def path(self, walk: Walk, target: str) -> Chain:
        async def there(graph: BoltGraph) -> Chain:
            return await graph.path(walk, target)

        return await self._asked(there) or await self.record.path(walk, target)

    async def _asked(self, question: Callable[[BoltGraph], Awaitable[_T]]) -> _T | None:
        """Return what the view says, or None when it can not say it in time."""
        follower = self.follower
        if not follower.is_worth_waiting_for:
            did_without("graph")
            return None
        try:
            return await self._settled(question)
        except StoreUnavailable:
            # One that is slow is not asked again before it has answered the follower.
            follower.failed()
        except TimeoutError:
            follower.late()
        except Behind:
            follower.doubt()
        did_without("graph")
        return None

    async def _settled(self, question: Callable[[BoltGraph], Awaitable[_T]]) -> _T:
        give_up = asyncio.get_running_loop().time() + CATCH_UP_S
        for _ in range(TRIES):
            newest = self.follower.changes.newest()
            async with asyncio.timeout_at(give_up):
                await self.follower.caught_up(newest)
            assert self.follower.view is not None, "what has a position has a view"
            try:
                return await question(self.follower.view.graph.at(newest))
            except Behind:
                self.follower.doubt()
        raise Behind
