"""Fewer boxes: what is together in a folder becomes one, until the picture can be read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.diagrams.graph import EdgeKind, Node

Edges: TypeAlias = Counter[tuple[str, str, EdgeKind]]

EDGES_A_NODE_MAX: Final = 2.5
"""Of those that are drawn; more can not be told apart."""

Place: TypeAlias = tuple[str, ...]


@dataclass(slots=True)
class Graph:
    """Boxes by id, and how often each leads to which."""

    nodes: dict[str, Node]
    edges: Edges

    def replace(self, meant: Mapping[str, Node]) -> "Graph":
        """Return the graph with some boxes in place of others; what leads to itself is gone."""
        nodes = {
            other.id: other for each in self.nodes.values() for other in [meant.get(each.id, each)]
        }
        edges: Edges = Counter()
        for (source, target, kind), count in self.edges.items():
            ends = [meant[each].id if each in meant else each for each in (source, target)]
            if ends[0] != ends[1]:
                edges[ends[0], ends[1], kind] += count
        return Graph(nodes, edges)


@dataclass(frozen=True, slots=True)
class Folded:
    """What is left of a graph."""

    graph: Graph
    folded: int = 0
    """Boxes that others stand for now."""
    left_out: int = 0
    edges_left_out: int = 0


def folded(graph: Graph, nodes_max: int) -> Folded:
    """Fold folders until at most `nodes_max` boxes, and edges in proportion, are left."""
    total = len(graph.nodes)
    edges_max = int(nodes_max * EDGES_A_NODE_MAX)
    while len(graph.nodes) > nodes_max or len(graph.edges) > edges_max:
        container = _next(graph.nodes.values())
        if container is None:
            kept = _cut(graph, nodes_max, edges_max)
            return Folded(
                kept,
                total - len(graph.nodes),
                len(graph.nodes) - len(kept.nodes),
                len(graph.edges) - len(kept.edges),
            )
        inside = [each for each in graph.nodes.values() if each.place[:-1] == container]
        box = _folder(container, inside)
        graph = graph.replace({each.id: box for each in inside})
    return Folded(graph, total - len(graph.nodes))


def _next(nodes: Iterable[Node]) -> Place | None:
    """Return the folder to fold: of those with nothing deeper, the one that holds most."""
    held = Counter(each.place[:-1] for each in nodes)
    with_deeper = {place[:end] for place in held for end in range(len(place))}
    leaves = [place for place in held if place and place not in with_deeper]
    if not leaves:
        return None
    # What holds one box only is taken when nothing else is left: it becomes its folder.
    return max(leaves, key=lambda place: (held[place] > 1, held[place], len(place), place))


def _folder(place: Place, inside: list[Node]) -> Node:
    kinds = Counter[str]()
    for each in inside:
        kinds[each.kind] += each.members
    [(kind, _)] = kinds.most_common(1)
    return Node(
        id="/".join(place) + "/",
        label=place[-1],
        place=place,
        kind=kind,
        members=sum(kinds.values()),
        lines=sum(each.lines for each in inside),
    )


def _cut(graph: Graph, nodes_max: int, edges_max: int) -> Graph:
    """Keep the boxes that lead most, where nothing is left to be folded."""
    degree = Counter[str]()
    for (source, target, _), count in graph.edges.items():
        degree[source] += count
        degree[target] += count
    kept = sorted(graph.nodes, key=lambda name: (-degree[name], name))[:nodes_max]
    edges = Counter({key: n for key, n in graph.edges.items() if key[0] in kept and key[1] in kept})
    return Graph({id: graph.nodes[id] for id in kept}, Counter(dict(edges.most_common(edges_max))))
