"""The complexity of Python is radon's, for every function that there is here."""

import ast
import subprocess
from pathlib import Path

import pytest
from radon.complexity import cc_visit
from radon.visitors import ComplexityVisitor, Function as RadonFunction

from ltmc_server.syntax.functions import functions, module_complexity
from ltmc_server.syntax.parsing import source
from ltmc_server.syntax.python.tree import FUNCTIONS

ROOT = Path(__file__).parents[2]
LISTED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split()
SOURCES = [name for name in sorted(set(LISTED)) if (ROOT / name).is_file()]

EVERYTHING = """
async def everything(rows, limit=[x for x in (1, 2) if x]):
    assert rows and limit or not rows, "what is in an assert counts for nothing"
    for row in rows:
        while row:
            row = row.next if row else None
        else:
            pass
    else:
        pass
    async for each in rows:
        async with each:
            pass
    try:
        if rows:
            pass
        elif limit and rows and not row:
            pass
        else:
            pass
    except ValueError:
        pass
    except (TypeError, KeyError):
        pass
    else:
        pass
    finally:
        pass
    match rows:
        case [1, *_] if limit:
            pass
        case {"a": 1}:
            pass
        case _:
            pass
    match limit:
        case anything:
            pass
    def inner(a):
        if a: return lambda b: b if a or b else a
    class Local:
        def method(self):
            return [a for a in self if a for b in a]
    try:
        pass
    except* OSError:
        pass
    return {a: b for a, b in rows if a if b}
"""


@pytest.mark.parametrize("name", SOURCES)
def test_each_function_of_this_repository_is_as_complex_as_radon_says(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")

    said = {(one.name, one.line_start): one.complexity for one in functions(source(text, "python"))}

    for block in cc_visit(text):
        if isinstance(block, RadonFunction):
            assert said[block.name, block.lineno] == block.complexity, block.fullname
            for inner in block.closures:
                assert said[inner.name, inner.lineno] == inner.complexity, inner.name
    assert said == by_radon(text)


def test_whatever_python_has_is_counted_as_radon_counts_it() -> None:
    read = source(EVERYTHING, "python")

    said = {(one.name, one.line_start): one.complexity for one in functions(read)}

    assert said == by_radon(EVERYTHING)
    assert said["everything", 2] == 20
    assert module_complexity(read) == 1


def by_radon(text: str) -> dict[tuple[str, int], int]:
    """Return radon's figure for each function; of those in classes of functions it tells none."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, FUNCTIONS)]
    return {
        (node.name, node.lineno): ComplexityVisitor.from_ast(node).functions[0].complexity
        for node in nodes
    }
