"""What a diagram shows: boxes, what leads from one to another, and what was left out."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from ltmc_server.dataclass import dataclass

DiagramType: TypeAlias = Literal["system", "component", "class", "calls"]

EdgeKind: TypeAlias = Literal["imports", "inherits", "has", "calls"]

Compartments: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One box."""

    id: str
    label: str
    place: tuple[str, ...]
    """Where it stands: folders, file, names, itself last."""
    kind: str
    """package, module, function, or what a class is: class, struct, interface, …"""
    members: int = 1
    """How many of `kind` it stands for."""
    lines: int = 0
    compartments: Compartments = ()
    """Of a class: attributes, methods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What leads from one box to another."""

    source: str
    target: str
    kind: EdgeKind
    count: int
    in_cycle: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """A diagram, before it is written in any format."""

    type: DiagramType
    title: str
    nodes: Sequence[Node]
    edges: Sequence[Edge]
    cycles: Sequence[Sequence[str]]
    """Labels of boxes that lead to each other, one list a knot."""
    external: Mapping[str, int]
    """What is not in the paths: packages, and how often they are imported."""
    external_shown: bool
    files: int
    folded: int
    """Boxes that others stand for."""
    left_out: int
    """Boxes that lead least, where nothing was left to be folded."""
    edges_left_out: int
    unconnected: int
    """Functions that neither call another nor are called, and empty `__init__`: not drawn."""
    unresolved: int
    """What leads to nothing that was found, or to more than one."""
    standard: int
    """Imports of the language's own library."""
