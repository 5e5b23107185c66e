"""The rules of the house that a machine can keep. There is no list of exceptions.

Whoever breaks one changes the code, or changes the rule for everyone.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pytest

ROOT: Final = Path(__file__).parent.parent
FUNCTIONS: Final = ast.FunctionDef | ast.AsyncFunctionDef
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

FILE_LINES_MAX: Final = 300
FUNCTION_LINES_MAX: Final = 40
"""Of code: the signature and the docstring do not count."""
PARAMETERS_MAX: Final = 5
"""Beside `self`; more of them belong into a dataclass."""
PROTOCOL_METHODS_MAX: Final = 6
"""More is two questions."""

SAYS_NOTHING: Final = {
    *("base", "common", "core", "helper", "helpers", "manager", "misc", "types", "util", "utils")
}
"""Names of modules that anything could be in."""

# In pieces, so that this file does not say them.
NOT_SAID: Final = {
    "a path of one machine": re.compile(
        r"(?<![\w.])/(?:roo" + r"t|hom" + r"e/(?!someone/)\w+|wor" + r"k)/"
    ),
    "a package registry": re.compile(
        r"(?:python" + r"hosted|py" + r"pi)\.org|index-" + r"url\s*[= ]\s*http"
    ),
    "who or what wrote it": re.compile(
        r"\b(?:(?:this|previous|earlier|last) sess"
        r"ion|sub-?age"
        r"nts?|co-authored"
        r"-by)\b",
        re.IGNORECASE,
    ),
    "a ticket": re.compile(
        r"\b(?:fix(?:es|ed)?|close[sd]?|issue|ticket) #" + r"\d+|\bJI" + r"RA\b", re.IGNORECASE
    ),
}


def tracked(*patterns: str) -> list[Path]:
    """Return the files git knows, or would if they were added; those that are still there."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in sorted(set(listed.splitlines())) if (ROOT / name).is_file()]


SOURCES: Final = tracked("*.py")
TOOLS: Final = sorted(
    {
        (path.parent if path.parent.name != "tools" else path).stem
        for path in (ROOT / "ltmc_server/tools").rglob("*.py")
    }
    - {"__init__", "vocabulary"}
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def code_lines(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def parameters(function: Function) -> int:
    taken = function.args
    names = [one.arg for one in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def is_action(function: Function) -> bool:
    """Tell whether it is marked `@action`: then its signature is a published schema."""
    calls = [one.func for one in function.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(one, ast.Name) and one.id == "action" for one in calls)


def is_fed_by_pytest(function: Function, path: Path) -> bool:
    return path.is_relative_to(ROOT / "tests") and function.name.startswith("test_")


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_fits_in_the_head(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")

    assert lines <= FILE_LINES_MAX, f"{lines} lines; split it where its nouns part"
    assert path.stem.strip("_") not in SAYS_NOTHING, "name the file for what it holds"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_fits_on_a_screen_and_takes_little(path: Path) -> None:
    functions = [node for node in nodes(path) if isinstance(node, FUNCTIONS)]

    long = {one.name: code_lines(one) for one in functions if code_lines(one) > FUNCTION_LINES_MAX}
    greedy = {
        one.name: parameters(one)
        for one in functions
        if parameters(one) > PARAMETERS_MAX
        and not is_action(one)
        and not is_fed_by_pytest(one, path)
    }
    assert not long, f"more than {FUNCTION_LINES_MAX} lines: {long}"
    assert not greedy, f"more than {PARAMETERS_MAX} parameters: {greedy}; name their group"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_protocol_asks_one_question(path: Path) -> None:
    protocols = [
        node
        for node in nodes(path)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(one, ast.Name) and one.id == "Protocol" for one in node.bases)
    ]

    for protocol in protocols:
        methods = [one.name for one in protocol.body if isinstance(one, FUNCTIONS)]
        assert len(methods) <= PROTOCOL_METHODS_MAX, f"{protocol.name}: {methods}; make it two"


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if path.is_relative_to(ROOT / "ltmc_server")],
    ids=name_of,
)
def test_a_start_does_not_compile_methods(path: Path) -> None:
    named = {
        alias.name
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        for alias in node.names
    }

    assert "dataclass" not in named or path.name == "dataclass.py", "take ltmc_server.dataclass"


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_has_its_companions(tool: str) -> None:
    for companion in (
        f"tests/tools/test_{tool}.py",
        f"tests/protocol/schemas/{tool}.json",
        f"docs/tools/{tool}.md",
    ):
        # A tool of several files has tests in several, in a folder.
        folder = ROOT / f"tests/tools/{tool}"
        there = (ROOT / companion).is_file() or (
            companion.startswith("tests/tools") and folder.is_dir()
        )
        assert there, f"{tool}: write {companion}"


def test_files_speak_of_the_project_only() -> None:
    said: list[str] = []
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="ignore")
        for what, pattern in NOT_SAID.items():
            said += [f"{name_of(path)}: {what}: {each[0]!r}" for each in pattern.finditer(text)]

    assert not said, "\n".join(said[:20])
