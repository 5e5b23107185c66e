"""The actions of graph_action that follow links: query, get_relationships, path, context."""

from collections.abc import Sequence

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.model import Document, DocumentId
from ltmc_server.retrieval.context import Source, pack
from ltmc_server.stores.graph import LinkWalker, Relationship, Walk
from ltmc_server.stores.interfaces import DocumentStore
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.graph import words as w

TEXTS_MAX = 50
"""Memories whose texts may go into one context, the nearest first."""


@dataclass(frozen=True)
class WalkingActions(Tool):
    """Entities by what they are linked to."""

    walker: LinkWalker
    documents: DocumentStore
    project: str
    """Of calls that name none."""

    @action("read", doc_id="entity", relation="relation_type")
    async def query(
        self,
        *,
        entity: w.Entity,
        relation_type: w.OnlyRelation | None = None,
        direction: w.Direction = "both",
        depth: w.Depth = 1,
        limit: v.Limit = 50,
        cursor: v.Cursor = "",
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Find the links within some steps of an entity, nearest first."""
        walk = Walk(
            project_id=project_id or self.project,
            start=entity,
            direction=direction,
            relation=relation_type or "",
            depth=depth,
        )
        found = await self.walker.relationships(walk, limit=limit, cursor=cursor)
        return {
            "entity": entity,
            "relationships": [shape(one) for one in found.items],
            "returned": len(found.items),
            "total": found.total,
            "has_more": found.has_more,
            "next": found.items[-1].link.id if found.has_more else None,
            "complete": found.complete,
        }

    @action("read", doc_id="entity", relation="relation_type")
    async def get_relationships(
        self,
        *,
        entity: w.Entity,
        relation_type: w.OnlyRelation | None = None,
        direction: w.Direction = "both",
        depth: w.Depth = 1,
        limit: v.Limit = 50,
        cursor: v.Cursor = "",
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Do what query does, under the name that other servers give it."""
        return await self.query(
            entity=entity,
            relation_type=relation_type,
            direction=direction,
            depth=depth,
            limit=limit,
            cursor=cursor,
            project_id=project_id,
        )

    @action("read", relation="relation_type")
    async def path(
        self,
        *,
        source_id: w.Source,
        target_id: w.Target,
        relation_type: w.OnlyRelation | None = None,
        direction: w.Direction = "both",
        max_depth: w.MaxDepth = 6,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Find a shortest chain of links between two entities."""
        walk = Walk(
            project_id=project_id or self.project,
            start=source_id,
            direction=direction,
            relation=relation_type or "",
            depth=max_depth,
        )
        chain = await self.walker.path(walk, target_id)
        told: v.Object = {"source_id": source_id, "target_id": target_id, "max_depth": max_depth}
        if chain.links is None:
            return told | {"found": False, "complete": chain.complete}
        return told | {
            "found": True,
            "length": len(chain.links),
            "entities": [source_id, *(far_end(one) for one in chain.links)],
            "relationships": [shape(one) for one in chain.links],
            "complete": chain.complete,
        }

    @action("read", doc_id="entity")
    async def context(
        self,
        *,
        entity: w.Entity,
        depth: w.Depth = 1,
        max_tokens: w.MaxTokens = 4_000,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Write what an entity is linked to as one text under a budget of tokens."""
        project = project_id or self.project
        walk = Walk(project_id=project, start=entity, depth=depth)
        found = await self.walker.relationships(walk, limit=v.ITEMS_MAX)
        nearest_first = dict.fromkeys([entity, *(far_end(one) for one in found.items)])
        memories = await self._memories(project, list(nearest_first))
        names = {memory.id: memory.file_name for memory in memories}
        lines = [_line(one, names) for one in found.items]
        sources = [Source(text="\n".join(lines), name="links")] if lines else []
        sources += [
            Source(text=f"[{memory.file_name}]\n{memory.content}", name=memory.id)
            for memory in memories
        ]
        packed = pack(sources, max_tokens=max_tokens)
        return {
            "entity": entity,
            "context": packed.context,
            "parts": packed.parts,
            "left_out": packed.documents_left_out,
            "total_tokens": packed.total_tokens,
            "max_tokens": max_tokens,
            "tokenizer": packed.tokenizer,
            "links": len(lines),
            "links_left_out": found.total - len(lines),
        }

    async def _memories(self, project: str, entities: Sequence[str]) -> Sequence[Document]:
        ids = [entity for entity in entities if entity.startswith("mem_")][:TEXTS_MAX]
        found = [await self.documents.get(project, id=id) for id in ids]
        return [document for document in found if document is not None]


def shape(one: Relationship) -> v.Object:
    """Return a relationship as results have it."""
    return {
        "link_id": one.link.id,
        "source_id": one.link.source_id,
        "target_id": one.link.target_id,
        "relation": one.link.relation,
        "weight": one.link.weight,
        "properties": one.link.properties or None,
        "direction": one.direction,
        "depth": one.depth,
    }


def far_end(one: Relationship) -> str:
    """Return the end of a link that a walk came to."""
    return one.link.target_id if one.direction == "outgoing" else one.link.source_id


def near_end(one: Relationship) -> str:
    """Return the end of a link that a walk came from."""
    return one.link.source_id if one.direction == "outgoing" else one.link.target_id


def _line(one: Relationship, names: dict[DocumentId, str]) -> str:
    source, target = (
        f"{name} ({id})" if (name := names.get(DocumentId(id))) else id
        for id in (one.link.source_id, one.link.target_id)
    )
    return f"{source} -[{one.link.relation}, {one.link.weight:g}]-> {target}"
