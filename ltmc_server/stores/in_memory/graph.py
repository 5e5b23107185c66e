"""Links in a dictionary."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import field, replace

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NotFound
from ltmc_server.model import CursorPage, new_id, now
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
from ltmc_server.stores.walking import Edge, Step, Touching, reached, shortest


@dataclass(frozen=True, slots=True)
class InMemoryGraph:
    """A `LinkStore` and a `LinkWalker`."""

    rows: dict[LinkId, Link] = field(default_factory=dict)
    """In the order they were made."""

    async def put(self, drafts: Sequence[LinkDraft]) -> Sequence[Linked]:
        return [self._put(draft) for draft in drafts]

    async def get(self, project_id: str, id: LinkId) -> Link | None:
        link = self.rows.get(id)
        return link if link and link.project_id == project_id else None

    async def page(self, wanted: LinkFilter, *, limit: int, cursor: str = "") -> CursorPage[Link]:
        if cursor and not await self.get(wanted.project_id, LinkId(cursor)):
            raise _no_cursor(cursor)
        order = list(self.rows)
        before = order.index(LinkId(cursor)) if cursor else len(order)
        mine = self._fitting(wanted)
        older = [link for link in reversed(mine) if order.index(link.id) < before]
        items, more = older[:limit], len(older) > limit
        return CursorPage(
            items=items,
            returned=len(items),
            total=len(mine),
            has_more=more,
            next=items[-1].id if more else None,
        )

    async def remove(self, project_id: str, id: LinkId) -> Link | None:
        link = await self.get(project_id, id)
        if link:
            del self.rows[id]
        return link

    async def remove_entity(self, project_id: str, entity: str) -> int:
        gone = self._fitting(LinkFilter(project_id=project_id, entity=entity))
        for link in gone:
            del self.rows[link.id]
        return len(gone)

    async def counts(self, project_id: str, *, limit: int) -> GraphCounts:
        mine = self._fitting(LinkFilter(project_id=project_id))
        relations = Counter(link.relation for link in mine)
        incoming = Counter(link.target_id for link in mine)
        outgoing = Counter(link.source_id for link in mine)
        degrees = [
            Degree(entity=name, incoming=incoming[name], outgoing=outgoing[name])
            for name in incoming.keys() | outgoing.keys()
        ]
        degrees.sort(key=lambda one: (-one.incoming - one.outgoing, one.entity))
        named = sorted(relations.items(), key=lambda one: (-one[1], one[0]))
        return GraphCounts(
            links=len(mine),
            entities=len(degrees),
            relations=dict(named[:limit]),
            most_linked=degrees[:limit],
        )

    async def relationships(self, walk: Walk, *, limit: int, cursor: str = "") -> Relationships:
        steps, complete = reached(walk.start, walk.depth, walk.direction, self._touching(walk))
        ids = [step.edge.id for step in steps]
        if cursor and cursor not in ids:
            raise _no_cursor(cursor)
        first = ids.index(LinkId(cursor)) + 1 if cursor else 0
        items = [self._relationship(step, step.depth) for step in steps[first : first + limit]]
        more, total = first + limit < len(steps), len(steps)
        return Relationships(items=items, total=total, has_more=more, complete=complete)

    async def path(self, walk: Walk, target: str) -> Chain:
        ends = (walk.start, target)
        steps, complete = shortest(ends, walk.depth, walk.direction, self._touching(walk))
        if steps is None:
            return Chain(links=None, complete=complete)
        links = [self._relationship(step, at) for at, step in enumerate(steps, start=1)]
        return Chain(links=links, complete=complete)

    def _put(self, draft: LinkDraft) -> Linked:
        moment = now()
        same = LinkFilter(project_id=draft.project_id, relation=draft.relation)
        for old in self._fitting(same):
            if (old.source_id, old.target_id) == (draft.source_id, draft.target_id):
                link = replace(
                    old, weight=draft.weight, properties=dict(draft.properties), updated_at=moment
                )
                self.rows[old.id] = link
                return Linked(link=link, created=False)
        link = Link(
            id=LinkId(new_id("link")),
            project_id=draft.project_id,
            source_id=draft.source_id,
            target_id=draft.target_id,
            relation=draft.relation,
            weight=draft.weight,
            properties=dict(draft.properties),
            created_at=moment,
            updated_at=moment,
        )
        self.rows[link.id] = link
        return Linked(link=link, created=True)

    def _fitting(self, wanted: LinkFilter) -> list[Link]:
        return [
            link
            for link in self.rows.values()
            if link.project_id == wanted.project_id
            and wanted.relation in ("", link.relation)
            and wanted.entity in ("", link.source_id, link.target_id)
        ]

    def _touching(self, walk: Walk) -> Touching:
        mine = self._fitting(LinkFilter(project_id=walk.project_id, relation=walk.relation))

        def touching(entities: Collection[str], side: Side, limit: int) -> Iterable[Edge]:
            among = set(entities)
            edges = [Edge(link.id, link.source_id, link.target_id, link.weight) for link in mine]
            own = [
                edge
                for edge in edges
                if (edge.source if side == "outgoing" else edge.target) in among
            ]
            return own[:limit]

        return touching

    def _relationship(self, step: Step, depth: int) -> Relationship:
        return Relationship(link=self.rows[step.edge.id], direction=step.side, depth=depth)


def _no_cursor(cursor: str) -> NotFound:
    return NotFound("link to go on after", cursor, "Leave out cursor to begin again.")
