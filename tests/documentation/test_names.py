"""Which names are public in each language, and what is told of them."""

from pathlib import Path

import pytest

from tests.documentation.sources import SHOP, made

SAMPLES = Path(__file__).parent.parent / "syntax/samples"

PUBLIC = {
    "queue.go": "Queue Queue.Push Queue.Len Sink Sink.Push Sink.Close New Map",
    "stack.rs": "Stack Stack.push Stack.drain Fault Store Store.put Store.size",
    "cart.ts": "Priced Priced.total Size Cart Cart.constructor Cart.add Cart.size Cart.close"
    " totals walk",
    "shop.js": "close",
    "Bank.java": "Bank Bank.iterator Bank.open Bank.close",
    "list.c": "node order list find main",
    "matrix.cpp": "math.linear.Matrix math.linear.Matrix.Matrix math.linear.Matrix.~Matrix"
    " math.linear.Matrix.at math.linear.Matrix.operator* math.linear.Matrix.norm"
    " math.linear.Point math.linear.Point.operator== math.linear.twice math.linear.name main",
}
"""In the order they are told; each method once, after its class."""

FIELDS: dict[str, dict[str, list[str]]] = {
    "queue.go": {"Queue": []},
    "stack.rs": {"Stack": ["limit"], "Fault": ["Full", "Empty"], "Store": ["NAME"]},
    "cart.ts": {"Priced": ["price"], "Cart": ["open", "limit"]},
    "Bank.java": {"Bank": []},
    "list.c": {"node": ["value", "next", "names"]},
    "matrix.cpp": {"math.linear.Matrix": ["count"]},
}

SIGNATURES = {
    "queue.go": {
        "Queue": "struct Queue[T any]",
        "Queue.Push": "func (q *Queue[T]) Push(ctx context.Context, item T) error",
        "Sink.Close": "Close() error",
    },
    "stack.rs": {
        "Stack": "pub struct Stack<T: Clone>\n    limit: usize",
        "Stack.push": "pub fn push(&mut self, item: T) -> Result<usize, Fault>",
    },
    "cart.ts": {
        "Cart.add": "add(item: T): void\nadd(item: T, count: number): void\n"
        "async add(item: T, count?: number): Promise<void>",
        "totals": "totals = <T,>(items: T[], by: (item: T) => number)",
        "walk": "function* walk(): Generator<number>",
    },
    "Bank.java": {
        "Bank.open": '@Deprecated @Audited("open") public synchronized <K> T '
        "open(final String owner, int[] pin) throws BankException"
    },
    "list.c": {"find": "node_t *find(list *l, int value)"},
    "matrix.cpp": {
        "math.linear.Matrix.at": "T& at(int row, int column)\n"
        "const T& at(int row, int column) const"
    },
}


@pytest.mark.parametrize("file", PUBLIC)
def test_what_is_public_in_each_language(file: str) -> None:
    found = made((SAMPLES / file).read_text("utf-8"), file)
    fields = {one.qualified_name: one.fields for one in found.names}
    signatures = {one.qualified_name: one.signature for one in found.names}

    assert [one.qualified_name for one in found.names] == PUBLIC[file].split()
    assert {name: fields[name] for name in FIELDS.get(file, {})} == FIELDS.get(file, {})
    wanted = SIGNATURES.get(file, {})
    assert {name: signatures[name] for name in wanted} == wanted


def test_python_tells_signatures_docstrings_lines_and_errors() -> None:
    found = made(SHOP)

    assert found.docs == "A shop."
    assert [(one.qualified_name, one.kind, one.line) for one in found.names] == [
        ("Shop", "class", 3),
        ("Shop.__init__", "constructor", 9),
        ("Shop.open", "method", 13),
        ("Shop.sell", "method", 20),
        ("close", "function", 40),
    ]
    by_name = {one.qualified_name: one for one in found.names}
    assert by_name["Shop"].signature == "class Shop(Base)\n    goods: list[str] = []\n    name"
    assert by_name["Shop.open"].signature == "@property\ndef open(self) -> bool"
    sell = by_name["Shop.sell"]
    assert sell.signature == "def sell(self, what: str, *, count: int = 1) -> float"
    assert (sell.parameters, sell.returns, sell.raises) == (
        ["what", "count"],
        "float",
        ("SoldOut",),
    )
    assert by_name["close"].signature == "def close(shop, /, *rest, **more)"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("__all__ = ['_a']\ndef _a(): ...\ndef b(): ...", ["_a"]),
        ("__all__ = ['a']\n__all__ += ['b']\ndef a(): ...\ndef b(): ...\ndef c(): ...", ["a", "b"]),
        ("if True:\n    def a(): ...\nelse:\n    def _b(): ...", ["a"]),
        ("class _A:\n    def b(self): ...", []),
        ("def f():\n    class A:\n        def m(self): ...", ["f"]),
    ],
)
def test_python_asks_all_and_underscores(code: str, names: list[str]) -> None:
    assert [one.qualified_name for one in made(code).names] == names


@pytest.mark.parametrize(
    ("file", "code", "names"),
    [
        ("a.ts", "export { a as z };\nfunction a() {}\nfunction b() {}", ["a"]),
        ("a.ts", "export class A { private b() {} protected c() {} d() {} #e() {} }", ["A", "A.d"]),
        ("a.ts", "export namespace N { export function a() {} function b() {} }", ["N.a"]),
        ("a.js", "function a() {}\nfunction _b() {}", ["a"]),
        ("a.js", "function a() {}\nfunction b() {}\nmodule.exports = { a };", ["a"]),
        ("a.js", "class A { m() {} }\nfunction b() {}\nmodule.exports = A;", ["A", "A.m"]),
        ("a.js", "export default a;\nfunction a() {}\nfunction b() {}", ["a"]),
        (
            "a.rs",
            "pub(crate) fn a() {}\nmod m { pub fn b() {} }\npub mod n { pub fn c() {} }",
            ["n.c"],
        ),
        ("a.rs", "struct S;\nimpl S { pub fn a() {} }", []),
        ("a.go", "package a\nfunc (s *stack) Push() {}\nfunc (s *Stack) Pop() {}", ["Stack.Pop"]),
        ("A.java", "public interface A { void a(); private void b() {} }", ["A", "A.a"]),
        ("A.java", "class A { public void a() {} }", []),
        ("a.c", "static int a(void) { return 1; }\nint b(void);", ["b"]),
        ("a.cpp", "namespace { int a(); }\nclass B { int c(); public: int d(); };", ["B", "B.d"]),
    ],
)
def test_each_language_has_its_own_rule(file: str, code: str, names: list[str]) -> None:
    assert [one.qualified_name for one in made(code, file).names] == names


def test_errors_are_told_where_they_are_named() -> None:
    java = made("public class A { public void b() throws IOException, X { } }", "A.java")
    script = made("export function a() { throw new RangeError('x'); }", "a.ts")

    assert java.names[1].raises == ("IOException", "X")
    assert script.names[0].raises == ("RangeError",)


def test_errors_of_inner_functions_are_not_those_of_the_outer() -> None:
    inner = made(
        "def f():\n    def g():\n        raise KeyError\n    raise caught\n    raise TypeError(1)"
    )

    assert inner.names[0].raises == ("TypeError",)
