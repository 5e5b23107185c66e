"""Diagrams as they are written: whole, readable, and harmless whatever things are called."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given, settings, strategies as some

from ltmc_server.diagrams.graph import Diagram, Edge, Node
from ltmc_server.diagrams.lettering import cut, printable, width
from ltmc_server.diagrams.mermaid import mermaid
from ltmc_server.diagrams.plantuml import plantuml
from ltmc_server.diagrams.svg import Layout, layout_request, svg
from ltmc_server.isolation.placing import arranged
from tests.diagrams.diagram_builders import diagram_of

SVG: Final = "{http://www.w3.org/2000/svg}"
HOSTILE: Final = (
    'x"]; click n0 "javascript:alert(1)"',
    "<script>alert(1)</script>",
    "]]>&amp;<!--",
    "a\nend\nsubgraph b",
    "!include /etc/passwd",
    "@enduml\n@startuml",
    "%%{init: {}}%%",
    "__init__",
    "\u202edlrow \u2066",
    "\x00\x1b[31m",
    "\ud800",
    "水" * 200,
    "",
    "`md` **b** #quot; ~~~",
)


def layout(diagram: Diagram) -> Layout:
    return Layout.of(arranged(**layout_request(diagram)))


def diagram_named(names: Sequence[str], pairs: Sequence[tuple[int, int]] = ()) -> Diagram:
    """Return a diagram of boxes with such names, which lead from one to another."""
    nodes = [
        Node(
            id=f"{at}/{name}",
            label=name,
            place=(name, f"{at}", name),
            kind="class",
            compartments=((name,), (f"{name}()",)),
        )
        for at, name in enumerate(names)
    ]
    edges = [
        Edge(source=nodes[a].id, target=nodes[b].id, kind="inherits", count=1 + a)
        for a, b in dict.fromkeys(pairs)
        if a != b
    ]
    return Diagram(
        type="class", title=names[0], nodes=nodes, edges=edges, cycles=[], external={names[0]: 2},
        external_shown=True, files=1, folded=0, left_out=0, edges_left_out=0, unconnected=0,
        unresolved=0, standard=0,
    )  # fmt: skip


@given(some.data())
@settings(max_examples=40, deadline=None)
def test_boxes_do_not_overlap_and_hold_their_text(data: some.DataObject) -> None:
    count = data.draw(some.integers(1, 14))
    names = data.draw(some.lists(some.text(max_size=30), min_size=count, max_size=count))
    pair = some.tuples(some.integers(0, count - 1), some.integers(0, count - 1))
    diagram = diagram_named(names, data.draw(some.lists(pair, max_size=25)))

    root = ET.fromstring(svg(diagram, layout(diagram)))  # noqa: S314  our own

    boxes = [place(one) for one in root.iter(f"{SVG}rect") if one.get("class") == "box"]
    assert len(boxes) == count
    for at, (x, y, right, bottom) in enumerate(boxes):
        assert 0 <= x < right <= float(root.get("width", 0))
        assert 0 <= y < bottom <= float(root.get("height", 0))
        for other in boxes[at + 1 :]:
            assert right <= other[0] or other[2] <= x or bottom <= other[1] or other[3] <= y
    for group in root.iter(f"{SVG}g"):
        texts_fit(group)


@given(some.lists(some.tuples(some.integers(0, 11), some.integers(0, 11)), max_size=30))
@settings(max_examples=40, deadline=None)
def test_no_line_runs_behind_a_box(pairs: list[tuple[int, int]]) -> None:
    diagram = diagram_named([f"box {number}" for number in range(12)], pairs)
    found = layout(diagram)

    for edge, line in zip(diagram.edges, found.lines, strict=True):
        for at, node in enumerate(diagram.nodes):
            if node.id not in (edge.source, edge.target):
                (x, y), size = found.centers[at], layout_request(diagram)["sizes"][at]
                room = (x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2)
                assert not any(crosses(room, one, other) for one, other in pairwise(line))


def crosses(
    room: tuple[float, float, float, float], one: Sequence[float], other: Sequence[float]
) -> bool:
    return (
        max(one[0], other[0]) > room[0]
        and min(one[0], other[0]) < room[2]
        and max(one[1], other[1]) > room[1]
        and min(one[1], other[1]) < room[3]
    )


def texts_fit(group: ET.Element) -> None:
    box = next((one for one in group.iter(f"{SVG}rect") if one.get("class") == "box"), None)
    if box is None:
        return
    x, y, right, bottom = place(box)
    for text in group.iter(f"{SVG}text"):
        bold = text.get("class") == "name"
        wide = width(text.text or "", 14 if bold else 11, bold=bold)
        begin = float(text.get("x", 0)) - (0 if text.get("class") == "row" else wide / 2)
        assert x <= begin
        assert begin + wide <= right + 0.5
        assert y < float(text.get("y", 0)) < bottom


def place(rect: ET.Element) -> tuple[float, float, float, float]:
    x, y = float(rect.get("x", 0)), float(rect.get("y", 0))
    return x, y, x + float(rect.get("width", 0)), y + float(rect.get("height", 0))


def test_lines_begin_and_end_at_the_boxes_that_they_connect() -> None:
    diagram = diagram_of({"a.py": "import b, c\n", "b.py": "import c\n", "c.py": ""}, "component")
    found = layout(diagram)

    for edge, points in zip(diagram.edges, found.lines, strict=True):
        ends = [
            at for at, node in enumerate(diagram.nodes) if node.id in (edge.source, edge.target)
        ]
        touched = [
            at
            for at in ends
            for x, y in (points[0], points[-1])
            if abs(found.centers[at][0] - x) <= 200 and abs(found.centers[at][1] - y) <= 23.5
        ]
        assert sorted(set(touched)) == ends
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points))


def test_hostile_names_are_text_in_the_picture() -> None:
    diagram = diagram_named(HOSTILE, [(0, 1), (1, 2), (2, 0)])

    root = ET.fromstring(svg(diagram, layout(diagram)))  # noqa: S314  our own

    tags = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert tags <= {"svg", "title", "style", "rect", "g", "path", "text", "line", "marker"}
    assert not [name for one in root.iter() for name in one.attrib if name.startswith("on")]
    names = [one.text for one in root.iter(f"{SVG}text") if one.get("class") == "name"]
    assert names[1] == HOSTILE[1]


LINE_OF_MERMAID: Final = re.compile(
    r"classDiagram|---|title: \"(?:[^\"\\]|\\.)*\"|  class n\d+\[\"[^\"]+\"\]( \{)?"
    r"|    [^{}\"<>%`~]*|  \}|  n\d+ --\|> n\d+( : \d+)?"
)
LINE_OF_PLANTUML: Final = re.compile(
    r"@startuml|@enduml|title [^@!%\"]*|hide empty members|class \"[^\"\\@!%]*\" as n\d+ \{"
    r"|  \{field\} [^{}@!%\"]*|\}|n\d+ --\|> n\d+( : \d+)?"
    r"|package \"External packages\" \{|  component \"[^\"@!%]*\" as e\d+"
)


@given(some.lists(some.one_of(some.sampled_from(HOSTILE), some.text()), min_size=1, max_size=6))
def test_names_can_not_say_anything_in_the_languages_of_diagrams(names: list[str]) -> None:
    diagram = diagram_named(names, [(0, len(names) - 1)])

    for line in mermaid(diagram).splitlines():
        assert LINE_OF_MERMAID.fullmatch(line), line
    for line in plantuml(diagram).splitlines():
        assert LINE_OF_PLANTUML.fullmatch(re.sub(r"<U\+[0-9A-F]+>", "", line)), line


def test_the_texts_name_all_that_is_drawn() -> None:
    diagram = diagram_of(
        {
            "a/x.py": "import numpy\nfrom a import y\n",
            "a/y.py": "import a.x\n",
            "b.py": "import a.x\n",
        },
        "component",
    )

    flow, plant = mermaid(diagram), plantuml(diagram)

    assert '  n0["x<br/>a"]' in flow
    assert '  subgraph g0["a"]' in flow
    assert "  n2 --> n0" in flow
    assert "  linkStyle 0,1 stroke:#d62246" in flow
    assert '  external(["External packages<br/>numpy ×1"])' in flow
    assert 'component "x\\na" as n0' in plant
    assert "n0 -[#d62246]-> n1" in plant
    assert "n2 --> n0" in plant


@given(some.text(max_size=60), some.integers(2, 30))
def test_a_cut_text_is_printable_and_short(text: str, most: int) -> None:
    short = cut(text, most)

    assert len(short) <= most
    assert short == printable(short)
    assert len(printable(text)) > most or short == printable(text)


@pytest.mark.parametrize("text", ["WWWWWWWW", "iiiiiiii", "水水水水", "a_b_c_d_"])
def test_widths_are_those_of_wide_fonts(text: str) -> None:
    assert width(text, 20) == pytest.approx(2 * width(text, 10))
    assert width(text, 10, bold=True) > width(text, 10) > 0
