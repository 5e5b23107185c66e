"""What changed of links and memories: how a view on another server follows the record."""

from collections.abc import Sequence
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.stores.graph import Link

UNBUILT: Final = -1
"""Where a view is of which nothing is known to be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """As much of a document as a graph shows."""

    id: str
    project_id: str
    file_name: str
    resource_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphChanges:
    """What a view at `since` has to do to be at `seq`: everything as it is in the record now."""

    since: int
    seq: int
    links: Sequence[Link]
    links_gone: Sequence[str]
    memories: Sequence[Memory]
    memories_gone: Sequence[str]
