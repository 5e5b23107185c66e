"""letta_sync_memory: the texts of an agent and documents of this project, kept in step."""

from collections.abc import Sequence
from dataclasses import field
from typing import Annotated, TypeAlias

from pydantic import Field

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import BackendError, Conflict
from ltmc_server.jobs import give_way
from ltmc_server.letta import syncing
from ltmc_server.letta.errors import LettaRefused
from ltmc_server.letta.interfaces import Letta
from ltmc_server.letta.syncing import Pair, Step, digest, plan
from ltmc_server.observability.progress import report
from ltmc_server.retrieval.keeping import Keeper
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.letta.copying import Blocks, Passages
from ltmc_server.tools.letta.folder import Folder
from ltmc_server.tools.letta.words import AgentId

Direction: TypeAlias = Annotated[
    syncing.Direction, Field(description="pull writes only documents here, push only in Letta.")
]
Labels: TypeAlias = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=200)], ...],
    v.FromJsonText,
    Field(max_length=50, description="Which blocks; without it, all."),
]
WithPassages: TypeAlias = Annotated[bool, Field(description="Archival memory, too.")]
Prefer: TypeAlias = Annotated[
    syncing.Prefer, Field(description="Whose text stays where both have changed.")
]
DryRun: TypeAlias = Annotated[bool, Field(description="Tell what would be done, and do nothing.")]
PassagesLimit: TypeAlias = Annotated[
    # Letta sends the embedding with each: 40 kB that nobody reads.
    int,
    Field(ge=1, le=100, description="How many passages at most, each way."),
]

TOLD_MAX = 20
"""Conflicts, and texts that are left as they are, that one answer names; it counts them all."""


@dataclass(slots=True)
class _Told:
    """What is told of a sync."""

    changes: list[v.Object] = field(default_factory=list)
    conflicts: list[v.Object] = field(default_factory=list)
    held: list[v.Object] = field(default_factory=list)
    in_step: int = 0


@dataclass(frozen=True)
class SyncActions(Tool):
    """An agent's memory, and ours."""

    letta: Letta
    keeper: Keeper
    project: str
    """Of calls that name none."""

    @action("write")
    async def sync_memory(
        self,
        *,
        agent_id: AgentId,
        direction: Direction = "both",
        block_labels: Labels = (),
        passages: WithPassages = True,
        prefer: Prefer | None = None,
        dry_run: DryRun = False,
        limit: PassagesLimit = 50,
        cursor: v.Cursor | None = None,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Keep an agent's blocks and passages in step with documents of memory_action."""
        folder = Folder(self.keeper, project_id or self.project, agent_id)
        blocks = Blocks(self.letta, folder)
        archive = Passages(self.letta, folder, limit, cursor)
        # A cursor goes on with the passages; the blocks were done before.
        pairs = [] if cursor else await blocks.pairs(block_labels)
        pairs += await archive.pairs() if passages else []
        told = _Told()
        steps = plan(pairs, direction=direction, prefer=prefer)
        for number, step in enumerate(steps):
            kind = blocks if step.pair.kind == "block" else archive
            try:
                await _do(step, kind, told, dry_run=dry_run)
            except BackendError as error:
                raise _stopped(error, number, len(steps)) from error
            report(number + 1, len(steps), f"{step.do} {step.pair.name}\n")
            # Writes to the record wait for nothing; others want to be served meanwhile.
            await give_way()
        return {
            "agent_id": agent_id,
            "folder": folder.path,
            "dry_run": dry_run,
            "changes": told.changes,
            "conflicts": told.conflicts[:TOLD_MAX],
            "conflicts_total": len(told.conflicts),
            "held": told.held[:TOLD_MAX],
            "held_total": len(told.held),
            "in_step": told.in_step,
            "resolve": _resolve(told.conflicts),
            "has_more": archive.is_more,
            "next": archive.next if archive.is_more else None,
        }


async def _do(step: Step, kind: Blocks | Passages, told: _Told, *, dry_run: bool) -> None:
    pair = step.pair
    entry = {"kind": pair.kind, "name": pair.name, "file_name": kind.file_name(pair)}
    match step.do:
        case "nothing":
            told.in_step += 1
        case "hold":
            told.held.append(entry | {"why": step.why})
        case "conflict":
            told.conflicts.append(entry | {"why": step.why} | _sides(pair))
        case _:
            try:
                if not dry_run:
                    await kind.apply(step)
            except Conflict as error:
                told.conflicts.append(entry | {"why": str(error)} | _sides(pair))
            except LettaRefused as error:
                told.held.append(entry | {"why": str(error)})
            else:
                told.changes.append(entry | _change(step, kind))


def _change(step: Step, kind: Blocks | Passages) -> v.Object:
    pair = step.pair
    text = pair.memory if step.do == "push" else pair.letta
    change: v.Object = {"change": step.do, "chars": len(text or "")}
    if step.do == "push" and step.replaces and isinstance(kind, Blocks) and pair.letta:
        change["kept_as"] = kind.folder.of_replaced(pair.name, digest(pair.letta))
    return change


def _sides(pair: Pair) -> v.Object:
    sides = {"letta": pair.letta, "memory": pair.memory}
    return {
        name: None if text is None else {"sha256": digest(text), "chars": len(text)}
        for name, text in sides.items()
    }


def _resolve(conflicts: Sequence[v.Object]) -> str | None:
    if not conflicts:
        return None
    return (
        "Sync again with prefer: letta or memory, and block_labels, to say whose text stays; "
        "the other is kept, too: as an older version of the document, or in the folder replaced/."
    )


def _stopped(error: BackendError, done: int, steps: int) -> BackendError:
    """Say how far it has come; what was done is in step."""
    error.details = dict(error.details) | {"steps_done": done, "steps": steps}
    again = "What was done is in step; sync again for the rest."
    error.hint = f"{error.hint} {again}" if error.hint else again
    return error
