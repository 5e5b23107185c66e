"""A blueprint and its state, as a document."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.stores.blueprints import OPEN, Blueprint, Dependencies

Part: TypeAlias = Literal["overview", "description", "prerequisites", "dependents", "state"]
PARTS: Final[tuple[Part, ...]] = (
    *("overview", "state", "description", "prerequisites", "dependents"),
)

NAMED_MAX: Final = 200
"""Blueprints in a table; how many there are is said below it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A blueprint, and those around it."""

    blueprint: Blueprint
    prerequisites: Sequence[Blueprint]
    dependents: Sequence[Blueprint]

    @classmethod
    def of(cls, blueprint: Blueprint, found: Dependencies) -> "Plan":
        """Find what it directly needs, and what directly needs it."""
        by_id = {one.id: one for one in found.blueprints}
        needs = [e.prerequisite_id for e in found.edges if e.dependent_id == blueprint.id]
        needed = [e.dependent_id for e in found.edges if e.prerequisite_id == blueprint.id]
        return cls(
            blueprint,
            [by_id[id] for id in needs if id in by_id],
            [by_id[id] for id in needed if id in by_id],
        )

    @property
    def waits_for(self) -> Sequence[Blueprint]:
        """What must be done first and is not."""
        return [one for one in self.prerequisites if one.status in OPEN]

    @property
    def state(self) -> str:
        """How it stands, in one line."""
        if self.blueprint.status not in OPEN:
            return f"It is {self.blueprint.status}."
        waiting = self.waits_for
        if waiting:
            names = ", ".join(_text(one.title) for one in waiting[:5])
            more = f" and {len(waiting) - 5} more" if len(waiting) > 5 else ""
            return f"It is {self.blueprint.status} and waits for {len(waiting)}: {names}{more}."
        return f"It is {self.blueprint.status} and waits for nothing."


def document(plan: Plan, parts: Sequence[Part]) -> str:
    """Return a document of these parts, in this order."""
    title = _text(plan.blueprint.title)
    said = (f"## {part.capitalize()}\n\n{_PARTS[part](plan)}\n" for part in dict.fromkeys(parts))
    return "\n".join((f"# {title}\n", *said))


def _overview(plan: Plan) -> str:
    one = plan.blueprint
    rows: Mapping[str, object] = {
        "id": f"`{one.id}`",
        "status": one.status,
        "priority": f"{one.priority_score:g}",
        "complexity": f"{one.complexity} ({one.complexity_score:g})",
        "estimate": f"{one.estimated_duration_minutes} minutes",
        "skills": _text(", ".join(one.required_skills)) or "–",
        "tags": _text(", ".join(one.tags)) or "–",
        "created": one.created_at.isoformat(timespec="seconds"),
        "changed": one.updated_at.isoformat(timespec="seconds"),
    }
    return "\n".join(("| | |", "|---|---|", *(f"| {key} | {said} |" for key, said in rows.items())))


def _table(found: Sequence[Blueprint]) -> str:
    if not found:
        return "None."
    rows = [
        f"| {_text(one.title)} | {one.status} | {one.estimated_duration_minutes} | `{one.id}` |"
        for one in found[:NAMED_MAX]
    ]
    more = [f"\n{len(found)} in all."] if len(found) > NAMED_MAX else []
    return "\n".join(("| blueprint | status | minutes | id |", "|---|---|--:|---|", *rows, *more))


def _text(text: str) -> str:
    """Return a text that stays in its line and its cell."""
    return " ".join(text.split()).replace("|", "\\|")


_PARTS: Final[Mapping[Part, Callable[[Plan], str]]] = {
    "overview": _overview,
    "state": lambda plan: plan.state,
    "description": lambda plan: plan.blueprint.description.strip(),
    "prerequisites": lambda plan: _table(plan.prerequisites),
    "dependents": lambda plan: _table(plan.dependents),
}
