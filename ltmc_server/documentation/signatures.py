"""Signatures as a source writes them, in one line a piece."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.syntax.definitions import Definition, definitions
from ltmc_server.syntax.outline import Attribute, Class, Function, Parameter
from ltmc_server.syntax.parsing import Source, line
from ltmc_server.syntax.python.tree import python_tree

SIGNATURE_CHARS_MAX: Final = 2_000
"""Of one overload; a longer one ends with `…`."""

FIELDS_MAX: Final = 500
"""Of one class that its signature names."""

_MARKS: Final = {"variadic": "*", "keyword_variadic": "**"}
_ENDING: Final = re.compile(r"\s*(?:=>|[{;:=])+\s*$")


@dataclass(frozen=True, slots=True)
class ClassSignatures:
    """The heads of the classes of one source, as far as the grammar finds them."""

    heads: dict[tuple[str, int], str]
    """By qualified name and line."""

    def of(self, one: Class, fields: Sequence[Attribute]) -> str:
        """Return the head of a class, with a line for each of these fields."""
        head = self.heads.get((one.qualified_name, one.line_start)) or _class_head(one)
        return "\n".join((head, *(f"    {_field(each)}" for each in fields[:FIELDS_MAX])))


def class_signatures(source: Source) -> ClassSignatures:
    """Return what heads the classes of a source are written with."""
    if source.language == "python" and python_tree(source):
        return ClassSignatures({})
    found = [one for one in definitions(source) if one.found.one("class")]
    return ClassSignatures(
        {(one.qualified_name, line(one.node)): _head_of_class(source, one) for one in found}
    )


def function_signatures(source: Source) -> Callable[[Function], str]:
    """Return what gives the signature of a function of this source."""
    if source.language == "python" and python_tree(source):
        return _python
    written = {
        (one.qualified_name, line(one.node)): _head_of_function(source, one)
        for one in definitions(source)
        if not one.found.one("class") and not one.found.one("scope")
    }
    return lambda one: written.get((one.qualified_name, one.line_start)) or _python(one)


def _python(one: Function) -> str:
    keyword = "async def" if one.is_async else "def"
    returns = f" -> {one.returns}" if one.returns else ""
    written = f"{keyword} {one.name}({', '.join(_parameters(one.parameters))}){returns}"
    return "\n".join(_shortened(each) for each in (*(f"@{d}" for d in one.decorators), written))


def _parameters(taken: Sequence[Parameter]) -> list[str]:
    parts: list[str] = []
    kinds = [one.kind for one in taken]
    for at, one in enumerate(taken):
        if one.kind == "keyword_only" and not {"variadic", "keyword_only"} & set(kinds[:at]):
            parts.append("*")
        spaced = " = " if one.annotation else "="
        annotation = f": {one.annotation}" if one.annotation else ""
        default = f"{spaced}{one.default}" if one.default is not None else ""
        parts.append(f"{_MARKS.get(one.kind, '')}{one.name}{annotation}{default}")
        if one.kind == "positional_only" and "positional_only" not in kinds[at + 1 :]:
            parts.append("/")
    return parts


def _class_head(one: Class) -> str:
    bases = f"({', '.join(one.bases)})" if one.bases else ""
    lines = [f"@{each.removeprefix('@')}" for each in one.decorators]
    return "\n".join(_shortened(each) for each in (*lines, f"{one.kind} {one.name}{bases}"))


def _field(one: Attribute) -> str:
    annotation = f": {one.annotation}" if one.annotation else ""
    # What is put into an instance is no default of it.
    has_default = one.default is not None and one.kind == "class"
    return _shortened(f"{one.name}{annotation}{f' = {one.default}' if has_default else ''}")


def _head_of_class(source: Source, one: Definition) -> str:
    body = one.node.child_by_field_name("body")
    if body is None:
        # Go has `Queue struct {…}`, and C `typedef struct {…} list`.
        kind = one.found.sort("class") or "class"
        inner = one.node.child_by_field_name("type")
        listed = one.node.child_by_field_name("type_parameters")
        generic = source.slice(listed) if listed else ""
        if inner is not None:
            return _shortened(f"{kind} {one.name}{generic}")
        return _ENDING.sub("", _shortened(source.slice(one.node)))
    head = source.encoded[one.node.start_byte : body.start_byte].decode("utf-8", "replace")
    return _ENDING.sub("", _shortened(head))


def _head_of_function(source: Source, one: Definition) -> str:
    body = one.found.first("body")
    end = body.start_byte if body else one.node.end_byte
    head = source.encoded[one.node.start_byte : end].decode("utf-8", "replace")
    head = _ENDING.sub("", _shortened(head))
    # A closure that is given a name says it elsewhere.
    return head if one.name in head else f"{one.name} = {head}"


def _shortened(text: str) -> str:
    one_line = " ".join(text.split())
    if len(one_line) <= SIGNATURE_CHARS_MAX:
        return one_line
    return one_line[: SIGNATURE_CHARS_MAX - 1] + "…"
