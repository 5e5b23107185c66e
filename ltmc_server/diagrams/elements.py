"""The elements of SVG that a picture is made of, as text."""

from collections.abc import Mapping, Sequence
from html import escape
from math import hypot
from typing import Final, TypeAlias

from ltmc_server.diagrams.graph import EdgeKind
from ltmc_server.diagrams.lettering import printable

Point: TypeAlias = tuple[float, float]

_CORNER_PX: Final = 7.0

HEADS: Final[Mapping[EdgeKind, tuple[str, str]]] = {
    "imports": ("head", "M0,0 L10,4.5 L0,9 Z"),
    "calls": ("head", "M0,0 L10,4.5 L0,9 Z"),
    "inherits": ("hollow", "M1,1 L12,6.5 L1,12 Z"),
    "has": ("open", "M1,1 L9,5 L1,9"),
}


def marker(kind: EdgeKind, hue: str) -> str:
    """Return the head of the arrows of one kind in one colour."""
    style, path = HEADS[kind]
    side = 13 if kind == "inherits" else 10
    tip = 11.5 if kind == "inherits" else 9
    return (
        f'<marker id="{kind}-{hue}" class="{hue}" viewBox="0 0 {side} {side}" refX="{tip}"'
        f' refY="{side / 2 if kind in ("inherits", "has") else 4.5}"'
        f' markerWidth="{side}" markerHeight="{side}" markerUnits="userSpaceOnUse"'
        f' orient="auto"><path class="{style}" d="{path}"/></marker>'
    )


def rounded(points: Sequence[Point]) -> str:
    """Return a path along the points, its corners rounded."""
    parts = [f"M{plain(points[0][0])},{plain(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        near = min(_CORNER_PX, _distance(before, corner) / 2, _distance(corner, after) / 2)
        parts.append(f"L{_towards(corner, before, near)} Q{plain(corner[0])},{plain(corner[1])}")
        parts.append(_towards(corner, after, near))
    parts.append(f"L{plain(points[-1][0])},{plain(points[-1][1])}")
    return " ".join(parts)


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _towards(start: Point, aim: Point, pixels: float) -> str:
    share = pixels / (_distance(start, aim) or 1)
    x, y = (a + (b - a) * share for a, b in zip(start, aim, strict=True))
    return f"{plain(x)},{plain(y)}"


def text(style: str, x: float, y: float, said: str) -> str:
    """Return a line of text that begins, or has its middle, at a point."""
    return f'<text class="{style}" x="{plain(x)}" y="{plain(y)}">{safe(said)}</text>'


def line(style: str, x: float, y: float, end: float) -> str:
    """Return a level line."""
    return (
        f'<line class="{style}" x1="{plain(x)}" x2="{plain(end)}" y1="{plain(y)}" y2="{plain(y)}"/>'
    )


def plain(number: float) -> str:
    """Return a number as short as it can be told."""
    return f"{number:.1f}".removesuffix(".0")


def safe(said: str) -> str:
    """Return a text that is only text, wherever it is put."""
    return escape(printable(said))
