"""The public names of a source, each once, with all that a document says of it."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.documentation.signatures import class_signatures, function_signatures
from ltmc_server.syntax.classes import classes
from ltmc_server.syntax.functions import functions
from ltmc_server.syntax.outline import Class, Function, Parameter
from ltmc_server.syntax.parsing import Source
from ltmc_server.syntax.python.tree import python_tree
from ltmc_server.syntax.raises import raises
from ltmc_server.syntax.remarks import cut
from ltmc_server.syntax.visibility import Public, public

CONSTRUCTORS: Final = frozenset({"__init__", "constructor"})
"""Beside those that are called as their class is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicName:
    """A function, a method or a class that others may use."""

    qualified_name: str
    kind: str
    """function, method, constructor, or what the language calls its classes."""
    line: int
    signature: str
    """As it is written; a line for each overload, and for each public field of a class."""
    docs: str | None
    parameters: Sequence[str] = ()
    """The receiver aside; empty names are patterns."""
    returns: str | None = None
    raises: Sequence[str] = ()
    fields: Sequence[str] = ()

    @property
    def owner(self) -> str:
        """What it is a method of; empty for what stands alone."""
        return self.qualified_name.rpartition(".")[0] if self.is_member else ""

    @property
    def is_member(self) -> bool:
        """Whether it is told under its class."""
        return self.kind in {"method", "constructor"}

    @property
    def is_class(self) -> bool:
        """Whether it is a class, or what a language has in its place."""
        return self.kind not in {"function", "method", "constructor"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A file of code, as others see it."""

    path: str
    language: str
    docs: str | None
    names: Sequence[PublicName]
    """Classes and functions in the order of the source, methods after their class."""
    known: frozenset[str]
    """Qualified names of all that it defines, public or not; fields with them."""


def module(source: Source, path: str) -> Module:
    """Return the public names of a source, and what is said of it as a whole.

    Raises:
        UnreadableSource: it is too long, too broken, or takes too long.
    """
    visible = public(source)
    types = classes(source)
    owners = {one.qualified_name for one in types}
    defined = functions(source)
    found = [*_classes(source, types, visible), *_functions(source, defined, visible, owners)]
    return Module(
        path=path,
        language=source.language,
        docs=_docs(source),
        names=_arranged(_once(found)),
        known=frozenset(
            {*owners, *(one.qualified_name for one in defined)}
            | {f"{one.qualified_name}.{field.name}" for one in types for field in one.attributes}
        ),
    )


def _classes(source: Source, found: Sequence[Class], visible: Public) -> Iterator[PublicName]:
    signatures = class_signatures(source)
    for one in found:
        place = (one.qualified_name, one.line_start)
        if place not in visible.definitions:
            continue
        fields = [each for each in one.attributes if visible.has_field(each.name, each.line)]
        yield PublicName(
            qualified_name=one.qualified_name,
            kind=one.kind,
            line=one.line_start,
            signature=signatures.of(one, fields),
            docs=one.docstring,
            fields=[each.name for each in fields],
        )


def _functions(
    source: Source, defined: Sequence[Function], visible: Public, owners: set[str]
) -> Iterator[PublicName]:
    signatures = function_signatures(source)
    raised = raises(source)
    for one in defined:
        place = (one.qualified_name, one.line_start)
        if place not in visible.definitions or _is_accessor(one):
            continue
        owner = one.qualified_name.rpartition(".")[0]
        yield PublicName(
            qualified_name=one.qualified_name,
            kind=_kind(one, owner, owners, source.language),
            line=one.line_start,
            signature=signatures(one),
            docs=one.docstring,
            parameters=[
                each.name for each in _without_receiver(one, owner in owners, source.language)
            ],
            returns=one.returns,
            raises=raised.get(place, ()),
        )


def _kind(one: Function, owner: str, owners: set[str], language: str) -> str:
    if not owner or (owner not in owners and language not in {"go", "rust"}):
        return "function"
    is_constructor = one.name in CONSTRUCTORS or one.name == owner.rpartition(".")[2]
    return "constructor" if is_constructor else "method"


def _is_accessor(one: Function) -> bool:
    """Tell whether it sets or deletes a property of Python, which is told by what gets it."""
    return any(each.endswith((".setter", ".deleter")) for each in one.decorators)


def _without_receiver(one: Function, is_method: bool, language: str) -> Sequence[Parameter]:
    taken = [each for each in one.parameters if each.kind != "receiver" and each.name != "this"]
    if language == "python" and is_method and "staticmethod" not in one.decorators:
        return taken[1:]
    return taken


def _once(found: Sequence[PublicName]) -> list[PublicName]:
    """Join overloads, and what is declared in one place and defined in another."""
    by_name: dict[str, PublicName] = {}
    for one in sorted(found, key=lambda each: each.line):
        first = by_name.get(one.qualified_name)
        if first is None:
            by_name[one.qualified_name] = one
            continue
        lines = dict.fromkeys((*first.signature.splitlines(), *one.signature.splitlines()))
        by_name[one.qualified_name] = replace(
            first,
            signature="\n".join(lines),
            docs=first.docs or one.docs,
            parameters=list(dict.fromkeys((*first.parameters, *one.parameters))),
            returns=first.returns or one.returns,
            raises=list(dict.fromkeys((*first.raises, *one.raises))),
        )
    return list(by_name.values())


def _arranged(found: Sequence[PublicName]) -> list[PublicName]:
    """Put methods after their class, wherever they are written."""
    line_of = {one.qualified_name: one.line for one in found if one.is_class}
    return sorted(
        found, key=lambda one: (line_of.get(one.owner, one.line), one.is_member, one.line)
    )


def _docs(source: Source) -> str | None:
    if source.language == "python" and (tree := python_tree(source)):
        docs = ast.get_docstring(tree)
        return cut(docs) if docs else None
    return None
