"""The actions of blueprint_action on blueprints themselves."""

from dataclasses import asdict, replace

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NotFound
from ltmc_server.model import Page
from ltmc_server.planning.complexity import LEVELS, estimate
from ltmc_server.stores.blueprints import (
    Blueprint,
    BlueprintDraft,
    BlueprintEdit,
    BlueprintFilter,
    BlueprintStore,
)
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.blueprint import words as w


@dataclass(frozen=True)
class KeepingActions(Tool):
    """Blueprints, one by one."""

    blueprints: BlueprintStore
    project: str
    """Of calls that name none."""

    @action("write")
    async def create(
        self,
        *,
        title: w.Title,
        description: w.Description,
        complexity: w.Complexity = "medium",
        complexity_score: w.ComplexityScore = 0.5,
        priority_score: w.PriorityScore = 0.5,
        estimated_duration_minutes: w.Minutes = 60,
        required_skills: w.Skills = (),
        tags: v.Tags = (),
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Make a blueprint of one piece of work; it is a draft."""
        draft = BlueprintDraft(
            project_id=project_id or self.project,
            title=title,
            description=description,
            complexity=complexity,
            complexity_score=complexity_score,
            priority_score=priority_score,
            estimated_duration_minutes=estimated_duration_minutes,
            required_skills=required_skills,
            tags=tags,
        )
        made = asdict(await self.blueprints.add(draft))
        # The caller has the text; sent back it would only fill the context.
        return {name: value for name, value in made.items() if name != "description"}

    @action("read")
    async def get(
        self,
        *,
        blueprint_id: w.BlueprintId,
        from_char: v.FromChar = 0,
        project_id: v.ProjectId = None,
    ) -> Blueprint:
        """Return one blueprint."""
        found = await self.blueprints.get(project_id or self.project, blueprint_id)
        if found is None:
            raise missing(blueprint_id)
        return replace(found, description=found.description[from_char:])

    @action("read")
    async def list_project(
        self,
        *,
        min_complexity: w.MinComplexity = 0.0,
        tags: v.Tags = (),
        status: w.Status | None = None,
        limit: v.Limit = 10,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> Page[Blueprint]:
        """List blueprints, the greatest priority first, then the oldest."""
        wanted = BlueprintFilter(
            project_id=project_id or self.project,
            min_complexity=min_complexity,
            tags=tags,
            status=status,
        )
        return await self.blueprints.page(wanted, limit=limit, offset=offset)

    @action("write")
    async def update_metadata(
        self,
        *,
        blueprint_id: w.BlueprintId,
        title: w.Title | None = None,
        description: w.Description | None = None,
        complexity: w.Complexity | None = None,
        complexity_score: w.ComplexityScore | None = None,
        priority_score: w.PriorityScore | None = None,
        estimated_duration_minutes: w.Minutes | None = None,
        required_skills: w.Skills | None = None,
        tags: v.Tags | None = None,
        status: w.Status | None = None,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Change what is given of a blueprint, and say what changed."""
        edit = BlueprintEdit(
            title=title,
            description=description,
            complexity=complexity,
            complexity_score=complexity_score,
            priority_score=priority_score,
            estimated_duration_minutes=estimated_duration_minutes,
            required_skills=required_skills,
            tags=tags,
            status=status,
        )
        edited = await self.blueprints.edit(project_id or self.project, blueprint_id, edit)
        if edited is None:
            raise missing(blueprint_id)
        return asdict(edited.blueprint) | {"changed": edited.changed}

    @action("destroy")
    async def delete(
        self,
        *,
        blueprint_id: w.BlueprintId,
        confirm: v.Confirm = False,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Delete a blueprint; needs confirm: true when others depend on it."""
        removed = await self.blueprints.remove(
            project_id or self.project, blueprint_id, with_dependents=confirm
        )
        if removed is None:
            raise missing(blueprint_id)
        return asdict(removed.blueprint) | {
            "dependents": removed.dependents[: v.ITEMS_MAX],
            "dependent_count": len(removed.dependents),
        }

    @action("read")
    async def analyze_complexity(
        self, *, title: w.Title, description: w.Description, required_skills: w.Skills = ()
    ) -> v.Object:
        """Guess how complex work is from words and counts of its text, and say which."""
        told = estimate(title, description, required_skills)
        return {
            "complexity_score": told.score,
            "complexity": told.level,
            "estimated_duration_minutes": told.minutes,
            "heuristic": True,
            "method": "counts words; it knows nothing of the work, the code or the people",
            "parts": told.parts,
            "words_found": told.found,
            "word_count": told.words,
            "step_count": told.steps,
            "levels_end_at": LEVELS,
        }


def missing(id: str) -> NotFound:
    """Return the error that a blueprint is not there."""
    return NotFound("blueprint", id, "blueprint_action list_project shows what this project has.")
