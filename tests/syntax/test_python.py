"""Python, in every detail that its own parser knows."""

from dataclasses import replace

from ltmc_server.syntax.classes import classes
from ltmc_server.syntax.functions import functions
from ltmc_server.syntax.imports import imports
from ltmc_server.syntax.outline import Attribute, Import, Parameter
from ltmc_server.syntax.parsing import source
from ltmc_server.syntax.remarks import comments

TEXT = '''\
"""What it is."""
import os, sys as system
from . import near
from ..far import *

@cache(size=1)
async def outer(a: int, /, b="x,y", *rest: str, c: "list[int]" = [1], d, **more: object) -> None:
    """Say.

    More.
    """
    def inner(): ...
    # TODO: later
    return inner

class A(B[int], metaclass=M):
    """An A."""
    total: int = 0
    left = right = None
    def __init__(this, x):
        this.x: str = x
        this.y, this.z = x, x
        if x:
            this.x = 2
    @staticmethod
    def made(other): other.w = 1
    class Inner:
        async def go(self): pass
'''


def test_a_signature_is_told_whole() -> None:
    [outer, *_] = functions(source(TEXT, "python"))

    assert outer.parameters == [
        Parameter(name="a", kind="positional_only", annotation="int"),
        Parameter(name="b", kind="positional", default='"x,y"'),
        Parameter(name="rest", kind="variadic", annotation="str"),
        Parameter(name="c", kind="keyword_only", annotation='"list[int]"', default="[1]"),
        Parameter(name="d", kind="keyword_only"),
        Parameter(name="more", kind="keyword_variadic", annotation="object"),
    ]
    assert (outer.returns, outer.is_async) == ("None", True)
    assert outer.decorators == ["cache(size=1)"]
    assert outer.docstring == "Say.\n\nMore."
    assert (outer.line_start, outer.line_end) == (7, 14)


def test_nested_functions_and_methods_have_qualified_names() -> None:
    names = [one.qualified_name for one in functions(source(TEXT, "python"))]

    assert names == ["outer", "outer.inner", "A.__init__", "A.made", "A.Inner.go"]


def test_a_class_has_attributes_of_its_own_and_of_its_instances() -> None:
    a, inner = classes(source(TEXT, "python"))

    assert a.bases == ["B[int]", "metaclass=M"]
    assert [one.name for one in a.methods] == ["__init__", "made"]
    assert a.attributes == [
        Attribute(name="total", line=18, kind="class", annotation="int", default="0"),
        Attribute(name="left", line=19, kind="class", default="None"),
        Attribute(name="right", line=19, kind="class", default="None"),
        Attribute(name="x", line=21, kind="instance", annotation="str", default="x"),
        Attribute(name="y", line=22, kind="instance"),
        Attribute(name="z", line=22, kind="instance"),
    ]
    assert (inner.qualified_name, inner.docstring) == ("A.Inner", None)


def test_imports_name_what_they_take() -> None:
    assert imports(source(TEXT, "python")) == [
        Import(module="os", line=2),
        Import(module="sys", line=2),
        Import(module=".", line=3, names=["near"]),
        Import(module="..far", line=4, names=["*"]),
    ]


def test_docstrings_are_comments() -> None:
    found = [(one.kind, one.line) for one in comments(source(TEXT, "python"))]

    assert found == [("doc", 1), ("doc", 8), ("todo", 13), ("doc", 17)]


def test_a_broken_file_gives_what_it_can_and_says_where_it_is_broken() -> None:
    broken = source("def good(a, b=1):\n    return a or b\n\nclass Half(\n\nx = = 2\n", "python")

    [good, *_] = functions(broken)

    assert (good.name, good.complexity, good.line_end) == ("good", 2, 2)
    assert broken.faults
    assert {one.line for one in broken.faults} <= set(range(4, 7))


def test_both_ways_of_reading_python_agree_where_both_can() -> None:
    """What breaks it comes last, so that the grammar sees all that stands before it."""
    by_ast = functions(source(TEXT, "python"))
    by_grammar = functions(source(TEXT + "\n)\n", "python"))

    plain = [replace(one, body="", docstring=None, decorators=()) for one in by_ast]
    assert [one.qualified_name for one in by_grammar] == [one.qualified_name for one in plain]
    assert [one.complexity for one in by_grammar] == [one.complexity for one in plain]
    assert [one.line_start for one in by_grammar] == [one.line_start for one in plain]


def test_lines_are_counted_as_an_editor_does() -> None:
    for line_break in ("\n", "\r\n", "\r"):
        text = line_break.join(["\ufeffx = 1", "def f():", "    pass", ""])
        [f] = functions(source(text, "python"))
        assert (f.line_start, f.line_end) == (2, 3)
