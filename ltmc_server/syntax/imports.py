"""What does a source take from elsewhere?"""

import ast

from ltmc_server.syntax.outline import Import
from ltmc_server.syntax.parameters import shortened
from ltmc_server.syntax.parsing import Source, line
from ltmc_server.syntax.python.tree import python_tree

_CALLEES = frozenset({"require", "import"})


def imports(source: Source) -> list[Import]:
    """Return every import, in the order of the source.

    Raises:
        UnreadableSource: it is too long, too broken, or takes too long.
    """
    if source.language == "python" and (tree := python_tree(source)):
        return sorted(
            (one for node in ast.walk(tree) for one in _of_python(node)), key=lambda one: one.line
        )
    found: dict[tuple[int, str], Import] = {}
    for each in source.matches("imports"):
        callee, module = each.first("callee"), each.first("module")
        if module is None or (callee is not None and source.slice(callee) not in _CALLEES):
            continue
        name = shortened(source.slice(module)).strip("\"'`<>")
        names = ("*",) if each.first("all") else ()
        found[(module.start_byte, name)] = Import(module=name, line=line(module), names=names)
    return [found[key] for key in sorted(found)]


def _of_python(node: ast.AST) -> list[Import]:
    match node:
        case ast.Import():
            return [Import(module=each.name, line=node.lineno) for each in node.names]
        case ast.ImportFrom():
            module = "." * node.level + (node.module or "")
            names = [each.name for each in node.names]
            return [Import(module=module, line=node.lineno, names=names)]
        case _:
            return []
