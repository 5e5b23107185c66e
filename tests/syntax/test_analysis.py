"""Smells and design patterns: what each rule finds, and what it must not."""

import pytest

from ltmc_server.syntax.analysis import between, findings
from ltmc_server.syntax.parsing import source

SMELLS = {
    "long_function": "def f():\n" + "    x = 1\n" * 60,
    "many_parameters": "def f(self, a, b, c, d, e, *, f, g): ...",
    "deep_nesting": "def f(a):\n"
    + "".join(f"{'    ' * depth}if a:\n" for depth in range(1, 6))
    + "    " * 6
    + "pass",
    "god_class": "class A:\n" + "".join(f"    def m{n}(self): return {n}\n" for n in range(21)),
    "many_todos": "# TODO: a\n# FIXME: b\n# XXX c\n",
    "broad_except": "try:\n    f()\nexcept (KeyError, Exception):\n    log()\n",
    "empty_except": "try:\n    f()\nexcept KeyError:\n    pass\n",
    "mutable_default": "def f(a, *, b=dict()): return b",
}

SOUND = {
    "a function of sixty lines": "def f():\n" + "    x = 1\n" * 59,
    "six parameters": "def f(self, a, b, c, d, e, g): return 1",
    "an elif chain": "def f(a):\n    if a: pass\n" + "    elif a: pass\n" * 9,
    "a broad except that raises": "try:\n    f()\nexcept Exception:\n    log()\n    raise\n",
    "a default that can not change": "def f(a=(), b=None, c=frozenset()): return a",
    "two todos": "# TODO: a\n# TODO: b\n",
    "a class named Singleton": "class Singleton:\n    def factory(self): return Singleton()\n",
    "a class that is only looped over": "class A:\n    def add(self, x): self.xs.append(x)\n"
    "    def all(self):\n        for x in self.xs: print(x)\n",
}

DESIGNS = {
    "singleton": """
class One:
    kept = None
    def __new__(cls):
        if cls.kept is None:
            cls.kept = super().__new__(cls)
        return cls.kept
""",
    "factory": """
class Cat: pass
class Dog: pass
def pet(name):
    if name == "cat":
        return Cat()
    return Dog()
""",
    "decorator": """
def twice(function):
    def inner(*args):
        function(*args)
        return function(*args)
    return inner
""",
    "context_manager": """
class Open:
    def __enter__(self): return self
    def __exit__(self, *error): return None
""",
    "iterator": """
class Count:
    def __iter__(self): return self
    def __next__(self): return 1
""",
    "observer": """
class Bell:
    def __init__(self): self.heard_by = []
    def tell(self, listener): self.heard_by.append(listener)
    def ring(self):
        for each in self.heard_by:
            each.notify()
""",
    "strategy": """
class Route(Protocol):
    def length(self): ...
class Trip:
    def __init__(self, route: Route): self.route = route
    def cost(self): return 2 * self.route.length()
""",
}


@pytest.mark.parametrize("kind", SMELLS)
def test_a_smell_is_found_once_with_its_reason(kind: str) -> None:
    found, _ = findings(source(SMELLS[kind], "python"), "a.py")

    assert [(one.group, one.kind, one.where.file) for one in found] == [("smell", kind, "a.py")]
    assert found[0].why


@pytest.mark.parametrize("what", SOUND)
def test_what_is_sound_is_not_called_a_smell_or_a_pattern(what: str) -> None:
    found, _ = findings(source(SOUND[what], "python"), None)

    assert found == []


@pytest.mark.parametrize("kind", DESIGNS)
def test_a_design_pattern_is_found_by_what_the_code_does(kind: str) -> None:
    found, _ = findings(source(DESIGNS[kind], "python"), None)

    assert [(one.group, one.kind) for one in found] == [("design", kind)]


@pytest.mark.parametrize(
    ("language", "text", "kinds"),
    [
        ("javascript", "function f() { try { g(); } catch (e) { } }", ["empty_except"]),
        ("java", "class A { void f() { try { } catch (Exception e) { g(); } } }", ["broad_except"]),
        ("cpp", "void f() { try { } catch (...) { g(); } }", ["broad_except"]),
        ("java", "class A { static A ONE = new A(); }", ["singleton"]),
        ("rust", "struct A; impl Iterator for A { fn next(&mut self) {} }", ["iterator"]),
        ("go", "package a\nfunc f(a, b, c, d, e, f, g int) {}", ["many_parameters"]),
    ],
)
def test_other_languages_have_smells_too(language: str, text: str, kinds: list[str]) -> None:
    found, _ = findings(source(text, language), None)

    assert [one.kind for one in found] == kinds


def test_the_same_body_in_two_files_is_told_at_the_second() -> None:
    body = "    # {}\n    total = 0\n    for each in a:\n        total += each\n    return total\n"
    _, first = findings(source(f"def f(a):\n{body}", "python"), "a.py")
    _, second = findings(source(f'\ndef g(a):\n    """Sum."""\n{body}', "python"), "b.py")

    [found] = between([("a.py", first[0]), ("b.py", second[0])])

    assert (found.kind, found.name, found.where.file) == ("duplicate_body", "g", "b.py")
    assert found.why == "its body is that of f, a.py:1"
