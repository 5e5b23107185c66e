"""Design patterns of Python, by what the code does; never by what it is called."""

import ast
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from ltmc_server.syntax.findings import Finding, Where, design
from ltmc_server.syntax.python.tree import FUNCTIONS, PythonFunction, with_owners

_Rule: TypeAlias = Callable[[ast.ClassDef, dict[str, PythonFunction]], str | None]

_ABSTRACT: Final = frozenset({"Protocol", "ABC"})


def python_designs(tree: ast.Module, file: str | None) -> Iterator[Finding]:
    """Yield the patterns that the rules of this file find, in the order of the source."""
    classes = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    for node, owners in with_owners(tree):
        if isinstance(node, ast.ClassDef):
            found = [(kind, rule(node, _methods(node))) for kind, rule in _OF_CLASSES.items()]
            found.append(("strategy", _strategy(node, classes)))
        elif isinstance(node, FUNCTIONS):
            found = [
                ("decorator", _decorator(node)),
                ("context_manager", _managed(node)),
                ("factory", _factory(node, classes)),
            ]
        else:
            continue
        name = ".".join((*owners, node.name))
        for kind, why in found:
            if why:
                yield design(kind, name, Where(file=file, line=node.lineno), why)


def _methods(node: ast.ClassDef) -> dict[str, PythonFunction]:
    return {each.name: each for each in node.body if isinstance(each, FUNCTIONS)}


def _singleton(node: ast.ClassDef, methods: dict[str, PythonFunction]) -> str | None:
    made = methods.get("__new__")
    if made is None or not made.args.args:
        return None
    taken = made.args.args[0].arg
    kept = {
        each.attr
        for each in ast.walk(made)
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store)
        if isinstance(each.value, ast.Name) and each.value.id in {taken, node.name}
    }
    returned = {
        each.value.attr
        for each in ast.walk(made)
        if isinstance(each, ast.Return) and isinstance(each.value, ast.Attribute)
    }
    for name in sorted(kept & returned):
        return f"__new__ keeps what it makes in {name} and returns it again"
    return None


def _context(node: ast.ClassDef, methods: dict[str, PythonFunction]) -> str | None:
    for pair in (("__enter__", "__exit__"), ("__aenter__", "__aexit__")):
        if methods.keys() >= set(pair):
            return f"defines {pair[0]} and {pair[1]}"
    return None


def _iterator(node: ast.ClassDef, methods: dict[str, PythonFunction]) -> str | None:
    for pair in (("__iter__", "__next__"), ("__aiter__", "__anext__")):
        if methods.keys() >= set(pair):
            return f"defines {pair[0]} and {pair[1]}"
    many = methods.get("__iter__")
    if many and any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(many)):
        return "__iter__ yields"
    return None


def _observer(node: ast.ClassDef, methods: dict[str, PythonFunction]) -> str | None:
    adds = {name: each for each in methods.values() for name in _added_to(each)}
    for method in methods.values():
        for loop in ast.walk(method):
            if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
                continue
            over = {_of_self(each) for each in ast.walk(loop.iter)} & adds.keys()
            if over and any(_calls(each, loop.target.id) for each in ast.walk(loop)):
                kept = min(filter(None, over))
                return f"{adds[kept].name} adds to {kept}, {method.name} calls each of them"
    return None


def _added_to(method: PythonFunction) -> Iterator[str]:
    """Yield attributes of `self` that the method adds a parameter of its own to."""
    taken = {each.arg for each in method.args.args[1:]}
    for each in ast.walk(method):
        match each:
            case ast.Call(
                func=ast.Attribute(value=kept, attr="append" | "add"), args=[ast.Name(id=name)]
            ) if name in taken:
                if attribute := _of_self(kept):
                    yield attribute


def _calls(node: ast.AST, name: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    return isinstance(called, ast.Name) and called.id == name


def _of_self(node: ast.AST) -> str | None:
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name
    return None


_OF_CLASSES: Final[dict[str, _Rule]] = {
    "singleton": _singleton,
    "context_manager": _context,
    "iterator": _iterator,
    "observer": _observer,
}


def _strategy(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> str | None:
    """Find what is given to `__init__`, is of an abstract class of the file, and is called."""
    made = _methods(node).get("__init__")
    if made is None:
        return None
    abstract = {each.name for each in classes.values() if _ABSTRACT & set(_base_names(each))}
    taken = {each.arg: _first_name(each.annotation) for each in made.args.args[1:]}
    kept = {
        name: taken[each.value.id]
        for each in ast.walk(made)
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Name)
        for target in each.targets
        if (name := _of_self(target)) and taken.get(each.value.id) in abstract
    }
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            inner = each.func.value if isinstance(each.func, ast.Attribute) else each.func
            name = _of_self(inner) or _of_self(each.func)
            if name in kept:
                return f"is given a {kept[name]}, keeps it in {name} and calls it"
    return None


def _base_names(node: ast.ClassDef) -> list[str]:
    return [name for each in node.bases if (name := _first_name(each))]


def _first_name(node: ast.expr | None) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            return name
        case ast.Subscript(value=inner):
            return _first_name(inner)
    return None


def _decorator(node: PythonFunction) -> str | None:
    inner = {each.name: each for each in node.body if isinstance(each, FUNCTIONS)}
    returned = [
        each.value.id
        for each in node.body
        if isinstance(each, ast.Return) and isinstance(each.value, ast.Name)
    ]
    taken = {each.arg for each in (*node.args.posonlyargs, *node.args.args)}
    for name in returned:
        called = {
            each.func.id
            for each in (ast.walk(inner[name]) if name in inner else ())
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
        }
        for parameter in sorted(called & taken):
            return f"returns {name}, which calls its parameter {parameter}"
    return None


def _managed(node: PythonFunction) -> str | None:
    names = {_first_name(each) for each in node.decorator_list}
    marked = names & {"contextmanager", "asynccontextmanager"}
    yields = any(isinstance(each, ast.Yield) for each in ast.walk(node))
    return f"is marked {min(map(str, marked))} and yields" if marked and yields else None


def _factory(node: PythonFunction, classes: dict[str, ast.ClassDef]) -> str | None:
    made = {
        each.value.func.id
        for each in ast.walk(node)
        if isinstance(each, ast.Return)
        and isinstance(each.value, ast.Call)
        and isinstance(each.value.func, ast.Name)
        and each.value.func.id in classes
    }
    return f"returns new {' or '.join(sorted(made))}" if len(made) > 1 else None
