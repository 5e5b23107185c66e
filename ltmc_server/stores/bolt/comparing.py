"""What differs between the graph over Bolt and the record."""

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from dataclasses import field
from typing import Final, TypeAlias, TypeVar

from ltmc_server.dataclass import dataclass
from ltmc_server.stores.bolt.view import BoltView
from ltmc_server.stores.graph import Link
from ltmc_server.stores.link_changes import Memory
from ltmc_server.stores.sqlite.link_changes import SqliteLinkChanges

DIFFERENCES_MAX: Final = 10_000
"""Ids that are told of links, and of memories; a view with more is made anew."""

_Entry = TypeVar("_Entry", Link, Memory)
Pair: TypeAlias = tuple[str, str]
"""An id, and how the view differs there: missing, not in the record, not as in the record."""


@dataclass(slots=True)
class Comparison:
    """The two sides by number, and the ids at which they differ."""

    links: int = 0
    """In the record."""
    memories: int = 0
    differing_links: dict[str, str] = field(default_factory=dict)
    differing_memories: dict[str, str] = field(default_factory=dict)
    left_over: list[str] = field(default_factory=list)
    """Keys of entities in the view that nothing is linked to; no walk comes to them."""

    @property
    def are_equal(self) -> bool:
        """Whether there is no difference, left-overs aside."""
        return not (self.differing_links or self.differing_memories)


async def compare(changes: SqliteLinkChanges, view: BoltView) -> Comparison:
    """Read both sides once, in the order of ids; nothing is held but what differs."""
    found = Comparison(left_over=list(await view.left_over()))
    links, memories = _Counted(changes.every_link()), _Counted(changes.every_memory())
    found.differing_links = await _first(_differences(links, view.every_link()))
    found.differing_memories = await _first(_differences(memories, view.every_memory()))
    # The rest of what was not compared counts too.
    found.links, found.memories = links.exhaust(), memories.exhaust()
    return found


class _Counted(Iterator[_Entry]):
    """Counts what is taken from another."""

    def __init__(self, values: Iterable[_Entry]) -> None:
        self.values: Iterator[_Entry] = iter(values)
        self.count = 0

    def __next__(self) -> _Entry:
        value = next(self.values)
        self.count += 1
        return value

    def exhaust(self) -> int:
        """Count the rest; return how many there were in all."""
        return self.count + sum(1 for _ in self.values)


async def _differences(
    ours: Iterator[_Entry], theirs: AsyncGenerator[tuple[str, _Entry | None]]
) -> AsyncGenerator[Pair]:
    """Yield each id at which two sides, both in the order of ids, are not equal."""
    mine = next(ours, None)
    async with aclosing(theirs):
        async for id, yours in theirs:
            while mine is not None and mine.id < id:
                yield mine.id, "missing"
                mine = next(ours, None)
            if mine is None or mine.id > id:
                yield id, "not in the record"
                continue
            if mine != yours:
                yield id, "not as in the record"
            mine = next(ours, None)
    while mine is not None:
        yield mine.id, "missing"
        mine = next(ours, None)


async def _first(pairs: AsyncGenerator[Pair]) -> dict[str, str]:
    found: dict[str, str] = {}
    async with aclosing(pairs):
        async for id, how in pairs:
            found[id] = how
            if len(found) == DIFFERENCES_MAX:
                break
    return found
