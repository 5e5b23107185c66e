"""A diagram in the language of Mermaid."""

import json
import re
from collections.abc import Iterator
from typing import Final

from ltmc_server.diagrams.graph import Diagram, Edge, Node
from ltmc_server.diagrams.lettering import cut, printable
from ltmc_server.diagrams.written import CYCLE_COLOUR, Labels

_PLAIN: Final = re.compile(r"[^\w .,:/()\[\]|…·×-]")

A_ROW: Final = 6
"""External packages that are named side by side."""

_ARROWS: Final = {"imports": "-->", "calls": "-->", "has": "-.->", "inherits": "==>"}
_CLASS_ARROWS: Final = {"imports": "-->", "calls": "-->", "has": "..>", "inherits": "--|>"}


def mermaid(diagram: Diagram) -> str:
    """Return the diagram as text: a flowchart, or a class diagram."""
    lines = _classes(diagram) if diagram.type == "class" else _flowchart(diagram)
    # The head is YAML, of which JSON is a part.
    title = json.dumps(cut(diagram.title, 200), ensure_ascii=False)
    return "\n".join(["---", f"title: {title}", "---", *lines, ""])


def escaped(text: str) -> str:
    """Return a text in which each sign that Mermaid reads is written by its number."""
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", printable(text))


def _flowchart(diagram: Diagram) -> Iterator[str]:
    labels = Labels(diagram, escaped)
    ids = labels.ids()
    yield "flowchart TD"
    folders: dict[str, list[Node]] = {}
    for node in diagram.nodes:
        folders.setdefault("/".join(node.place[:-1]), []).append(node)
    for at, (folder, inside) in enumerate(folders.items()):
        grouped = bool(folder) and len(inside) > 1
        if grouped:
            yield f'  subgraph g{at}["{escaped(folder)}"]'
        for node in inside:
            yield f'  {ids[node.id]}["{labels.name(node)}<br/>{labels.note(node)}"]'
        if grouped:
            yield "  end"
    if external := labels.external():
        rows = [", ".join(external[at : at + A_ROW]) for at in range(0, len(external), A_ROW)]
        yield f'  external(["External packages<br/>{"<br/>".join(rows)}"])'
    for edge in diagram.edges:
        count = f"|{edge.count}|" if edge.count > 1 else ""
        yield f"  {ids[edge.source]} {_ARROWS[edge.kind]}{count} {ids[edge.target]}"
    yield from _in_cycles(diagram)


def _in_cycles(diagram: Diagram) -> Iterator[str]:
    places = [str(at) for at, edge in enumerate(diagram.edges) if edge.in_cycle]
    if places:
        yield f"  linkStyle {','.join(places)} stroke:{CYCLE_COLOUR}"


def _classes(diagram: Diagram) -> Iterator[str]:
    labels = Labels(diagram, escaped)
    ids = labels.ids()
    yield "classDiagram"
    for node in diagram.nodes:
        rows = list(labels.rows(node))
        name = f'  class {ids[node.id]}["{labels.name(node)}"]'
        yield f"{name} {{" if rows else name
        yield from (f"    {row}" for row in rows)
        if rows:
            yield "  }"
        if node.kind != "class" and not node.id.endswith("/"):
            yield f"  <<{escaped(node.kind)}>> {ids[node.id]}"
    for edge in diagram.edges:
        yield f"  {ids[edge.source]} {_CLASS_ARROWS[edge.kind]} {ids[edge.target]}{_count(edge)}"


def _count(edge: Edge) -> str:
    return f" : {edge.count}" if edge.count > 1 else ""
