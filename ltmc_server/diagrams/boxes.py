"""How large each box of a picture is, and what is written in it."""

from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.diagrams.graph import Diagram, Node
from ltmc_server.diagrams.lettering import cut, width

NAME_PX: Final = 14
NOTE_PX: Final = 11
ROW_PX: Final = 16
PAD_PX: Final = 16

NAME_CHARS_MAX: Final = 40
NAMELESS: Final = "no name"
NOTE_CHARS_MAX: Final = 46
ROW_CHARS_MAX: Final = 44

_WIDTH_MIN: Final = 96.0
_HEAD_PX: Final = 46.0


@dataclass(frozen=True, slots=True)
class Box:
    """A box, measured."""

    name: str
    note: str
    compartments: tuple[tuple[str, ...], ...]
    whole: str
    """All that can be said of it, uncut; shown when it is pointed at."""
    width: float
    height: float
    head: float
    """Of the part with the name."""


def box(node: Node, diagram: Diagram) -> Box:
    """Measure a box."""
    name = cut(node.label, NAME_CHARS_MAX) or NAMELESS
    note = cut(_note(node, diagram), NOTE_CHARS_MAX)
    compartments = tuple(
        tuple(cut(row, ROW_CHARS_MAX) or NAMELESS for row in rows)
        for rows in node.compartments
        if rows
    )
    widths = [width(name, NAME_PX, bold=True), width(note, NOTE_PX)]
    widths += [width(row, NOTE_PX) for rows in compartments for row in rows]
    height = _HEAD_PX + sum(ROW_PX * len(rows) + 10 for rows in compartments)
    return Box(
        name=name,
        note=note,
        compartments=compartments,
        whole="/".join(node.place) + (f" ({note})" if note else ""),
        width=round(max(_WIDTH_MIN, *widths) + 2 * PAD_PX),
        height=height,
        head=_HEAD_PX,
    )


def counted(count: int, kind: str) -> str:
    """Return `1 class`, `2 classes`."""
    ends = "" if count == 1 else "es" if kind.endswith(("s", "x")) else "s"
    plural = kind.removesuffix("y") + "ies" if kind.endswith("y") and count != 1 else kind + ends
    return f"{count:,} {plural}"


def _note(node: Node, diagram: Diagram) -> str:
    if diagram.type == "system":
        lines = counted(node.lines, "line")
        return f"{counted(node.members, 'module')} · {lines}" if node.members > 1 else lines
    where = "/".join(node.place[:-1])
    if node.members > 1 or node.id.endswith("/"):
        held = counted(node.members, node.kind)
        return f"{held} · {where}" if where else held
    if diagram.type == "class" and node.kind != "class":
        return f"«{node.kind}» {where}"
    return where or counted(node.lines, "line")
