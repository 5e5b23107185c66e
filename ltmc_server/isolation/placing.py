"""Where the boxes of a diagram go, and how its lines run."""

from collections.abc import Sequence
from math import sqrt
from typing import Any, Final, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.isolation.child import Refused, open_no_more_files

BALANCED_EDGES_MAX: Final = 120
"""With more lines the search for fewer crossings would take seconds."""

SEEDS: Final = 5
"""Beginnings from which a small part is laid out; they differ by a tenth in crossings."""

CLEARANCE_PX: Final = 4.0
"""Least room between a line and a box that it passes."""

GAP_PX: Final = 56.0
"""Between parts of the diagram that no line connects."""
ASPECT: Final = 1.6
"""Width over height that a page should have."""

Point: TypeAlias = tuple[float, float]


@dataclass(slots=True)
class _Part:
    """Boxes that lines connect, laid out from (0, 0)."""

    boxes: list[int]
    centers: list[Point]
    edges: list[int]
    lines: list[list[Point]]
    width: float
    height: float
    corner: Point = (0.0, 0.0)


def placed(
    sizes: Sequence[Point], edges: Sequence[tuple[int, int]], options: dict[str, Any]
) -> dict[str, Any]:
    """Return what `arranged` does, in a process that can open nothing any more."""
    import graphlay  # noqa: F401  before no file can be opened

    open_no_more_files()
    return arranged(sizes, edges, options)


def arranged(
    sizes: Sequence[Point], edges: Sequence[tuple[int, int]], options: dict[str, Any]
) -> dict[str, Any]:
    """Lay boxes out in layers, so that most edges point down and few cross.

    Args:
        sizes: width and height of each box.
        edges: pairs of boxes by number.
        options: over those of graphlay's preset `layered`.

    Returns `centers` of the boxes, `lines` of the edges, from border to border and with right
    angles, and the `size` of it all, in pixels from the upper left corner.
    """
    import graphlay

    try:
        parts = [
            _laid_out(graphlay, boxes, sizes, edges, options)
            for boxes in _connected(len(sizes), edges)
        ]
    except graphlay.GraphlayError as error:
        raise Refused(f"The diagram can not be laid out: {error}") from error
    size = _shelved(parts)
    centers: list[Point] = [(0.0, 0.0)] * len(sizes)
    lines: list[list[Point]] = [[]] * len(edges)
    for part in parts:
        for box, center in zip(part.boxes, part.centers, strict=True):
            centers[box] = _moved(center, part.corner)
        for edge, line in zip(part.edges, part.lines, strict=True):
            lines[edge] = [_moved(point, part.corner) for point in line]
    return {"centers": centers, "lines": lines, "size": size}


def _connected(count: int, edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the boxes in sets that lines connect, in order."""
    leader = list(range(count))

    def find(box: int) -> int:
        while leader[box] != box:
            leader[box] = leader[leader[box]]
            box = leader[box]
        return box

    for source, target in edges:
        low, high = sorted((find(source), find(target)))
        leader[high] = low
    together: dict[int, list[int]] = {}
    for box in range(count):
        together.setdefault(find(box), []).append(box)
    return list(together.values())


def _laid_out(
    graphlay: Any,  # noqa: ANN401  a module
    boxes: list[int],
    sizes: Sequence[Point],
    edges: Sequence[tuple[int, int]],
    options: dict[str, Any],
) -> _Part:
    number = {box: at for at, box in enumerate(boxes)}
    inside = [at for at, (source, _) in enumerate(edges) if source in number]
    graph = graphlay.Graph()
    for box in boxes:
        graph.node(width=sizes[box][0], height=sizes[box][1])
    for edge in inside:
        graph.edge(*(number[end] for end in edges[edge]))
    found = _best(graphlay, graph, options, is_small=len(edges) <= BALANCED_EDGES_MAX)
    low, high = found.bounds["min"], found.bounds["max"]

    def point(at: dict[str, float]) -> Point:
        return (at["x"] - low["x"], at["y"] - low["y"])

    return _Part(
        boxes=boxes,
        centers=[point(each["center"]) for each in found.nodes],
        edges=inside,
        lines=[[point(at) for at in each["points"]] for each in found.edges],
        width=high["x"] - low["x"],
        height=high["y"] - low["y"],
    )


def _best(graphlay: Any, graph: Any, options: dict[str, Any], *, is_small: bool) -> Any:  # noqa: ANN401
    """Return the best of a few layouts: no line along or behind a box, then few crossings."""
    best, cost = None, (True, 0.0)
    for seed in range(SEEDS if is_small else 2):
        effort = "balanced" if is_small else "fast"
        found = graphlay.layout(graph, options={"effort": effort, "seed": seed} | options)
        told = found.metrics()
        clearance = told["min_edge_node_clearance"]
        tight = clearance is not None and clearance < CLEARANCE_PX
        if best is None or (tight, told["crossings"]) < cost:
            best, cost = found, (tight, told["crossings"])
        if not tight and (not is_small or not told["crossings"]):
            break
    return best


def _shelved(parts: Sequence[_Part]) -> Point:
    """Put the parts side by side in rows, the highest first; return the size of it all."""
    area = sum((part.width + GAP_PX) * (part.height + GAP_PX) for part in parts)
    room = max([sqrt(area * ASPECT), *(part.width for part in parts)])
    x = y = highest = widest = 0.0
    for part in sorted(parts, key=lambda one: (-one.height, -one.width, one.boxes)):
        if x and x + part.width > room:
            x, y, highest = 0.0, y + highest + GAP_PX, 0.0
        part.corner = (x, y)
        x += part.width + GAP_PX
        highest, widest = max(highest, part.height), max(widest, x - GAP_PX)
    return (round(widest, 1), round(y + highest, 1))


def _moved(point: Point, corner: Point) -> Point:
    return (round(point[0] + corner[0], 1), round(point[1] + corner[1], 1))
