"""The parameters of a function, from the nodes of any grammar."""

import re
from typing import TYPE_CHECKING, Final

from ltmc_server.syntax.outline import Parameter, ParameterKind
from ltmc_server.syntax.parsing import Source, walk

if TYPE_CHECKING:
    from tree_sitter import Node

_KINDS: Final[dict[str, ParameterKind]] = {
    "self_parameter": "receiver",
    "receiver_parameter": "receiver",
    "rest_pattern": "variadic",
    "spread_parameter": "variadic",
    "variadic_parameter": "variadic",
    "variadic_parameter_declaration": "variadic",
    "list_splat_pattern": "variadic",
    "dictionary_splat_pattern": "keyword_variadic",
}
"""Of a parameter, or of the pattern that it is written as."""

_SKIPPED: Final = frozenset(
    {"comment", "line_comment", "block_comment", "ERROR", "attribute_item"}
    | {"positional_separator", "keyword_separator"}
)

_NAMES: Final = ("pattern", "name", "left", "declarator")
"""Fields that hold the name, in the grammars' different words."""

_TYPES: Final = ("type",)
_DEFAULTS: Final = ("value", "right", "default_value")

_IDENTIFIERS: Final = frozenset(
    {"identifier", "field_identifier", "type_identifier", "shorthand_property_identifier", "self"}
)

_BY_DECLARATOR: Final = frozenset(
    {"parameter_declaration", "optional_parameter_declaration", "variadic_parameter_declaration"}
)
"""In C and C++ the name stands inside of its type: `char *argv[]`."""

TEXT_CHARS_MAX: Final = 300
"""Of an annotation or a default; a longer one ends with `…`."""


def parameters(source: Source, listed: "Node | None", single: "Node | None") -> list[Parameter]:
    """Return the parameters of a list, or the only one of a function that needs no list."""
    if single is not None:
        return [Parameter(name=source.slice(single))]
    if listed is None:
        return []
    found: list[Parameter] = []
    for node in listed.named_children:
        if node.type not in _SKIPPED:
            found += _written(source, node)
    # `void` in C says that there are none.
    return [] if [(one.name, one.annotation) for one in found] == [("", "void")] else found


def shortened(text: str) -> str:
    """Return a text in one line, cut where it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= TEXT_CHARS_MAX else line[: TEXT_CHARS_MAX - 1] + "…"


def _written(source: Source, node: "Node") -> list[Parameter]:
    default = _field(node, *_DEFAULTS)
    names = node.children_by_field_name("name") or [_field(node, *_NAMES) or _only_name(node)]
    return [
        Parameter(
            name=_name(source, node, name),
            kind=_kind(node, name),
            annotation=_annotation(source, node, name),
            default=shortened(source.slice(default)) if default else None,
        )
        for name in names
    ]


def _only_name(node: "Node") -> "Node":
    # Java's `T... rest` has its name in no field.
    return node.named_children[-1] if node.type == "spread_parameter" else node


def _kind(node: "Node", name: "Node") -> ParameterKind:
    inner = name.child_by_field_name("pattern") or name
    for each in (node, name, inner, *name.named_children[:1]):
        if each.type in _KINDS:
            return _KINDS[each.type]
    return "positional"


def _name(source: Source, node: "Node", name: "Node") -> str:
    if node.type == "self_parameter":
        return "self"
    if name == node and node.child_by_field_name("type") and node.type in _BY_DECLARATOR:
        return ""
    if name.type.endswith("_pattern") and name.type not in _KINDS:
        return shortened(source.slice(name))
    inner = _identifier(name)
    if inner is not None:
        return source.slice(inner)
    return "" if node.type in _BY_DECLARATOR else re.sub(r"^[.*]+", "", source.slice(name))


def _identifier(node: "Node") -> "Node | None":
    """Return the name inside of pointers, arrays and rest signs; not inside of other lists."""
    lists = {"parameter_list", "template_argument_list", "type_annotation", "formal_parameters"}
    for each in walk(node, lambda here: here.type not in lists):
        if each.type in _IDENTIFIERS:
            return each
    return None


def _annotation(source: Source, node: "Node", name: "Node") -> str | None:
    if node.type == "self_parameter":
        return shortened(source.slice(node))
    written = _field(node, *_TYPES)
    if node.type == "spread_parameter" and written is None:
        written = next((each for each in node.named_children if each.type != "modifiers"), None)
    if written is None:
        return None
    declarator = node.child_by_field_name("declarator")
    if declarator is None and not (node.type in _BY_DECLARATOR and source.language in "cpp"):
        return shortened(source.slice(written).removeprefix(":"))
    begin, end = node.start_byte, (declarator or written).end_byte
    inner = _identifier(declarator) if declarator else None
    if inner is None:
        whole = source.encoded[begin:end]
    else:
        whole = source.encoded[begin : inner.start_byte] + source.encoded[inner.end_byte : end]
    return shortened(whole.decode("utf-8", "replace"))


def _field(node: "Node", *names: str) -> "Node | None":
    return next((found for each in names if (found := node.child_by_field_name(each))), None)
