"""Which classes does a source define, or what its language has in their place?"""

from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from ltmc_server.dataclass import dataclass
from ltmc_server.syntax.definitions import Definition, definitions, plain_type
from ltmc_server.syntax.outline import Attribute, Class, Method
from ltmc_server.syntax.owners import innermost
from ltmc_server.syntax.parameters import shortened
from ltmc_server.syntax.parsing import Source, last_line, line
from ltmc_server.syntax.python.classes import python_classes
from ltmc_server.syntax.python.tree import python_tree
from ltmc_server.syntax.remarks import decorators, docstring

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(slots=True)
class _Parts:
    """What was found for one class, here and there."""

    bases: dict[str, None] = field(default_factory=dict)
    methods: list[Method] = field(default_factory=list)
    attributes: dict[str, Attribute] = field(default_factory=dict)


def classes(source: Source) -> list[Class]:
    """Return the classes, in the order of the source.

    Raises:
        UnreadableSource: it is too long, too broken, or takes too long.
    """
    if source.language == "python" and (tree := python_tree(source)):
        return python_classes(source, tree)
    everything = definitions(source)
    found = [one for one in everything if one.found.one("class") is not None]
    by_name = {one.qualified_name: _Parts() for one in found}
    _add_bases(source, found, by_name)
    _add_attributes(source, everything, by_name)
    _add_methods(everything, by_name)
    return [_class(source, one, by_name[one.qualified_name]) for one in found]


def _add_bases(source: Source, found: list[Definition], by_name: dict[str, _Parts]) -> None:
    bases = [
        (node, each.first("owner"))
        for each in source.matches("classes")
        for node in each.nodes.get("base", ())
    ]
    inside = [(node, node) for node, owner in bases if owner is None]
    for node, holder in innermost(inside, [(one.node, one) for one in found]):
        by_name[holder.qualified_name].bases[shortened(source.slice(node))] = None
    for node, owner in bases:
        # Rust says `impl Trait for Type` wherever it likes.
        if owner is not None:
            name = plain_type(source.slice(owner))
            for parts in (by_name[key] for key in _named(name, by_name)):
                parts.bases[shortened(source.slice(node))] = None


def _add_attributes(
    source: Source, everything: list[Definition], by_name: dict[str, _Parts]
) -> None:
    places: list[tuple[Node, tuple[Node, Attribute]]] = []
    for each in source.matches("classes"):
        method = each.first("method")
        if each.one("attribute") and (not method or source.slice(method) == "constructor"):
            default = each.first("default")
            for name, node in zip(each.nodes["name"], _attribute_nodes(each.nodes), strict=False):
                attribute = Attribute(
                    name=source.slice(name),
                    line=line(name),
                    kind=_kind(source, each.sort("attribute"), node, name),
                    annotation=_annotation(source, each.first("annotation"), node, name),
                    default=shortened(source.slice(default)) if default else None,
                )
                places.append((node, (node, attribute)))
    owners = [(one.node, one) for one in everything if one.found.one("class") is not None]
    for (_, attribute), holder in innermost(places, owners):
        by_name[holder.qualified_name].attributes.setdefault(attribute.name, attribute)


def _attribute_nodes(nodes: "object") -> "list[Node]":
    assert isinstance(nodes, dict), "captures by their names"
    return [node for name, some in nodes.items() if name.startswith("attribute") for node in some]


def _annotation(source: Source, written: "Node | None", node: "Node", name: "Node") -> str | None:
    if written is None:
        return None
    if source.language not in {"c", "cpp"}:
        return shortened(source.slice(written))
    # What is declared has a part of its type around its name: `char *names[4]`.
    around = (node.start_byte, name.start_byte), (name.end_byte, node.end_byte)
    signs = b"".join(source.encoded[begin:end] for begin, end in around)
    return shortened(f"{source.slice(written)} {signs.decode('utf-8', 'replace')}")


def _kind(
    source: Source, told: str | None, node: "Node", name: "Node"
) -> Literal["class", "instance"]:
    parent = node.parent
    whole = parent if parent and parent.type == "field_declaration" else node
    head = source.encoded[whole.start_byte : name.start_byte].split()
    return "class" if told == "class" or (told != "instance" and b"static" in head) else "instance"


def _add_methods(everything: Sequence[Definition], by_name: dict[str, _Parts]) -> None:
    for one in everything:
        is_declaration = one.found.one("declaration") is not None
        if not is_declaration and one.found.one("function") is None:
            continue
        for key in _named(".".join(one.owners), by_name):
            methods = by_name[key].methods
            # What C++ declares in a class and defines outside of it is one method.
            if one.outside and any(each.name == one.name for each in methods):
                continue
            methods.append(
                Method(name=one.name, line=line(one.node), is_declaration=is_declaration)
            )


def _named(owner: str, by_name: dict[str, _Parts]) -> list[str]:
    return [owner] if owner in by_name else []


def _class(source: Source, one: Definition, parts: _Parts) -> Class:
    source.check_time()
    functions = {each.name for each in parts.methods}
    attributes = [each for each in parts.attributes.values() if each.name not in functions]
    return Class(
        name=one.name,
        qualified_name=one.qualified_name,
        kind=one.found.sort("class") or "class",
        bases=list(parts.bases),
        docstring=docstring(source, one.node),
        decorators=decorators(source, one.node),
        methods=list(parts.methods),
        attributes=attributes,
        line_start=line(one.node),
        line_end=last_line(one.node),
    )
