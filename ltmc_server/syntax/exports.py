"""What does a source of JavaScript or TypeScript hand to others?"""

from typing import TYPE_CHECKING, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.syntax.parsing import Source

if TYPE_CHECKING:
    from tree_sitter import Node

_CLIMB_MAX: Final = 5
_COMMON: Final = ("exports.", "module.exports")
"""How a source of CommonJS begins a line that exports."""

_AROUND: Final = frozenset(
    {"lexical_declaration", "variable_declaration", "variable_declarator", "ambient_declaration"}
    | {"expression_statement", "assignment_expression", "internal_module", "module"}
)
"""Between an `export` and what it exports."""


@dataclass(frozen=True, slots=True)
class Exports:
    """The names that a source exports."""

    names: frozenset[str]
    """Those of lists and defaults: `export { a }`, `module.exports = a`."""
    exports_any: bool
    """Whether anything is exported; of a source that exports nothing, all is."""

    def has(self, source: Source, node: "Node", name: str) -> bool:
        """Tell whether what `node` defines is exported."""
        if not self.exports_any or name in self.names:
            return True
        here = node.parent
        for _ in range(_CLIMB_MAX):
            if here is None or here.type not in {*_AROUND, "export_statement"}:
                return False
            left = here.child_by_field_name("left")
            if here.type == "export_statement" or (
                left is not None and source.slice(left).startswith(_COMMON)
            ):
                return True
            here = here.parent
        return False


def exports(source: Source) -> Exports:
    """Return what a source exports; of other languages nothing is known here."""
    names: set[str] = set()
    any_export = False
    for found in source.matches("exports"):
        target = found.first("target")
        if target is not None and not source.slice(target).startswith(_COMMON):
            continue
        any_export = True
        names |= {source.slice(node) for node in found.nodes.get("exported", ())}
    return Exports(frozenset(names), any_export)
