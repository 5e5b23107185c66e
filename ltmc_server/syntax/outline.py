"""What a source holds, as frozen values: functions, classes, comments, imports.

Lines count from 1, as editors do. Texts are as they are written in the source.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from ltmc_server.dataclass import dataclass

ParameterKind: TypeAlias = Literal[
    "positional_only", "positional", "variadic", "keyword_only", "keyword_variadic", "receiver"
]
"""`variadic` takes all further ones, `keyword_variadic` by name; `receiver` is Rust's `self`."""

CommentKind: TypeAlias = Literal["line", "block", "doc", "todo"]
"""`todo` is one that says TODO, FIXME, XXX or HACK, whatever its signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a source."""

    line_start: int
    line_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a function."""

    name: str
    """Empty where only a type is written."""
    kind: ParameterKind = "positional"
    annotation: str | None = None
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(Span):
    """A function or method that has a name; what has none counts into the one around it."""

    name: str
    qualified_name: str
    """Its owners and its name, joined by dots."""
    parameters: Sequence[Parameter]
    returns: str | None
    docstring: str | None
    decorators: Sequence[str]
    is_async: bool
    complexity: int
    """McCabe; docs/tools/pattern.md says what counts."""
    is_declaration: bool
    """Whether it has no body: a prototype, an overload, a method of an interface."""
    nesting: int
    """How many branches and loops its deepest statement is in."""
    body: str
    """What it does, without comments and with single spaces; equal for equal code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method as a class names it; `extract_functions` tells the rest."""

    name: str
    line: int
    is_declaration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A field of a class or of its instances."""

    name: str
    line: int
    kind: Literal["class", "instance"]
    annotation: str | None = None
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Class(Span):
    """A class, or what a language has in its place."""

    name: str
    qualified_name: str
    kind: str
    """class, struct, interface, trait, enum, record, union."""
    bases: Sequence[str]
    docstring: str | None
    decorators: Sequence[str]
    methods: Sequence[Method]
    attributes: Sequence[Attribute]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment, without its signs."""

    text: str
    line: int
    line_end: int
    kind: CommentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What a source takes from elsewhere."""

    module: str
    line: int
    names: Sequence[str] = ()
    """What is taken of the module, where the language names it; `*` is everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where a source does not follow its grammar."""

    line: int
