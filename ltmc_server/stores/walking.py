"""Walks over links, breadth first: whatever store the links of a level are asked of."""

from collections.abc import Awaitable, Callable, Collection, Generator, Iterable, Sequence
from dataclasses import field
from typing import NamedTuple, TypeAlias, TypeVar

from ltmc_server.dataclass import dataclass
from ltmc_server.stores.graph import LINKS_LOOKED_AT_MAX, Direction, LinkId, Side


class Edge(NamedTuple):
    """As much of a link as a walk needs."""

    id: LinkId
    source: str
    target: str
    weight: float


class Step(NamedTuple):
    """An edge as a walk came upon it."""

    edge: Edge
    side: Side
    depth: int

    @property
    def near(self) -> str:
        """The end that the walk came from."""
        return self.edge.source if self.side == "outgoing" else self.edge.target

    @property
    def far(self) -> str:
        """The other end."""
        return self.edge.target if self.side == "outgoing" else self.edge.source


Touching: TypeAlias = Callable[[Collection[str], Side, int], Iterable[Edge]]
"""Edges that have one of these entities as source (outgoing) or target, so many at most."""

TouchingThere: TypeAlias = Callable[[Collection[str], Side, int], Awaitable[Sequence[Edge]]]
"""The same, of a store on another server."""

_Found = TypeVar("_Found")

Asking: TypeAlias = Generator[tuple[Collection[str], Side, int], Iterable[Edge], _Found]
"""A walk that asks for the edges of each level, and does not know of whom."""

OTHER_SIDE: dict[Direction, Direction] = {
    "incoming": "outgoing",
    "outgoing": "incoming",
    "both": "both",
}


@dataclass(slots=True)
class _Budget:
    """What one question may still look at."""

    links: int = field(default_factory=lambda: LINKS_LOOKED_AT_MAX)

    @property
    def is_spent(self) -> bool:
        return self.links <= 0


@dataclass(slots=True)
class _Front:
    """A walk under way from one entity."""

    direction: Direction
    budget: _Budget
    edge_of: list[str]
    """Entities reached last."""
    came_by: dict[str, Step | None] = field(default_factory=dict)
    """How each entity was first reached; None for the start."""
    depth: int = 0

    def advance(self) -> Asking[list[Step]]:
        """Go one link further; return the steps, heaviest first, then oldest."""
        self.depth += 1
        sides: tuple[Side, ...] = ("outgoing", "incoming")
        steps: list[Step] = []
        for side in sides:
            if self.direction in (side, "both") and not self.budget.is_spent:
                edges = list((yield self.edge_of, side, self.budget.links))
                self.budget.links -= len(edges)
                steps += [Step(edge, side, self.depth) for edge in edges]
        steps.sort(key=lambda step: (-step.edge.weight, step.edge.id))
        self.edge_of = []
        for step in steps:
            if step.far not in self.came_by:
                self.came_by[step.far] = step
                self.edge_of.append(step.far)
        return steps

    def chain(self, end: str) -> list[Step]:
        """Return the steps from the start to `end`."""
        steps: list[Step] = []
        while (step := self.came_by[end]) is not None:
            steps.append(step)
            end = step.near
        return steps[::-1]


def reached(
    start: str, depth: int, direction: Direction, touching: Touching
) -> tuple[Sequence[Step], bool]:
    """Return each edge within `depth` links of `start` once, and whether that is all of them."""
    return _answered(reaching(start, depth, direction), touching)


def shortest(
    ends: tuple[str, str], depth: int, direction: Direction, touching: Touching
) -> tuple[Sequence[Step] | None, bool]:
    """Return a shortest chain of steps between `ends`, and whether every edge was looked at."""
    return _answered(chaining(ends, depth, direction), touching)


def _answered(asking: Asking[_Found], touching: Touching) -> _Found:
    try:
        question = next(asking)
        while True:
            question = asking.send(touching(*question))
    except StopIteration as end:
        found: _Found = end.value
        return found


async def answered_there(asking: Asking[_Found], touching: TouchingThere) -> _Found:
    """Go on with a walk until it is done, asking another server for the edges."""
    try:
        question = next(asking)
        while True:
            question = asking.send(await touching(*question))
    except StopIteration as end:
        found: _Found = end.value
        return found


def reaching(start: str, depth: int, direction: Direction) -> Asking[tuple[Sequence[Step], bool]]:
    """Do what `reached` says."""
    budget = _Budget()
    front = _Front(direction, budget, [start], {start: None})
    steps: dict[LinkId, Step] = {}
    while front.edge_of and front.depth < depth and not budget.is_spent:
        for step in (yield from front.advance()):
            steps.setdefault(step.edge.id, step)
    return list(steps.values()), not budget.is_spent


def chaining(
    ends: tuple[str, str], depth: int, direction: Direction
) -> Asking[tuple[Sequence[Step] | None, bool]]:
    """Do what `shortest` says.

    Source:  bidirectional breadth-first search. Both fronts take whole levels, so the first
             entity that both know is on a shortest chain; each looks at the square root of what
             one from a single end would.
    """
    start, target = ends
    if start == target:
        return [], True
    budget = _Budget()
    near = _Front(direction, budget, [start], {start: None})
    far = _Front(OTHER_SIDE[direction], budget, [target], {target: None})
    while near.edge_of and far.edge_of and near.depth + far.depth < depth and not budget.is_spent:
        front, other = (near, far) if len(near.edge_of) <= len(far.edge_of) else (far, near)
        yield from front.advance()
        meeting = next((each for each in front.edge_of if each in other.came_by), None)
        if meeting is not None:
            return near.chain(meeting) + _turned(far.chain(meeting)), True
    return None, not budget.is_spent


def _turned(steps: Sequence[Step]) -> list[Step]:
    """Return a chain as it is walked from its other end."""
    sides: dict[Side, Side] = {"incoming": "outgoing", "outgoing": "incoming"}
    return [step._replace(side=sides[step.side]) for step in reversed(steps)]
