"""A diagram in the language of PlantUML."""

import re
from collections.abc import Iterator
from typing import Final

from ltmc_server.diagrams.graph import Diagram, Edge
from ltmc_server.diagrams.lettering import cut, printable
from ltmc_server.diagrams.written import CYCLE_COLOUR, Labels

_READ: Final = re.compile(r"[^\w .,:()/\[\]|…·×-]|(?<=([_/.-]))\1")
"""Signs that mean something to it: all but the plain ones, and of these the doubled: `__`, `//`."""

_ARROWS: Final = {"imports": "-{}->", "calls": "-{}->", "has": ".{}.>", "inherits": "-{}-|>"}


def plantuml(diagram: Diagram) -> str:
    """Return the diagram as text."""
    return "\n".join(["@startuml", *_lines(diagram), "@enduml", ""])


def escaped(text: str) -> str:
    """Return a text in which each sign that PlantUML reads is written by its number."""
    return _READ.sub(lambda found: f"<U+{ord(found[0]):04X}>", printable(text))


def _lines(diagram: Diagram) -> Iterator[str]:
    labels = Labels(diagram, escaped)
    ids = labels.ids()
    yield f"title {escaped(cut(diagram.title, 200))}"
    yield "hide empty members" if diagram.type == "class" else "skinparam componentStyle rectangle"
    for node in diagram.nodes:
        name, rows = labels.name(node), list(labels.rows(node))
        if diagram.type != "class":
            yield f'component "{name}\\n{labels.note(node)}" as {ids[node.id]}'
            continue
        kind = f" << {escaped(node.kind)} >>" if node.kind != "class" else ""
        yield f'class "{name}" as {ids[node.id]}{kind} {{'
        yield from (f"  {{field}} {row}" for row in rows)
        yield "}"
    if external := labels.external():
        yield 'package "External packages" {'
        yield from (f'  component "{each}" as e{at}' for at, each in enumerate(external))
        yield "}"
    for edge in diagram.edges:
        yield f"{ids[edge.source]} {_arrow(edge)} {ids[edge.target]}{_count(edge)}"


def _arrow(edge: Edge) -> str:
    return _ARROWS[edge.kind].format(f"[{CYCLE_COLOUR}]" if edge.in_cycle else "")


def _count(edge: Edge) -> str:
    return f" : {edge.count}" if edge.count > 1 else ""
