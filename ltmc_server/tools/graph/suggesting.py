"""The actions of graph_action that find links nobody has made: auto_link, discover."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import InvalidArguments
from ltmc_server.jobs import give_way
from ltmc_server.model import Document, Page, Scope
from ltmc_server.retrieval.similarity import Similarity, Text
from ltmc_server.stores.graph import LinkDraft, LinkStore, LinkWalker, Walk
from ltmc_server.stores.interfaces import DocumentStore
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.graph import words as w
from ltmc_server.tools.graph.walking import far_end, near_end

SIMILAR: Final = "similar_to"
"""The relation of links made by comparing texts."""

LINKS_READ_MAX: Final = 1_000
"""Links of one entity that a suggestion looks at."""

SHARED_MIN: Final = 2
"""Neighbours in common from which two entities are suggested to each other."""

Pair: TypeAlias = tuple[str, str]
"""Two entities, in the order of their names: a similarity has no direction of its own."""


@dataclass(frozen=True)
class SuggestingActions(Tool):
    """Links that the texts and the links themselves suggest."""

    links: LinkStore
    walker: LinkWalker
    documents: DocumentStore
    similarity: Similarity
    project: str
    """Of calls that name none."""

    @action("write")
    async def auto_link(
        self,
        *,
        documents: w.LinkDocuments | None = None,
        max_links_per_document: w.MaxLinks = 5,
        similarity_threshold: w.Threshold = 0.7,
        limit: v.Limit = 100,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Link texts that say similar things, the most similar first."""
        project = project_id or self.project
        said: v.Object = {}
        if documents is not None:
            texts = [Text(id=each.id, content=each.content) for each in documents]
            self._refuse_twins(texts)
            near = await self.similarity.among(texts, limit=max_links_per_document)
        else:
            page = await self._stored(project, limit, offset)
            texts, said = list(page.items), {"has_more": page.has_more, "next": page.next}
            near = {
                text.id: await self.similarity.to_stored(
                    text, Scope(project_id=project), limit=max_links_per_document
                )
                for text in texts
            }
        pairs = _pairs(near)
        similar = {pair: cosine for pair, cosine in pairs.items() if cosine >= similarity_threshold}
        drafts = await self._chosen(project, similar, max_links_per_document)
        done = await self.links.put(drafts) if drafts else ()
        created = sum(one.created for one in done)
        return {
            "links_created": created,
            "links_updated": len(done) - created,
            "documents": len(texts),
            "compared": len(pairs),
            "similar": len(similar),
            "relation": SIMILAR,
        } | said

    @action("read", doc_id="entity")
    async def discover(
        self,
        *,
        entity: w.Entity,
        similarity_threshold: w.Threshold = 0.5,
        limit: v.Limit = 10,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Suggest links of an entity that nobody has made; nothing is linked."""
        project = project_id or self.project
        around = await self.walker.relationships(
            Walk(project_id=project, start=entity, depth=2), limit=LINKS_READ_MAX
        )
        near = {far_end(one) for one in around.items if one.depth == 1} - {entity}
        # Of several links between two entities each counts once.
        triangles = {(near_end(one), far_end(one)) for one in around.items if one.depth == 2}
        shared = Counter(other for _, other in triangles if other not in near | {entity})
        found = [
            _suggestion(entity, other, "related_to", count / len(near)) | {"in_common": count}
            for other, count in shared.items()
            if count >= SHARED_MIN
        ]
        for other, cosine in (await self._similar_to(project, entity, limit)).items():
            if cosine >= similarity_threshold and other not in near:
                found.append(_suggestion(entity, other, SIMILAR, cosine))
        found.sort(key=lambda one: (-one["score"], one["target_id"], one["relation"]))
        return {
            "entity": entity,
            "suggestions": found[:limit],
            "returned": min(limit, len(found)),
            "total": len(found),
        }

    def _refuse_twins(self, texts: Sequence[Text]) -> None:
        twice = [id for id, count in Counter(text.id for text in texts).items() if count > 1]
        if twice:
            problem = f"documents: {twice[0]!r} is the id of more than one"
            raise InvalidArguments(self.name, "auto_link", [problem])

    async def _stored(self, project: str, limit: int, offset: int) -> Page[Text]:
        """Return memories of a project with their texts, newest first."""
        page = await self.documents.page(Scope(project_id=project), limit=limit, offset=offset)
        found = [await self._read(project, each.id) for each in page.items]
        texts = [
            Text(id=each.id, content=each.content or "", name=each.file_name)
            for each in found
            if each is not None
        ]
        return Page.of(texts, total=page.total, offset=offset)

    async def _read(self, project: str, id: str) -> Document | None:
        # Other calls take their turns between two of many texts.
        await give_way()
        return await self.documents.get(project, id=id)

    async def _similar_to(self, project: str, entity: str, limit: int) -> Mapping[str, float]:
        memory = await self.documents.get(project, id=entity)
        if memory is None:
            return {}
        text = Text(id=entity, content=memory.content or "", name=memory.file_name)
        return await self.similarity.to_stored(text, Scope(project_id=project), limit=limit)

    async def _chosen(
        self, project: str, similar: Mapping[Pair, float], links_max: int
    ) -> Sequence[LinkDraft]:
        """Return the links to make: the most similar first, while both ends have room.

        What was linked by an earlier call counts, and is linked again with its weight of now.
        """
        partners: dict[str, set[str]] = {}
        chosen: list[LinkDraft] = []
        for (one, other), cosine in sorted(similar.items(), key=lambda each: (-each[1], each[0])):
            for end in (one, other):
                if end not in partners:
                    partners[end] = await self._partners(project, end)
            known = other in partners[one]
            if not known and max(len(partners[one]), len(partners[other])) >= links_max:
                continue
            partners[one].add(other)
            partners[other].add(one)
            chosen.append(
                LinkDraft(
                    project_id=project,
                    source_id=one,
                    target_id=other,
                    relation=SIMILAR,
                    weight=cosine,
                    properties={"made_by": "auto_link"},
                )
            )
        return chosen

    async def _partners(self, project: str, entity: str) -> set[str]:
        await give_way()
        walk = Walk(project_id=project, start=entity, relation=SIMILAR)
        found = await self.walker.relationships(walk, limit=LINKS_READ_MAX)
        return {far_end(one) for one in found.items}


def _pairs(near: Mapping[str, Mapping[str, float]]) -> Mapping[Pair, float]:
    """Return every pair that was compared, once, with its cosine."""
    pairs: dict[Pair, float] = {}
    for one, others in near.items():
        for other, cosine in others.items():
            pair = (min(one, other), max(one, other))
            pairs[pair] = max(cosine, pairs.get(pair, 0.0))
    return pairs


def _suggestion(source: str, target: str, relation: str, score: float) -> v.Object:
    return {
        "source_id": source,
        "target_id": target,
        "relation": relation,
        "score": round(min(1.0, score), 4),
    }
