"""Blueprints and what they need, in dictionaries."""

from collections.abc import Sequence
from dataclasses import field, fields, replace
from typing import Any

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import CyclicDependency, NotFound
from ltmc_server.model import Page, new_id, now
from ltmc_server.planning.cycles import cycle
from ltmc_server.stores.blueprints import (
    BLUEPRINTS_PLANNED_MAX,
    Blueprint,
    BlueprintDraft,
    BlueprintEdit,
    BlueprintFilter,
    BlueprintId,
    Dependencies,
    Dependency,
    DependencyDraft,
    EditedBlueprint,
    RemovedBlueprint,
    confirmation,
)


@dataclass(frozen=True, slots=True)
class InMemoryBlueprints:
    """A `BlueprintStore` and a `DependencyStore`."""

    rows: dict[BlueprintId, Blueprint] = field(default_factory=dict)
    """In the order they were made."""
    edges: dict[tuple[BlueprintId, BlueprintId], Dependency] = field(default_factory=dict)
    """By dependent and prerequisite."""

    async def add(self, draft: BlueprintDraft) -> Blueprint:
        moment = now()
        given: dict[str, Any] = {each.name: getattr(draft, each.name) for each in fields(draft)}
        blueprint = Blueprint(
            **given,
            id=BlueprintId(new_id("bp")),
            status="draft",
            created_at=moment,
            updated_at=moment,
        )
        self.rows[blueprint.id] = blueprint
        return blueprint

    async def get(self, project_id: str, id: BlueprintId) -> Blueprint | None:
        blueprint = self.rows.get(id)
        return blueprint if blueprint and blueprint.project_id == project_id else None

    async def page(self, wanted: BlueprintFilter, *, limit: int, offset: int) -> Page[Blueprint]:
        found = [
            blueprint
            for blueprint in self.rows.values()
            if blueprint.project_id == wanted.project_id
            and blueprint.complexity_score >= wanted.min_complexity
            and set(wanted.tags) <= set(blueprint.tags)
            and wanted.status in (None, blueprint.status)
        ]
        found.sort(key=lambda blueprint: -blueprint.priority_score)
        return Page.of(found[offset : offset + limit], total=len(found), offset=offset)

    async def edit(
        self, project_id: str, id: BlueprintId, edit: BlueprintEdit
    ) -> EditedBlueprint | None:
        before = await self.get(project_id, id)
        if before is None:
            return None
        given = {each.name: getattr(edit, each.name) for each in fields(edit)}
        new: dict[str, Any] = {
            name: value
            for name, value in given.items()
            if value is not None and value != getattr(before, name)
        }
        after = replace(before, **new, updated_at=now()) if new else before
        self.rows[id] = after
        return EditedBlueprint(blueprint=after, changed=list(new))

    async def remove(
        self, project_id: str, id: BlueprintId, *, with_dependents: bool
    ) -> RemovedBlueprint | None:
        blueprint = await self.get(project_id, id)
        if blueprint is None:
            return None
        dependents = sorted(dependent for dependent, needed in self.edges if needed == id)
        if dependents and not with_dependents:
            raise confirmation(blueprint, dependents)
        del self.rows[id]
        for edge in [edge for edge in self.edges if id in edge]:
            del self.edges[edge]
        return RemovedBlueprint(blueprint=blueprint, dependents=dependents)

    async def require(self, project_id: str, needed: DependencyDraft) -> Dependency:
        for id in (needed.dependent_id, needed.prerequisite_id):
            if await self.get(project_id, id) is None:
                raise NotFound("blueprint", id, "Both must be blueprints of the same project.")
        key = (needed.dependent_id, needed.prerequisite_id)
        edges = {*self.edges, key}

        def needs(id: BlueprintId) -> Sequence[BlueprintId]:
            return sorted(prerequisite for dependent, prerequisite in edges if dependent == id)

        if closed := cycle(needed.dependent_id, needs):
            raise CyclicDependency(closed, "prerequisite_blueprint_id")
        created_at = self.edges[key].created_at if key in self.edges else now()
        given = {each.name: getattr(needed, each.name) for each in fields(needed)}
        self.edges[key] = Dependency(**given, created_at=created_at)
        return self.edges[key]

    async def release(
        self, project_id: str, dependent: BlueprintId, prerequisite: BlueprintId
    ) -> Dependency | None:
        if await self.get(project_id, dependent) is None:
            return None
        return self.edges.pop((dependent, prerequisite), None)

    async def dependencies(self, project_id: str) -> Dependencies:
        mine = [
            replace(b, description="") for b in self.rows.values() if b.project_id == project_id
        ]
        planned = mine[:BLUEPRINTS_PLANNED_MAX]
        there = {blueprint.id for blueprint in planned}
        return Dependencies(
            blueprints=planned,
            edges=[edge for edge in self.edges.values() if there >= {*_ends(edge)}],
            complete=len(mine) <= BLUEPRINTS_PLANNED_MAX,
        )


def _ends(edge: Dependency) -> tuple[BlueprintId, BlueprintId]:
    return edge.dependent_id, edge.prerequisite_id
