"""The actions of sync_action that compare, once, when asked."""

from collections import Counter

from ltmc_server.actions import action
from ltmc_server.dataclass import dataclass
from ltmc_server.documentation.plans import PARTS, Plan, document as plan_document
from ltmc_server.stores.blueprints import BlueprintStore, DependencyStore
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.blueprint import words as bw
from ltmc_server.tools.blueprint.keeping import missing
from ltmc_server.tools.documentation import words as w
from ltmc_server.tools.documentation.upholding import UpholdingTool, paged, unread
from ltmc_server.tools.sync import words as sw


@dataclass(frozen=True)
class ComparingActions(UpholdingTool):
    """Code and documents, held against each other."""

    blueprints: BlueprintStore
    needs: DependencyStore

    @action("read", file_path="paths")
    async def validate(
        self,
        *,
        paths: w.Paths,
        document: w.Document | None = None,
        limit: v.Limit = 50,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Name each thing in which docstrings, or a document, do not fit the code."""
        return await self.judged(paths, document, slice(offset, offset + limit), project_id)

    @action("read", file_path="paths")
    async def score(
        self,
        *,
        paths: w.Paths,
        document: w.Document | None = None,
        detailed_analysis: sw.Detailed = False,
        limit: v.Limit = 50,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Score how docstrings, and a document, fit the code, with the parts of the score."""
        result, read = await self.upkeep.judged(paths, document)
        told = {
            "project_id": project_id or self.project,
            "score": result.score,
            "level": result.level,
            "parts": result.parts,
            "judged": result.judged,
            "files": len(read.there),
            "public_names": read.names,
            **unread(read),
        }
        if not detailed_analysis:
            return told
        from ltmc_server.documentation.consistency import consistency

        each = await self.upkeep.code.work(
            lambda: [(one.path, consistency([one])) for one in read.there]
        )
        scores = [
            {"file": path, "score": one.score, "issues": len(one.issues)} for path, one in each
        ]
        # The worst first; what has nothing to judge at the end.
        scores.sort(key=lambda one: (one["score"] is None, one["score"], one["file"]))
        return told | paged("scores", scores, slice(offset, offset + limit))

    @action("write", file_path="document")
    async def code(
        self,
        *,
        document: w.Document,
        paths: w.Paths | None = None,
        dry_run: w.DryRun = True,
        force_update: w.ForceUpdate = False,
        limit: v.Limit = 50,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Make the generated sections of a document anew; all else in it stays, byte for byte."""
        update = await self.upkeep.update(document, paths or (), force=force_update)
        told = {"project_id": project_id or self.project}
        return told | await self.updated(update, slice(offset, offset + limit), dry_run=dry_run)

    @action("read", file_path="document")
    async def drift(
        self,
        *,
        document: w.Document,
        paths: w.Paths | None = None,
        limit: v.Limit = 50,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """List names added, removed or changed since a document's sections were made."""
        changes, read = await self.upkeep.drift(document, paths or ())
        return {
            "project_id": project_id or self.project,
            "document": document,
            "drift_detected": bool(changes),
            "files": len(read.there),
            "counts": Counter(one.kind for one in changes),
            **paged("changes", changes, slice(offset, offset + limit)),
            **unread(read),
        }

    @action("read")
    async def blueprint(
        self,
        *,
        blueprint_id: bw.BlueprintId,
        sections: sw.Sections = PARTS,
        from_char: v.FromChar = 0,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Write a document of a blueprint, how it stands, and what it waits for."""
        project = project_id or self.project
        found = await self.blueprints.get(project, blueprint_id)
        if found is None:
            raise missing(blueprint_id)
        around = await self.needs.dependencies(project)
        plan = Plan.of(found, around)
        return {
            "project_id": project,
            "blueprint_id": found.id,
            "status": found.status,
            "waits_for": [one.id for one in plan.waits_for[: v.ITEMS_MAX]],
            "sections": sections,
            "complete": around.complete,
            "documentation_content": plan_document(plan, sections)[from_char:],
        }
