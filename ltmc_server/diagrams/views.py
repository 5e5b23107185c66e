"""The four diagrams of a set of files."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Final

from ltmc_server.diagrams.cycles import knots
from ltmc_server.diagrams.folding import Edges, Graph, Place, folded
from ltmc_server.diagrams.graph import Compartments, Diagram, DiagramType, Edge, Node
from ltmc_server.diagrams.linking import Links
from ltmc_server.diagrams.naming import Names
from ltmc_server.diagrams.reading import SourceFile
from ltmc_server.syntax.outline import Attribute, Class

PACKAGES_MIN: Final = 5
"""Fewer are no picture of a system: then folders one level further down are its packages."""

ROWS_MAX: Final = 8
"""Of attributes, and of methods, of one class; the others are counted."""

_FILES_OF_ONE: Final = ("c", "cpp")
"""Languages in which a header and its source are one module."""


def drawn(
    links: Links, type: DiagramType, title: str, nodes_max: int, *, external_shown: bool
) -> Diagram:
    """Return the diagram of the files."""
    ways = {"system": _system, "component": _component, "class": _classes, "calls": _calls}
    graph, unconnected, unresolved = ways[type](links)
    few = folded(graph, nodes_max)
    graph = few.graph
    inside = {(source, target) for source, target, _ in graph.edges}
    found = knots(inside)
    knot_of = {id: at for at, knot in enumerate(found) for id in knot}
    edges = [
        Edge(
            source=source,
            target=target,
            kind=kind,
            count=count,
            in_cycle=source in knot_of and knot_of[source] == knot_of.get(target),
        )
        for (source, target, kind), count in sorted(graph.edges.items())
    ]
    return Diagram(
        type=type,
        title=title,
        nodes=sorted(graph.nodes.values(), key=lambda each: each.place),
        edges=edges,
        cycles=[["/".join(graph.nodes[id].place) for id in knot] for knot in found],
        external=dict(sorted(links.external.items(), key=lambda one: (-one[1], one[0]))),
        external_shown=external_shown and type in ("system", "component"),
        files=len(links.files),
        folded=few.folded,
        left_out=few.left_out,
        edges_left_out=few.edges_left_out,
        unconnected=unconnected,
        unresolved=unresolved,
        standard=links.standard.total(),
    )


def _component(links: Links) -> tuple[Graph, int, int]:
    graph = _modules(links)
    # The mark of a package, when it does nothing else, says nothing that its place does not.
    used = {end for source, target, _ in graph.edges for end in (source, target)}
    idle = [each.id for each in graph.nodes.values() if each.label == "__init__"]
    nodes = {id: node for id, node in graph.nodes.items() if id in used or id not in idle}
    return Graph(nodes, graph.edges), len(graph.nodes) - len(nodes), links.unresolved.total()


def _system(links: Links) -> tuple[Graph, int, int]:
    graph = _modules(links)
    places = {each.place for each in graph.nodes.values()}
    depth = 1
    # A package that is a single file keeps its name, however deep the others are.
    while (
        len({place[:depth] for place in places}) < PACKAGES_MIN
        and max((len(place) for place in places), default=0) > depth
    ):
        depth += 1
    boxes: dict[tuple[str, ...], list[Node]] = {}
    for each in graph.nodes.values():
        boxes.setdefault(each.place[:depth], []).append(each)
    meant = {
        each.id: Node(
            id="/".join(place),
            label=place[-1],
            place=place,
            kind="module" if len(inside) == 1 else "package",
            members=len(inside),
            lines=sum(one.lines for one in inside),
        )
        for place, inside in boxes.items()
        for each in inside
    }
    packages = graph.replace(meant)
    # A box of one module is one module, one of several is one package that has so many.
    return packages, 0, links.unresolved.total()


def _modules(links: Links) -> Graph:
    """Return the modules and what imports what, each import counted once."""
    places = _below({path: _place(file) for path, file in links.files.items()})
    nodes: dict[str, Node] = {}
    for path, file in links.files.items():
        place = places[path]
        id = "/".join(place)
        old = nodes.get(id)
        nodes[id] = Node(
            id=id,
            label=place[-1],
            place=place,
            kind="module",
            lines=file.lines + (old.lines if old else 0),
        )
    edges: Edges = Counter()
    for path, imported in links.imported.items():
        source = "/".join(places[path])
        # An import of a package of Go or Java names each of its files.
        targets: dict[str, int] = {}
        for each, count in imported.items():
            target = "/".join(places[each])
            targets[target] = max(count, targets.get(target, 0))
        for target, count in targets.items():
            if source != target:
                edges[source, target, "imports"] += count
    return Graph(nodes, edges)


def _below(places: Mapping[str, Place]) -> dict[str, Place]:
    """Return places without the folders that all of them are in."""
    folders = [place[:-1] for place in places.values()]
    levels = zip(*folders, strict=False)
    common = len([*takewhile(lambda names: len(set(names)) == 1, levels)])
    return {path: place[common:] for path, place in places.items()}


def _place(file: SourceFile) -> tuple[str, ...]:
    *folders, name = file.parts
    if file.language == "go":
        # In Go the folder is the module; the files are how it is written.
        return tuple(folders) or (".",)
    stem = name.rpartition(".")[0] or name
    if file.language in ("python", "rust", *_FILES_OF_ONE):
        return (*folders, stem)
    return (*folders, name)


def _classes(links: Links) -> tuple[Graph, int, int]:
    names, places = Names(links), _below({path: file.parts for path, file in links.files.items()})
    nodes: dict[str, Node] = {}
    edges: Edges = Counter()
    unresolved = 0
    for (path, name), one in names.classes.items():
        place = (*places[path], name)
        id = "/".join(place)
        nodes[id] = Node(
            id=id, label=name, place=place, kind=one.kind, compartments=_compartments(one)
        )
        for base in one.bases:
            found = names.class_named(path, base)
            unresolved += found is None
            if found and found != (path, name):
                edges[id, "/".join((*places[found[0]], found[1])), "inherits"] = 1
        for attribute in one.attributes:
            for found in names.classes_in(path, attribute.annotation or ""):
                target = "/".join((*places[found[0]], found[1]))
                if found != (path, name) and not edges[id, target, "inherits"]:
                    edges[id, target, "has"] += 1
    # Reading a count of what is not there has put a zero there.
    return Graph(nodes, +edges), 0, unresolved


def _compartments(one: Class) -> Compartments:
    attributes = [_attribute(each) for each in one.attributes]
    methods = list(dict.fromkeys(f"{each.name}()" for each in one.methods))
    return (_rows(attributes), _rows(methods))


def _attribute(one: Attribute) -> str:
    return f"{one.name}: {one.annotation}" if one.annotation else one.name


def _rows(texts: Sequence[str]) -> tuple[str, ...]:
    if len(texts) <= ROWS_MAX:
        return tuple(texts)
    return (*texts[: ROWS_MAX - 1], f"… {len(texts) - ROWS_MAX + 1} more")


def _calls(links: Links) -> tuple[Graph, int, int]:
    names, places = Names(links), _below({path: file.parts for path, file in links.files.items()})
    nodes: dict[str, Node] = {}
    edges: Edges = Counter()
    unresolved = 0
    for path, name in names.functions:
        place = (*places[path], name)
        id = "/".join(place)
        nodes[id] = Node(id=id, label=f"{name}()", place=place, kind="function")
    for path, file in links.files.items():
        for call in file.calls:
            found = names.called(path, call)
            unresolved += found is None
            if found:
                source = "/".join((*places[path], call.caller))
                edges[source, "/".join((*places[found[0]], found[1])), "calls"] += 1
    # A function that calls itself is connected to nothing else by that.
    used = {end for source, target, _ in edges for end in (source, target) if source != target}
    kept = {id: node for id, node in nodes.items() if id in used}
    edges = Counter({key: n for key, n in edges.items() if key[0] != key[1]})
    return Graph(kept, edges), len(nodes) - len(kept), unresolved
