"""Links and memories as Cypher takes and gives them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

import orjson

from ltmc_server.stores.graph import Link, LinkDraft
from ltmc_server.stores.link_changes import Memory
from ltmc_server.stores.sqlite.rows import from_us, to_us

_Value = TypeVar("_Value")

ROWS_MAX: Final = 50
"""Written by one statement: of hundreds, some servers say that they meet each other."""


def key(view: str, project_id: str, name: str) -> str:
    """Return what an entity is found by, the same for no other."""
    return orjson.dumps([view, project_id, name]).decode()


def draft_row(view: str, draft: LinkDraft, id: str, moment: int) -> dict[str, object]:
    """Return a link that is to be made, at `moment` in microseconds since 1970."""
    return {
        "id": id,
        "project_id": draft.project_id,
        "source_id": draft.source_id,
        "source_key": key(view, draft.project_id, draft.source_id),
        "target_id": draft.target_id,
        "target_key": key(view, draft.project_id, draft.target_id),
        "relation": draft.relation,
        "weight": draft.weight,
        "properties": orjson.dumps(draft.properties).decode(),
        "created_us": moment,
        "updated_us": moment,
    }


def link_row(view: str, link: Link) -> dict[str, object]:
    """Return a link as it is in the record."""
    draft = LinkDraft(
        project_id=link.project_id,
        source_id=link.source_id,
        target_id=link.target_id,
        relation=link.relation,
        weight=link.weight,
        properties=link.properties,
    )
    times = {"created_us": to_us(link.created_at), "updated_us": to_us(link.updated_at)}
    return draft_row(view, draft, link.id, 0) | times


def memory_row(view: str, memory: Memory) -> dict[str, object]:
    """Return a memory as a node has it."""
    return {
        "key": key(view, memory.project_id, memory.id),
        "id": memory.id,
        "project_id": memory.project_id,
        "file_name": memory.file_name,
        "resource_type": memory.resource_type,
    }


def to_link(row: Sequence[Any]) -> Link:
    """Read the columns of a link."""
    id, project_id, source_id, target_id, relation, weight, properties, created, updated = row
    given: Mapping[str, Any] = orjson.loads(properties)
    return Link(
        id=id,
        project_id=project_id,
        source_id=source_id,
        target_id=target_id,
        relation=relation,
        weight=weight,
        properties=given,
        created_at=from_us(created),
        updated_at=from_us(updated),
    )


def in_batches(values: Sequence[_Value], size: int = ROWS_MAX) -> Iterator[list[_Value]]:
    """Yield `values` in lists of at most `size`."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
