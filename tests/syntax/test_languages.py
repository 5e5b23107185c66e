"""What is found in a file of each language, against what a person counts in it."""

from pathlib import Path

import pytest

from ltmc_server.syntax.classes import classes
from ltmc_server.syntax.functions import functions
from ltmc_server.syntax.grammars import language_of
from ltmc_server.syntax.imports import imports
from ltmc_server.syntax.outline import Function
from ltmc_server.syntax.parsing import Source, source
from ltmc_server.syntax.remarks import comments

SAMPLES = Path(__file__).parent / "samples"

FUNCTIONS = {
    "queue.go": "New=1 Queue.Push=3 Queue.Push.drop=3 Queue.Len=1 Map=2",
    "stack.rs": "Store.size=1 Stack.push=3 Stack.push.full=1 Stack.drain=2 Stack.fmt=3"
    " depth.of=1 depth.of.step=3",
    "cart.ts": "Cart.constructor=1 Cart.add=4 Cart.add.twice=1 Cart.size=1 Cart.onChange=1"
    " totals=1 outer=1 outer.inner=4 handlers.open=1 handlers.close=1 walk=1",
    "shop.js": "Shop.open=1 Shop.constructor=1 Shop.visit=3 Shop.of=1 Shop.size=2 outer=2"
    " outer.inner=2 double=1 close=2",
    "Bank.java": "Bank.Bank=1 Bank.Bank=1 Bank.iterator=1 Bank.open=7 Bank.open.size=1"
    " Bank.open=2 Bank.close=1 Bank.Account.empty=1 Bank.Kind.next=1",
    "list.c": "find=4 apply=3 main=1",
    "matrix.cpp": "math.linear.Matrix.~Matrix=1 math.linear.Matrix.at=1 math.linear.Matrix.at=4"
    " math.linear.Matrix.at.inside=2 math.linear.Point.operator===1 math.linear.twice=1 main=1",
}
"""Functions with a body, and the complexity of each, in the order of the file."""

DECLARED = {
    "queue.go": "Sink.Push Sink.Close",
    "stack.rs": "Store.put",
    "cart.ts": "Priced.total Cart.add Cart.add Cart.close",
    "shop.js": "",
    "Bank.java": "Bank.Account.balance",
    "list.c": "compare find",
    "matrix.cpp": "math.linear.Matrix.Matrix math.linear.Matrix.Matrix math.linear.Matrix.at"
    " math.linear.Matrix.operator* math.linear.Matrix.norm math.linear.name",
}

CLASSES = {
    "queue.go": {
        "struct Queue": "lock | Push Len | items onDrop low top",
        "interface Sink": " | Push Close | ",
        "struct lock": " |  | held",
    },
    "stack.rs": {
        "struct Stack": "fmt::Display | push drain fmt | items limit",
        "enum Fault": " |  | Full Empty",
        "trait Store": "Send | put size | NAME",
    },
    "cart.ts": {
        "interface Priced": "Named | total | price",
        "enum Size": " |  | Small Large",
        "class Cart": "Base Priced Closable | constructor add add add size close onChange"
        " | items open #secret owner limit",
    },
    "shop.js": {"class Shop": "events.Emitter | open constructor visit of size | count name goods"},
    "Bank.java": {
        "class Bank": "Firm Iterable<T> AutoCloseable | Bank Bank iterator open open close"
        " | INSTANCE accounts closed",
        "interface Bank.Account": " | balance empty | ",
        "enum Bank.Kind": " | next | GIRO SAVINGS",
        "record Bank.Entry": " |  | what cents",
    },
    "list.c": {
        "struct node": " |  | value next names",
        "enum order": " |  | ASCENDING DESCENDING",
        "struct list": " |  | head compare",
    },
    "matrix.cpp": {
        "class math.linear.Matrix": "Shape detail::Storage<T>"
        " | Matrix Matrix ~Matrix at at operator* norm | count cells first last",
        "struct math.linear.Point": " | operator== | x y",
    },
}
"""Bases, methods and attributes of each."""

IMPORTS = {
    "queue.go": "context errors",
    "stack.rs": "std::fmt::{self, Display}",
    "cart.ts": "./money fs",
    "shop.js": "fs ./sell.mjs ./price.mjs",
    "Bank.java": "java.util java.util.Objects.requireNonNull",
    "list.c": "stdlib.h list.h",
    "matrix.cpp": "vector shape.hpp",
}

SAID = {
    ("queue.go", "Queue.Push"): "Push waits for a place.\nIt gives up when ctx ends.",
    ("stack.rs", "Stack.push"): "Puts one on top.",
    ("cart.ts", "Cart.add"): "Adds an item.",
    ("Bank.java", "Bank.open"): "Opens an account.\n@param owner who",
    ("list.c", "find"): "Finds a value.",
}


def sample(name: str) -> Source:
    text = (SAMPLES / name).read_text("utf-8")
    return source(text, language_of(name, text) or "")


def one(name: str, function: str) -> Function:
    """Return the function of a name that has a docstring; only one of its overloads has."""
    found = {each.qualified_name: each for each in functions(sample(name)) if each.docstring}
    return found[function]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_and_their_complexity(name: str) -> None:
    found = functions(sample(name))

    bodies = [f"{each.qualified_name}={each.complexity}" for each in found if not declared(each)]
    assert bodies == FUNCTIONS[name].split()
    assert [each.qualified_name for each in found if declared(each)] == DECLARED[name].split()


def declared(function: Function) -> bool:
    return function.is_declaration


@pytest.mark.parametrize("name", CLASSES)
def test_classes_with_bases_methods_and_attributes(name: str) -> None:
    found = {
        f"{each.kind} {each.qualified_name}": " | ".join(
            " ".join(names)
            for names in (
                each.bases,
                [method.name for method in each.methods],
                [attribute.name for attribute in each.attributes],
            )
        )
        for each in classes(sample(name))
    }

    assert found == CLASSES[name]


@pytest.mark.parametrize("name", IMPORTS)
def test_imports(name: str) -> None:
    assert " ".join(each.module for each in imports(sample(name))) == IMPORTS[name]


@pytest.mark.parametrize(("name", "function"), SAID)
def test_the_comment_before_a_function_is_its_docstring(name: str, function: str) -> None:
    assert one(name, function).docstring == SAID[name, function]


def signature(function: Function) -> list[str]:
    return [
        f"{each.name}: {each.annotation}"
        + (f" = {each.default}" if each.default else "")
        + (f" ({each.kind})" if each.kind != "positional" else "")
        for each in function.parameters
    ]


def test_parameters_have_kinds_types_and_defaults() -> None:
    found = {
        (name, each.qualified_name): each
        for name in FUNCTIONS
        for each in functions(sample(name))
        if not each.is_declaration
    }

    assert signature(found["queue.go", "Map"]) == [
        "in: []A",
        "f: func(A) B",
        "extra: B (variadic)",
    ]
    assert signature(found["stack.rs", "Stack.push"]) == ["self: &mut self (receiver)", "item: T"]
    assert signature(found["cart.ts", "Cart.constructor"]) == [
        "owner: string",
        "limit: None = 10",
        "tags: string[] (variadic)",
    ]
    assert signature(found["list.c", "apply"]) == [
        "l: list *",
        "each: void (*)(node_t *)",
        "argv: char *const []",
        ": None (variadic)",
    ]
    assert signature(found["Bank.java", "Bank.Bank"])[1:] == ["first: T (variadic)"]


def test_what_is_returned_decorated_and_async() -> None:
    add, drain = one("cart.ts", "Cart.add"), functions(sample("stack.rs"))[4]

    assert (add.returns, add.decorators, add.is_async) == ("Promise<void>", ["@logged"], True)
    assert (drain.returns, drain.is_async) == ("Vec<T>", True)
    assert one("list.c", "find").returns == "node_t *"
    assert one("Bank.java", "Bank.open").decorators == ["@Deprecated", '@Audited("open")']
    assert classes(sample("stack.rs"))[0].decorators == ["#[derive(Debug, Clone)]"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_language_is_told_without_the_name_of_the_file(name: str) -> None:
    text = (SAMPLES / name).read_text("utf-8")

    assert language_of("", text) == language_of(name, text)


def test_comments_are_told_apart_by_kind() -> None:
    kinds = {(each.kind, each.line): each.text for each in comments(sample("list.c"))}

    assert kinds == {
        ("block", 4): "One link.",
        ("block", 18): "Finds a value.",
        ("todo", 26): "TODO: say that it is not there",
    }
