"""The actions of graph_action on links themselves: link, get, list, remove, stats."""

from dataclasses import asdict

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import ConfirmationRequired, InvalidArguments, NotFound
from ltmc_server.model import CursorPage
from ltmc_server.stores.graph import Link, LinkDraft, LinkFilter, LinkStore
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.graph import words as w


@dataclass(frozen=True)
class LinkingActions(Tool):
    """Links, one by one."""

    links: LinkStore
    project: str
    """Of calls that name none."""

    @action("write", relation_type="relation", metadata="properties")
    async def link(
        self,
        *,
        source_id: w.Source,
        target_id: w.Target,
        relation: w.Relation,
        weight: w.Weight = 1.0,
        properties: w.Properties | None = None,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Link two entities; the same source, target and relation again updates the link."""
        draft = LinkDraft(
            project_id=project_id or self.project,
            source_id=source_id,
            target_id=target_id,
            relation=relation,
            weight=weight,
            properties=properties or {},
        )
        [done] = await self.links.put([draft])
        return asdict(done.link) | {"created": done.created}

    @action("read")
    async def get(self, *, link_id: w.LinkId, project_id: v.ProjectId = None) -> Link:
        """Return one link."""
        link = await self.links.get(project_id or self.project, link_id)
        if link is None:
            raise _missing(link_id)
        return link

    @action("read", doc_id="entity", relation="relation_type")
    async def list(
        self,
        *,
        entity: w.Entity | None = None,
        relation_type: w.OnlyRelation | None = None,
        limit: v.Limit = 50,
        cursor: v.Cursor = "",
        project_id: v.ProjectId = None,
    ) -> CursorPage[Link]:
        """List links, newest first."""
        wanted = LinkFilter(
            project_id=project_id or self.project,
            entity=entity or "",
            relation=relation_type or "",
        )
        return await self.links.page(wanted, limit=limit, cursor=cursor)

    @action("destroy", doc_id="entity")
    async def remove(
        self,
        *,
        link_id: w.LinkId | None = None,
        entity: w.Entity | None = None,
        confirm: v.Confirm = False,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Remove one link, or every link of an entity."""
        project = project_id or self.project
        if (link_id is None) == (entity is None):
            raise InvalidArguments(self.name, "remove", ["link_id or entity: give one"])
        if link_id is not None:
            link = await self.links.remove(project, link_id)
            if link is None:
                raise _missing(link_id)
            return {"removed": 1, "link": link}
        wanted = LinkFilter(project_id=project, entity=entity or "")
        there = (await self.links.page(wanted, limit=1)).total
        if there > 1 and not confirm:
            raise ConfirmationRequired(f"the {there} links of {entity!r}")
        return {"removed": await self.links.remove_entity(project, entity or ""), "entity": entity}

    @action("read")
    async def stats(self, *, limit: v.Limit = 10, project_id: v.ProjectId = None) -> v.Object:
        """Count links, entities and relations, and name the most linked entities."""
        counts = await self.links.counts(project_id or self.project, limit=limit)
        return asdict(counts) | {
            "relations": [
                {"relation": name, "links": count} for name, count in counts.relations.items()
            ],
            "most_linked": [
                asdict(one) | {"degree": one.incoming + one.outgoing} for one in counts.most_linked
            ],
        }


def _missing(id: str) -> NotFound:
    return NotFound("link", id, "graph_action list shows the links of this project.")
