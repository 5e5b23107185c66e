"""What the two formats of text have in common: short names for boxes, and plain labels."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.diagrams.boxes import NAMELESS, box
from ltmc_server.diagrams.graph import Diagram, Node

_WORD: Final = re.compile(r"\w")

EXTERNAL_MAX: Final = 40
"""Packages that are written down; the others are counted."""

CYCLE_COLOUR: Final = "#d62246"


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one diagram, made harmless in the way of one format."""

    diagram: Diagram
    escaped: Callable[[str], str]

    def ids(self) -> dict[str, str]:
        """Return names that no format could take for anything else: `n0`, `n1`, …."""
        return {node.id: f"n{at}" for at, node in enumerate(self.diagram.nodes)}

    def name(self, node: Node) -> str:
        """Return the name of a box."""
        return self.escaped(box(node, self.diagram).name)

    def note(self, node: Node) -> str:
        """Return what is said below the name."""
        return self.escaped(box(node, self.diagram).note)

    def rows(self, node: Node) -> Iterator[str]:
        """Yield the attributes and methods of a class."""
        for rows in box(node, self.diagram).compartments:
            # Mermaid stumbles over a method that has brackets only.
            yield from (self.escaped(row if _WORD.search(row) else NAMELESS) for row in rows)

    def external(self) -> list[str]:
        """Return the external packages with their counts, if they are shown."""
        # Neither language has anything but classes among classes.
        if not self.diagram.external_shown or self.diagram.type == "class":
            return []
        named = list(self.diagram.external.items())
        said = [f"{name} ×{count}" for name, count in named[:EXTERNAL_MAX]]
        if len(named) > EXTERNAL_MAX:
            said.append(f"and {len(named) - EXTERNAL_MAX} more")
        return [self.escaped(each) for each in said]
