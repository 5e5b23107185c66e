"""The actions of blueprint_action on what needs what."""

from collections.abc import Sequence

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NotFound
from ltmc_server.model import Page
from ltmc_server.stores.blueprints import (
    Blueprint,
    BlueprintId,
    Dependency,
    DependencyDraft,
    DependencyStore,
)
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.blueprint import words as w
from ltmc_server.tools.blueprint.keeping import missing


@dataclass(frozen=True)
class NeedingActions(Tool):
    """Dependencies, one by one."""

    needs: DependencyStore
    project: str
    """Of calls that name none."""

    @action("write")
    async def add_dependency(
        self,
        *,
        dependent_blueprint_id: w.Dependent,
        prerequisite_blueprint_id: w.Prerequisite,
        dependency_type: w.DependencyType = "blocking",
        is_critical: w.IsCritical = False,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Make one blueprint wait for another; what would close a cycle is refused."""
        draft = DependencyDraft(
            dependent_id=dependent_blueprint_id,
            prerequisite_id=prerequisite_blueprint_id,
            dependency_type=dependency_type,
            is_critical=is_critical,
        )
        return _told(await self.needs.require(project_id or self.project, draft))

    @action("write")
    async def remove_dependency(
        self,
        *,
        dependent_blueprint_id: w.Dependent,
        prerequisite_blueprint_id: w.Prerequisite,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Let one blueprint wait for another no more."""
        ends = (dependent_blueprint_id, prerequisite_blueprint_id)
        removed = await self.needs.release(project_id or self.project, *ends)
        if removed is None:
            hint = "blueprint_action get_dependencies shows what a blueprint waits for."
            raise NotFound("dependency", " needs ".join(ends), hint)
        return _told(removed)

    @action("read")
    async def get_dependencies(
        self,
        *,
        blueprint_id: w.BlueprintId,
        direction: w.Direction = "prerequisites",
        transitive: w.Transitive = False,
        limit: v.Limit = 50,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> Page[v.Object]:
        """List what a blueprint waits for and what waits for it, the nearest first."""
        plan = await self.needs.dependencies(project_id or self.project)
        by_id = {blueprint.id: blueprint for blueprint in plan.blueprints}
        if blueprint_id not in by_id:
            raise missing(blueprint_id)
        found: list[v.Object] = []
        for side in ("prerequisites", "dependents"):
            if direction in (side, "both"):
                layers = _layers(blueprint_id, plan.edges, up=side == "prerequisites")
                found += [
                    _told(edge, by_id) | {"direction": side, "depth": depth}
                    for edge, depth in layers
                    if transitive or depth == 1
                ]
        found.sort(key=lambda one: int(one["depth"]))
        return Page.of(found[offset : offset + limit], total=len(found), offset=offset)


def _layers(
    start: BlueprintId, edges: Sequence[Dependency], *, up: bool
) -> list[tuple[Dependency, int]]:
    """Return the edges that lead away from `start`, each once, with how far away they begin."""
    leading: dict[BlueprintId, list[Dependency]] = {}
    for edge in edges:
        leading.setdefault(edge.dependent_id if up else edge.prerequisite_id, []).append(edge)
    found: list[tuple[Dependency, int]] = []
    seen, frontier, depth = {start}, [start], 0
    while frontier:
        depth += 1
        steps = [edge for here in frontier for edge in leading.get(here, ())]
        found += [(edge, depth) for edge in steps]
        ends = [edge.prerequisite_id if up else edge.dependent_id for edge in steps]
        frontier = [end for end in dict.fromkeys(ends) if end not in seen]
        seen |= set(frontier)
    return found


def _told(edge: Dependency, by_id: dict[BlueprintId, Blueprint] | None = None) -> v.Object:
    told: v.Object = {
        "dependent_blueprint_id": edge.dependent_id,
        "prerequisite_blueprint_id": edge.prerequisite_id,
        "dependency_type": edge.dependency_type,
        "is_critical": edge.is_critical,
        "created_at": edge.created_at,
    }
    if by_id is None:
        return told
    return told | {
        "dependent_title": by_id[edge.dependent_id].title,
        "prerequisite_title": by_id[edge.prerequisite_id].title,
        "prerequisite_status": by_id[edge.prerequisite_id].status,
    }
