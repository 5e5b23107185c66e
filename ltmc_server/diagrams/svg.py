"""A diagram as a picture: SVG that follows the reader's light or dark colours."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import log2
from typing import Any, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.diagrams.boxes import NOTE_PX, PAD_PX, ROW_PX, Box, box, counted
from ltmc_server.diagrams.elements import HEADS, Point, line, marker, plain, rounded, safe, text
from ltmc_server.diagrams.graph import Diagram, DiagramType, Edge, EdgeKind
from ltmc_server.diagrams.lettering import cut, fitted, width

MARGIN_PX: Final = 48.0
_TOP_PX: Final = 108.0
TITLE_PX: Final = 26
KEY_PX: Final = 12
_CHIP_PX: Final = 26.0
_WIDTH_MIN: Final = 760.0
CHIPS_MAX: Final = 40
HUES: Final = 8

MEANINGS: Final[Mapping[EdgeKind, str]] = {
    "imports": "imports; the thicker, the more often",
    "calls": "calls, as far as names tell; the thicker, the more often",
    "inherits": "is a kind of",
    "has": "has an attribute of",
}

SUBJECTS: Final[Mapping[DiagramType, str]] = {
    "system": "Packages, and what imports what",
    "component": "Modules, and what imports what",
    "class": "Classes",
    "calls": "Functions, and what calls what, by name",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where boxes and lines are, in the order of the diagram's nodes and edges."""

    centers: Sequence[Point]
    lines: Sequence[Sequence[Point]]
    size: Point

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "Layout":
        """Return the layout that `isolation.placing` answered with."""
        return cls(answer["centers"], answer["lines"], answer["size"])


def layout_request(diagram: Diagram) -> dict[str, Any]:
    """Return what `isolation.placing.placed` needs to know."""
    number = {node.id: at for at, node in enumerate(diagram.nodes)}
    options: dict[str, Any] = {"direction": "topbottom", "routing": {"style": "orthogonal"}}
    return {
        "sizes": [(one.width, one.height) for one in _boxes(diagram)],
        "edges": [
            _downwards(number[edge.source], number[edge.target], edge) for edge in diagram.edges
        ],
        "options": options,
    }


def svg(diagram: Diagram, layout: Layout) -> str:
    """Return the picture."""
    return _Picture(diagram, layout).whole()


def _downwards(source: int, target: int, edge: Edge) -> tuple[int, int]:
    """Return the ends of an edge, the upper one first: a base stands above what is made of it."""
    return (target, source) if edge.kind == "inherits" else (source, target)


def _boxes(diagram: Diagram) -> list[Box]:
    return [box(node, diagram) for node in diagram.nodes]


@cache
def _style() -> str:
    return files("ltmc_server.diagrams").joinpath("style.css").read_text("utf-8")


class _Picture:
    """One picture while it is drawn."""

    def __init__(self, diagram: Diagram, layout: Layout) -> None:
        self.diagram = diagram
        self.layout = layout
        self.boxes = _boxes(diagram)
        self.hues = self._hues()
        self.width = max(_WIDTH_MIN, layout.size[0]) + 2 * MARGIN_PX
        self.left = (self.width - layout.size[0]) / 2

    def whole(self) -> str:
        body = [*self._edges(), *self._all_boxes()]
        foot, bottom = self._foot(_TOP_PX + self.layout.size[1] + 40)
        height = bottom + MARGIN_PX / 2
        what = f"{self.diagram.title}: {self._about()}"
        wide, high = plain(self.width), plain(height)
        opening = (
            '<svg xmlns="http://www.w3.org/2000/svg" role="img"'
            f' viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">'
        )
        paper = f'<rect class="paper" width="{wide}" height="{high}"/>'
        heading = [f"<title>{safe(what)}</title>", f"<style>{_style()}</style>", paper]
        return "\n".join([opening, *heading, *self._heading(), *body, *foot, "</svg>\n"])

    def _heading(self) -> list[str]:
        room = self.width - 2 * MARGIN_PX
        title = fitted(self.diagram.title, TITLE_PX, room, bold=True)
        return [
            text("title", MARGIN_PX, 56, title),
            text("about", MARGIN_PX, 80, fitted(self._about(), KEY_PX, room)),
        ]

    def _about(self) -> str:
        one = self.diagram
        said = [SUBJECTS[one.type], counted(one.files, "file"), counted(len(one.nodes), "box")]
        said.append(counted(sum(edge.count for edge in one.edges), "connection"))
        if one.folded:
            said.append(f"{one.folded:,} folded into others")
        if one.left_out or one.edges_left_out:
            said.append(f"{one.left_out:,} boxes, {one.edges_left_out:,} edges left out")
        if one.unconnected:
            said.append(f"{one.unconnected:,} unconnected left out")
        said.append(f"{counted(len(one.cycles), 'cycle')}" if one.cycles else "no cycles")
        return " · ".join(said)

    def _hues(self) -> list[str]:
        """Return a class of colour for each box: by its layer, or by the folder it is in."""
        if self.diagram.type == "system":
            rows = sorted({y for _, y in self.layout.centers})
            at = {y: number for number, y in enumerate(rows)}
            return [f"c{at[y] % HUES}" for _, y in self.layout.centers]
        tops = sorted({node.place[0] for node in self.diagram.nodes})
        return [f"c{tops.index(node.place[0]) % HUES}" for node in self.diagram.nodes]

    def _all_boxes(self) -> list[str]:
        return [
            self._box(one, (self.left + x, _TOP_PX + y), hue)
            for one, (x, y), hue in zip(self.boxes, self.layout.centers, self.hues, strict=True)
        ]

    def _box(self, one: Box, center: Point, hue: str) -> str:
        x, y = center[0] - one.width / 2, center[1] - one.height / 2
        at = f'x="{plain(x)}" y="{plain(y)}" width="{plain(one.width)}"'
        parts = [
            f'<g class="{hue}"><title>{safe(one.whole)}</title>',
            f'<rect class="box" {at} height="{plain(one.height)}" rx="8"/>',
            f'<rect class="band" {at} height="{plain(one.head)}" rx="8"/>',
            text("name", center[0], y + (20 if one.note else 28), one.name),
        ]
        if one.note:
            parts.append(text("note", center[0], y + 36, one.note))
        below = y + one.head
        for rows in one.compartments:
            parts.append(line("rule", x, below, x + one.width))
            parts += [
                text("row", x + PAD_PX, below + 17 + ROW_PX * at, row)
                for at, row in enumerate(rows)
            ]
            below += ROW_PX * len(rows) + 10
        return "".join([*parts, "</g>"])

    def _edges(self) -> list[str]:
        number = {node.id: at for at, node in enumerate(self.diagram.nodes)}
        kinds = sorted({edge.kind for edge in self.diagram.edges})
        found = [marker(kind, hue) for kind in kinds for hue in self._edge_hues()]
        for edge, points in zip(self.diagram.edges, self.layout.lines, strict=True):
            hue = "cycle" if edge.in_cycle else self.hues[number[edge.source]]
            moved = [(self.left + x, _TOP_PX + y) for x, y in points]
            if edge.kind == "inherits":
                moved.reverse()
            found.append(self._edge(edge, moved, hue))
        return found

    def _edge_hues(self) -> list[str]:
        in_cycle = any(edge.in_cycle for edge in self.diagram.edges)
        return [*sorted(set(self.hues)), *(["cycle"] if in_cycle else [])]

    def _edge(self, edge: Edge, points: Sequence[Point], hue: str) -> str:
        path = rounded(points)
        thick = min(1.3 + 0.55 * log2(edge.count), 4.5)
        source, target = edge.source.rstrip("/"), edge.target.rstrip("/")
        said = f"{source} {edge.kind} {target}" + (f" × {edge.count}" if edge.count > 1 else "")
        return (
            f'<g class="{hue}"><title>{safe(said)}</title>'
            f'<path class="casing" stroke-width="{plain(thick + 3.4)}" d="{path}"/>'
            f'<path class="edge {edge.kind}" stroke-width="{plain(thick)}" d="{path}"'
            f' marker-end="url(#{edge.kind}-{hue})"/></g>'
        )

    def _foot(self, top: float) -> tuple[list[str], float]:
        """Return what stands below the picture, and where it ends."""
        right = self.width - MARGIN_PX
        found = [line("hair", MARGIN_PX, top, right)]
        y = top + 26
        if self.diagram.external_shown and self.diagram.external:
            y = self._chips(found, y, right)
        x = MARGIN_PX
        kinds = sorted({edge.kind for edge in self.diagram.edges})
        keys: list[tuple[str, str]] = [(kind, MEANINGS[kind]) for kind in kinds]
        if self.diagram.cycles:
            keys.append(("cycle", "is part of a cycle"))
        for kind, meaning in keys:
            wide = 44 + width(meaning, 12) + 24
            if x + wide > right and x > MARGIN_PX:
                x, y = MARGIN_PX, y + 24
            found.append(self._key(kind, meaning, x, y))
            x += wide
        return found, y + 16

    def _key(self, kind: str, meaning: str, x: float, y: float) -> str:
        style = kind if kind in MEANINGS else "imports"
        hue = "cycle" if kind == "cycle" else "c0"
        head = next((k for k in HEADS if k == kind), self.diagram.edges[0].kind)
        marker = f"{head}-{hue}" if hue in self._edge_hues() else f"{head}-{self._edge_hues()[0]}"
        return (
            f'<g class="{hue}"><path class="edge {style}" stroke-width="1.6"'
            f' d="M{plain(x)},{plain(y)} h34" marker-end="url(#{marker})"/></g>'
            + text("key", x + 44, y + 4, meaning)
        )

    def _chips(self, found: list[str], y: float, right: float) -> float:
        """Write the external packages in rows; return where they end."""
        named = list(self.diagram.external.items())
        texts = [cut(f"{name} × {count}", 40) for name, count in named[:CHIPS_MAX]]
        if len(named) > CHIPS_MAX:
            texts.append(f"and {len(named) - CHIPS_MAX} more")
        found.append(
            text("key", MARGIN_PX, y, "External packages, and how often they are imported")
        )
        x, y = MARGIN_PX, y + 12
        for said in texts:
            wide = width(said, NOTE_PX) + 20
            if x + wide > right and x > MARGIN_PX:
                x, y = MARGIN_PX, y + _CHIP_PX + 6
            found.append(
                f'<rect class="chip" x="{plain(x)}" y="{plain(y)}" width="{plain(wide)}"'
                f' height="{plain(_CHIP_PX)}" rx="13"/>' + text("note", x + wide / 2, y + 17, said)
            )
            x += wide + 8
        return y + _CHIP_PX + 30
