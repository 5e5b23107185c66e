"""The four diagrams: what is in them is what is in the code."""

import grimp
import pytest
from hypothesis import given, strategies as some

from ltmc_server.diagrams.cycles import knots
from ltmc_server.diagrams.linking import linked
from ltmc_server.diagrams.reading import SourceFile, read_source
from ltmc_server.diagrams.views import drawn
from tests.diagrams.diagram_builders import diagram_of, edges_of
from tests.test_house_rules import ROOT


@pytest.fixture(scope="module")
def ourselves() -> dict[str, SourceFile]:
    paths = sorted((ROOT / "ltmc_server").rglob("*.py"))
    names = [str(path.relative_to(ROOT)) for path in paths]
    return {
        name: read_source(path.read_text("utf-8"), name, "component")
        for name, path in zip(names, paths, strict=True)
    }


def test_our_own_imports_are_those_that_grimp_finds(ourselves: dict[str, SourceFile]) -> None:
    graph = grimp.build_graph("ltmc_server", cache_dir=None)
    expected = {
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    }
    module = {
        path: path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in ourselves
    }

    found = linked(ourselves, {}).imported

    assert {(module[a], module[b]) for a, some in found.items() for b in some} == expected


def test_packages_import_what_their_modules_do(ourselves: dict[str, SourceFile]) -> None:
    graph = grimp.build_graph("ltmc_server", cache_dir=None)
    expected = {
        (importer.split(".")[1], imported.split(".")[1])
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if "." in importer and "." in imported
    }

    diagram = drawn(linked(ourselves, {}), "system", "ltmc_server", 120, external_shown=True)

    assert {(a, b) for a, _, b in edges_of(diagram) if "__init__" not in (a, b)} == {
        (a, b) for a, b in expected if a != b
    }
    assert (diagram.folded, diagram.cycles, diagram.unresolved) == (0, [], 0)
    assert sum(node.members for node in diagram.nodes) == len(ourselves)


SHOP = {
    "shop/tea.py": (
        "from shop.cup import Cup, wash\nfrom shop import cup\n"
        "class Tea(Cup):\n"
        "    spare: list[Cup]\n"
        "    def __init__(self):\n        self.pour()\n        self.fill(1)\n"
        "    def pour(self):\n        wash()\n        cup.dry()\n        self.spare.append(1)\n"
        "def brew():\n    tea = Tea()\n    tea.pour()\n    return len(tea.spare)\n"
    ),
    "shop/cup.py": (
        "class Cup:\n    size = 1\n    def fill(self, n):\n        return wash()\n"
        "def wash():\n    wash()\ndef dry():\n    return 1\ndef alone():\n    pass\n"
    ),
    "shop/__init__.py": "",
}


def test_classes_come_with_bases_attributes_and_methods() -> None:
    diagram = diagram_of(SHOP, "class")

    assert edges_of(diagram) == {("tea.py/Tea", "inherits", "cup.py/Cup")}
    tea = next(node for node in diagram.nodes if node.label == "Tea")
    assert tea.compartments == (("spare: list[Cup]",), ("__init__()", "pour()"))


def test_a_class_that_an_attribute_is_of_is_had() -> None:
    diagram = diagram_of(
        {"a.py": "class A:\n    x: 'dict[str, B | int]'\n", "b.ts": "class B {}\n"}
        | {"c.py": "from a import A\nclass B:\n    pass\nclass C:\n    a: A\n    b: B\n"},
        "class",
    )

    # `B` of a file that `a.py` does not import is another.
    assert edges_of(diagram) == {("c.py/C", "has", "a.py/A"), ("c.py/C", "has", "c.py/B")}


def test_calls_lead_to_the_one_function_that_can_be_meant() -> None:
    diagram = diagram_of(SHOP, "calls")

    assert edges_of(diagram) == {
        ("tea.py/brew", "calls", "tea.py/Tea.__init__"),
        ("tea.py/brew", "calls", "tea.py/Tea.pour"),
        ("tea.py/Tea.__init__", "calls", "tea.py/Tea.pour"),
        ("tea.py/Tea.__init__", "calls", "cup.py/Cup.fill"),
        ("tea.py/Tea.pour", "calls", "cup.py/wash"),
        ("tea.py/Tea.pour", "calls", "cup.py/dry"),
        ("cup.py/Cup.fill", "calls", "cup.py/wash"),
    }
    # `alone`; and `append`, `len`, which are elsewhere.
    assert (diagram.unconnected, diagram.unresolved) == (1, 2)


CALLS = {
    "ts": (
        {
            "a.ts": "import { b } from './b';\nexport function a() { b(); new Pot().lid(); }\n"
            "class Pot { lid() { this.rim(); } rim() {} }\n",
            "b.ts": "export const b = () => 1;\n",
        },
        {("a.ts/a", "b.ts/b"), ("a.ts/a", "a.ts/Pot.lid"), ("a.ts/Pot.lid", "a.ts/Pot.rim")},
    ),
    "go": (
        {
            "a/a.go": 'package a\nimport "example.com/x/b"\nfunc A() { b.B(); c() }\n',
            "a/c.go": "package a\nfunc c() {}\n",
            "b/b.go": "package b\nfunc B() {}\n",
        },
        {("a/a.go/A", "b/b.go/B"), ("a/a.go/A", "a/c.go/c")},
    ),
    "rust": (
        {
            "src/lib.rs": "mod b;\nfn a() { b::b(); }\n",
            "src/b.rs": "pub fn b() { let p = P {}; p.lid(); }\nstruct P {}\n"
            "impl P { fn lid(&self) { self.rim() } fn rim(&self) {} }\n",
        },
        {("lib.rs/a", "b.rs/b"), ("b.rs/b", "b.rs/P.lid"), ("b.rs/P.lid", "b.rs/P.rim")},
    ),
    "java": (
        {"A.java": "class A { void a() { b(); } void b() {} }\n"},
        {("A.java/A.a", "A.java/A.b")},
    ),
    "c": (
        {
            "a.c": '#include "b.h"\nint a() { return b(1); }\n',
            "b.h": "static int b(int n) { return n; }\n",
        },
        {("a.c/a", "b.h/b")},
    ),
}


@pytest.mark.parametrize("language", CALLS)
def test_calls_are_found_in_each_language(language: str) -> None:
    sources, expected = CALLS[language]

    assert {(a, b) for a, _, b in edges_of(diagram_of(sources, "calls"))} == expected


def test_a_name_that_several_things_have_is_left_open() -> None:
    diagram = diagram_of(
        {
            "a.py": "from b import *\nfrom c import *\ndef a(x):\n    x.pour()\n    brew()\n",
            "b.py": "def brew():\n    pass\nclass B:\n    def pour(self):\n        pass\n",
            "c.py": "def brew():\n    pass\nclass C:\n    def pour(self):\n        pass\n",
        },
        "calls",
    )

    assert (edges_of(diagram), diagram.unresolved) == (set(), 2)


def test_a_method_that_lists_have_is_not_taken_for_the_one_of_a_class() -> None:
    source = (
        "class Shelf:\n    def append(self):\n        pass\n"
        "def put(shelf):\n    shelf.append(1)\n    Shelf.append(shelf)\n"
    )

    diagram = diagram_of({"a.py": source}, "calls")

    # The second names the class.
    assert [edge.count for edge in diagram.edges] == [1]
    assert diagram.unresolved == 1


def test_cycles_are_listed_and_their_edges_marked() -> None:
    diagram = diagram_of(
        {"a.py": "import b\n", "b.py": "import c\n", "c.py": "import a, d\n", "d.py": ""},
        "component",
    )

    assert diagram.cycles == [["a", "b", "c"]]
    assert {(e.source, e.target) for e in diagram.edges if not e.in_cycle} == {("c", "d")}


@pytest.mark.parametrize("most", [5, 12, 40])
def test_what_is_too_much_is_folded_and_nothing_is_lost(
    ourselves: dict[str, SourceFile], most: int
) -> None:
    diagram = drawn(linked(ourselves, {}), "component", "all", most, external_shown=True)

    assert len(diagram.nodes) <= most
    gone = diagram.folded + diagram.left_out + diagram.unconnected
    assert gone + len(diagram.nodes) == len(ourselves)
    if not diagram.left_out:
        held = sum(node.members for node in diagram.nodes)
        assert held + diagram.unconnected == len(ourselves)


def test_a_flat_folder_is_cut_to_what_leads_most() -> None:
    sources = {f"m{n}.py": "import m0\n" for n in range(30)}

    diagram = diagram_of(sources, "component", nodes_max=5)

    assert (len(diagram.nodes), diagram.left_out, diagram.edges_left_out) == (5, 25, 25)
    assert "m0" in {node.id for node in diagram.nodes}


def test_an_empty_folder_of_sources_is_an_empty_diagram() -> None:
    diagram = diagram_of({"a.py": ""}, "class")

    assert (diagram.nodes, diagram.edges) == ([], [])


@given(some.lists(some.tuples(some.integers(0, 7), some.integers(0, 7)), max_size=30))
def test_boxes_are_in_one_knot_when_each_leads_to_the_other(pairs: list[tuple[int, int]]) -> None:
    reach = {(str(a), str(b)) for a, b in pairs}
    edges = list(reach)
    for middle in map(str, range(8)):
        reach |= {(a, d) for a, b in reach if b == middle for c, d in reach if c == middle}

    found = knots(edges)

    together = {(a, b) for knot in found for a in knot for b in knot if a != b}
    assert together == {(a, b) for a, b in reach if a != b and (b, a) in reach}
