"""The actions of blueprint_action that plan: resolve_order, critical_path."""

from collections.abc import Mapping, Sequence

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NotFound
from ltmc_server.planning.order import Needs, Work, batches, order, schedule
from ltmc_server.stores.blueprints import (
    OPEN,
    Blueprint,
    BlueprintId,
    Dependencies,
    DependencyStore,
)
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.blueprint import words as w
from ltmc_server.tools.blueprint.keeping import missing


@dataclass(frozen=True)
class OrderingActions(Tool):
    """Blueprints in the order of their needs."""

    needs: DependencyStore
    project: str
    """Of calls that name none."""

    @action("read")
    async def resolve_order(
        self,
        *,
        blueprint_ids: w.BlueprintIds | None = None,
        limit: v.Limit = 100,
        cursor: v.Cursor = "",
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Order blueprints so that each comes after what it needs, in batches to do in parallel."""
        plan = _plan(await self.needs.dependencies(project_id or self.project), blueprint_ids)
        batch_of = batches(plan.work, plan.needs)
        asked = [plan.of[id] for id in order(plan.work, plan.needs) if plan.is_asked(id)]
        entries = [
            {
                "id": blueprint.id,
                "title": blueprint.title,
                "batch": batch_of[blueprint.id],
                "priority_score": blueprint.priority_score,
                "estimated_duration_minutes": blueprint.estimated_duration_minutes,
                "status": blueprint.status,
            }
            for blueprint in asked
        ]
        also = [id for id in batch_of if not plan.is_asked(id)]
        return _page("execution_order", entries, limit, cursor) | {
            "batches": max(batch_of.values(), default=0),
            "dependency_count": sum(map(len, plan.needs.values())),
            "needs_also": also[: v.ITEMS_MAX],
            "needs_also_count": len(also),
            "complete": plan.complete,
        }

    @action("read")
    async def critical_path(
        self,
        *,
        blueprint_ids: w.BlueprintIds | None = None,
        limit: v.Limit = 100,
        cursor: v.Cursor = "",
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Say how long all takes at the least, which chain makes it so, and what can wait."""
        plan = _plan(await self.needs.dependencies(project_id or self.project), blueprint_ids)
        done = schedule(plan.work, plan.needs)
        slots = sorted(done.slots.values(), key=lambda slot: slot.starts_earliest)
        entries = [
            {
                "id": slot.id,
                "title": plan.of[slot.id].title,
                "estimated_duration_minutes": slot.minutes,
                "starts_earliest_minute": slot.starts_earliest,
                "starts_latest_minute": slot.starts_latest,
                "slack_minutes": slot.slack,
                "critical": slot.slack == 0,
            }
            for slot in slots
        ]
        return _page("schedule", entries, limit, cursor) | {
            "minutes": done.minutes,
            "minutes_one_by_one": sum(one.minutes for one in plan.work),
            "critical_path": done.critical_path[: v.ITEMS_MAX],
            "critical_path_length": len(done.critical_path),
            "complete": plan.complete,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is to be planned."""

    work: Sequence[Work]
    """Oldest first."""
    needs: Needs
    of: Mapping[str, Blueprint]
    asked: frozenset[str] | None
    """What the caller named; None for everything."""
    complete: bool

    def is_asked(self, id: str) -> bool:
        """Tell whether the caller wants to see it, or it is there because another needs it."""
        return self.asked is None or id in self.asked


def _plan(found: Dependencies, asked: Sequence[BlueprintId] | None) -> _Plan:
    """Take what is asked for, and whatever open work that needs, directly or not."""
    of = {blueprint.id: blueprint for blueprint in found.blueprints}
    for id in asked or ():
        if id not in of:
            raise missing(id)
    is_open = {id for id, blueprint in of.items() if blueprint.status in OPEN}
    needs: dict[BlueprintId, list[BlueprintId]] = {}
    for edge in found.edges:
        if edge.prerequisite_id in is_open or edge.prerequisite_id in (asked or ()):
            needs.setdefault(edge.dependent_id, []).append(edge.prerequisite_id)
    planned: set[BlueprintId] = set()
    frontier = is_open if asked is None else set(asked)
    while frontier:
        planned |= frontier
        frontier = {need for id in frontier for need in needs.get(id, ())} - planned
    return _Plan(
        work=[
            Work(
                id=blueprint.id,
                minutes=blueprint.estimated_duration_minutes,
                priority=blueprint.priority_score,
            )
            for blueprint in found.blueprints
            if blueprint.id in planned
        ],
        needs={id: needs.get(id, ()) for id in planned},
        of={str(id): blueprint for id, blueprint in of.items()},
        asked=None if asked is None else frozenset(asked),
        complete=found.complete,
    )


def _page(name: str, entries: Sequence[v.Object], limit: int, cursor: str) -> v.Object:
    """Return the entries after the one whose id is `cursor`, and where to go on."""
    ids = [entry["id"] for entry in entries]
    if cursor and cursor not in ids:
        raise NotFound("blueprint to go on after", cursor, "Leave out cursor to begin again.")
    start = ids.index(cursor) + 1 if cursor else 0
    some = entries[start : start + limit]
    more = start + len(some) < len(entries)
    return {
        name: some,
        "returned": len(some),
        "total": len(entries),
        "has_more": more,
        "next": some[-1]["id"] if more else None,
    }
