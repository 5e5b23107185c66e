"""The labelled sets, read from their files; the one about code is read off the interpreter."""

import ast
import inspect
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final, Literal, TypeAlias

Part: TypeAlias = Literal["tune", "held-out"]

NAMES: Final = ("agent", "docs", "code", "cjk", "turns")

FOLDER: Final = Path(__file__).with_name("sets")

NONE: Final = "none"
"""The kind of the questions that nothing answers."""

CODE_MODULES: Final = (
    *("bisect", "calendar", "configparser", "csv", "difflib", "fileinput", "fnmatch"),
    *("fractions", "glob", "heapq", "ipaddress", "shutil", "statistics", "textwrap"),
)
"""Modules in pure Python whose functions begin with a line that says what they do."""

CODE_UNANSWERED: Final = (
    "render a web page to PDF",
    "open a camera and take a picture",
    "train a neural network",
    "send a push notification to a phone",
    "play a sound file",
    "solve_differential_equation",
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question, its kind, and the names of the texts that answer it."""

    text: str
    kind: str
    relevant: frozenset[str]

    @property
    def part(self) -> Part:
        """Whether what is tuned may look at it; by a hash of its words, so for ever the same."""
        return "tune" if zlib.crc32(self.text.encode()) % 2 else "held-out"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One set."""

    name: str
    texts: Mapping[str, str] = field(repr=False)
    queries: Sequence[Query] = field(repr=False)


@cache
def labelled(name: str) -> Labelled:
    """Return the set of a name.

    Raises:
        ValueError: a question refers to a text that is not there, or a text has no name.
    """
    if name == "code":
        return _code()
    lines = (FOLDER / f"{name}.txt").read_text("utf-8")
    if name == "docs":
        texts = dict(_sections(lines))
        asked = (FOLDER / "docs-queries.txt").read_text("utf-8")
        by_ending = {key.rsplit("/", 1)[-1]: key for key in texts}
        return Labelled(name, texts, list(_queries(asked, by_ending)))
    told = lines.split("\n[texts]\n")[1].split("\n[queries]\n")[0]
    texts = dict(line.split(": ", 1) for line in told.splitlines() if line)
    return Labelled(name, texts, list(_queries(lines, {key: key for key in texts})))


def _sections(lines: str) -> Iterator[tuple[str, str]]:
    for section in lines.split("\n=== ")[1:]:
        name, _, text = section.partition("\n")
        yield name, text.strip()


def _queries(lines: str, names: Mapping[str, str]) -> Iterator[Query]:
    """Read `kind: question => name, name`; the questions of a kind `none` have no names."""
    for line in filter(None, lines.split("\n[queries]\n")[1].splitlines()):
        kind, rest = line.split(": ", 1)
        text, _, answers = rest.partition(" => ")
        given = [each.strip() for each in answers.split(",") if answers]
        if (kind == NONE) == bool(given) or set(given) - set(names):
            raise ValueError(line)
        yield Query(text.strip(), kind, frozenset(names[each] for each in given))


def _code() -> Labelled:
    """Make the set of functions: asked is what their docstring's first line says, without it."""
    texts, queries = {}, []
    for module in CODE_MODULES:
        tree = ast.parse(inspect.getsource(import_module(module)))
        for name, function in _functions(tree, module):
            told = (ast.get_docstring(function) or "").partition("\n")[0].strip()
            body = _without_docstring(function)
            if len(told.split()) >= 4 and 100 <= len(body) <= 1_500:
                texts[name] = body
                queries.append(Query(told, "docstring", frozenset({name})))
    unanswered = [Query(text, NONE, frozenset()) for text in CODE_UNANSWERED]
    return Labelled("code", texts, [*_distinct(queries), *unanswered])


def _functions(tree: ast.AST, path: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield f"{path}.{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{path}.{node.name}")


def _without_docstring(function: ast.FunctionDef) -> str:
    bare = ast.FunctionDef(**{**vars(function), "body": function.body[1:] or [ast.Pass()]})
    return ast.unparse(bare)


def _distinct(queries: Sequence[Query]) -> Iterator[Query]:
    """Join questions that several functions have, as methods that override each other do."""
    merged: dict[str, frozenset[str]] = {}
    for query in queries:
        key = re.sub(r"\W+$", "", query.text)
        merged[key] = merged.get(key, frozenset()) | query.relevant
    return (Query(text, "docstring", names) for text, names in merged.items())
