"""Which of what a source defines may be used from elsewhere?

Told as each language tells it. What is in a function is never public, and what is in a class or
a module is not more public than that.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.syntax.definitions import Definition, definitions
from ltmc_server.syntax.exports import Exports, exports
from ltmc_server.syntax.owners import chains
from ltmc_server.syntax.parsing import Source, line
from ltmc_server.syntax.python.tree import python_tree
from ltmc_server.syntax.python.visibility import is_public_name, python_public

if TYPE_CHECKING:
    from tree_sitter import Node

Place: TypeAlias = tuple[str, int]
"""A name and the line it is defined in."""

_DECLARING: Final = frozenset(
    {"field_declaration", "enum_variant", "const_item", "public_field_definition"}
    | {"property_signature", "required_parameter", "field_definition", "enum_constant"}
    | {"constant_declaration", "formal_parameter", "function_definition", "declaration"}
    | {"template_declaration", "friend_declaration"}
)
"""What carries the words that say who may use it, around a name or a declarator."""

_CLIMB_MAX: Final = 5

_OPEN_BODIES: Final = frozenset({"interface_body", "annotation_type_body", "enum_body"})
"""All that is in them may be used by whoever may use them."""

_HIDING: Final = frozenset({"private", "protected"})


@dataclass(frozen=True, slots=True)
class Public:
    """What is public in one source."""

    definitions: frozenset[Place]
    """Qualified names."""
    fields: frozenset[Place] | None
    """Names; None where only the name says it."""

    def has_field(self, name: str, line: int) -> bool:
        """Tell whether a field of a public class is public."""
        if self.fields is None:
            return is_public_name(name)
        return (name, line) in self.fields


def public(source: Source) -> Public:
    """Return what of a source may be used from elsewhere.

    Raises:
        UnreadableSource: it is too long, too broken, or takes too long.
    """
    if source.language == "python" and (tree := python_tree(source)):
        return Public(python_public(tree), None)
    everything = definitions(source)
    nested = chains(
        [(one.node, one) for one in everything], [(one.node, one) for one in everything]
    )
    exported = exports(source)
    rule = _RULES[source.language]
    seen: dict[int, bool] = {}
    found: list[Definition] = []
    hidden: set[str] = set()
    for one, around in nested:
        owner = one.owners[-1] if one.outside else ""
        asked = _Asked(source, one.node, one.name, around, exported, owner)
        # What it is in comes before it.
        visible = all(seen.get(id(each), False) for each in around) and rule(asked)
        seen[id(one)] = visible and not _is_function(one)
        if visible:
            found.append(one)
        elif one.found.one("class"):
            hidden.add(one.qualified_name)
    places = frozenset(
        (one.qualified_name, line(one.node)) for one in found if ".".join(one.owners) not in hidden
    )
    return Public(places, frozenset(_fields(source, rule, exported)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a rule is asked about."""

    source: Source
    node: "Node"
    name: str
    around: Sequence[Definition]
    exports: Exports
    owner: str = ""
    """Of what is written outside of it."""
    is_field: bool = False

    @property
    def declaring(self) -> "Node":
        """The node that carries the modifiers."""
        here: Node | None = self.node
        for _ in range(_CLIMB_MAX):
            if here is None:
                break
            if here.type in _DECLARING:
                return here
            here = here.parent
        return self.node

    def words(self, *kinds: str) -> set[str]:
        """Return the words in the modifiers before what is asked about."""
        found = [each for each in self.declaring.children if each.type in kinds]
        return {word for each in found for word in self.source.slice(each).split()}


def _is_function(one: Definition) -> bool:
    return one.found.one("function") is not None or one.found.one("declaration") is not None


def _fields(source: Source, rule: Callable[[_Asked], bool], exported: Exports) -> "list[Place]":
    found: list[Place] = []
    for each in source.matches("classes"):
        if each.one("attribute"):
            for node in each.nodes.get("name", ()):
                name = source.slice(node)
                if rule(_Asked(source, node, name, (), exported, is_field=True)):
                    found.append((name, line(node)))
    return found


def _of_python(asked: _Asked) -> bool:
    return is_public_name(asked.name) or bool(asked.around and asked.name == "__init__")


def _of_go(asked: _Asked) -> bool:
    return asked.name[:1].isupper() and (not asked.owner or asked.owner[:1].isupper())


def _of_rust(asked: _Asked) -> bool:
    node = asked.declaring
    if node.type == "impl_item":
        # What a trait asks for is told with the trait.
        return node.child_by_field_name("trait") is None
    if node.type == "enum_variant":
        return True
    parent = node.parent
    if parent and parent.parent and parent.parent.type == "trait_item":
        return True
    return any(
        each.type == "visibility_modifier" and asked.source.slice(each) == "pub"
        for each in node.children
    )


def _of_java(asked: _Asked) -> bool:
    node = asked.declaring
    if node.type == "enum_constant" or (
        node.type == "formal_parameter"
        and node.parent
        and node.parent.parent
        and node.parent.parent.type == "record_declaration"
    ):
        return True
    words = asked.words("modifiers")
    parent = node.parent
    if parent and parent.type in _OPEN_BODIES - {"enum_body"}:
        return "private" not in words
    return "public" in words


def _of_javascript(asked: _Asked) -> bool:
    if asked.name.startswith(("#", "_")) or _HIDING & asked.words("accessibility_modifier"):
        return False
    parent = asked.node.parent
    if asked.is_field or (parent and parent.type in {"class_body", *_OPEN_BODIES, "pair"}):
        return True
    if parent and parent.type in {"public_field_definition", "field_definition"}:
        return not _HIDING & {
            asked.source.slice(each)
            for each in parent.children
            if each.type == "accessibility_modifier"
        }
    if parent and parent.type == "object":
        return True
    return asked.exports.has(asked.source, asked.node, asked.name)


def _of_c(asked: _Asked) -> bool:
    return asked.is_field or "static" not in asked.words("storage_class_specifier")


def _of_cpp(asked: _Asked) -> bool:
    node = asked.declaring
    if node.parent and node.parent.type == "template_declaration":
        node = node.parent
    body = node.parent
    if body is None or body.type != "field_declaration_list":
        # A method that is written outside of its class is public where the class says so.
        is_space = asked.node.type == "namespace_definition"
        return _of_c(asked) and (is_space or not asked.owner) and not _is_nameless(body)
    before = node.prev_named_sibling
    while before is not None:
        if before.type == "access_specifier":
            return asked.source.slice(before).startswith("public")
        before = before.prev_named_sibling
    return bool(body.parent and body.parent.type != "class_specifier")


def _is_nameless(body: "Node | None") -> bool:
    """Tell whether it is in a namespace without a name: then no other file sees it."""
    space = body.parent if body else None
    return bool(
        space and space.type == "namespace_definition" and space.child_by_field_name("name") is None
    )


_RULES: Final[dict[str, Callable[[_Asked], bool]]] = {
    "python": _of_python,
    "javascript": _of_javascript,
    "typescript": _of_javascript,
    "tsx": _of_javascript,
    "go": _of_go,
    "rust": _of_rust,
    "java": _of_java,
    "c": _of_c,
    "cpp": _of_cpp,
}
