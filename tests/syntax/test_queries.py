"""What functions, classes, imports and calls are, in every language."""

import pytest
from tree_sitter import Query, QueryCursor

from ltmc_server.syntax.grammars import LANGUAGES, language, language_of, parser
from ltmc_server.syntax.queries import QUERIES

PYTHON = """
import os
from a.b import c as d
class Pot(Base):
    @lid
    async def brew(self, tea: str) -> int:
        return steep(tea.leaf(1))
pour = lambda: 1
"""
JAVASCRIPT = """
import x from "y";
const r = require("z");
class Pot extends Base { brew(a) { steep(a); } }
function* pour() {}
const sip = async (a) => a;
const cups = { fill() {}, wash: function () {} };
new Pot();
"""
TYPESCRIPT = """
import x from "y";
abstract class Pot<T> { brew(a: T): void { steep(a) } sip = () => 1 }
interface Lid { lift(): void }
type Cup = {};
enum Size { Small }
export const pour = (a: number): number => a;
"""
GO = """package tea
import ("fmt"; x "os")
type Pot struct { Base }
type Lid interface { Lift() }
func (p *Pot) Brew(x int) error { fmt.Println(x); return nil }
func Pour[T any](t T) {}
"""
RUST = """
use std::io;
struct Pot; enum Size { Small } trait Lid { fn lift(&self); }
impl Lid for Pot { fn lift(&self) { steep(); println!("x"); } }
async fn pour<T>(x: T) -> u8 { 1 }
"""
JAVA = """
import java.util.*; import static a.B.c;
class Pot extends Base { Pot() {} <T> void brew(T x) throws E { steep(x); new Pot(); } }
interface Lid { void lift(); } enum Size { SMALL } record Cup(int a) {}
"""
C = """
#include <tea.h>
struct Pot { int a; }; typedef struct { int b; } Cup; enum Size { SMALL };
static int **brew(int a) { return steep(a); }
int declared(void);
"""
CPP = """
#include "tea.hpp"
namespace n { class Pot : public Base { public: Pot(); ~Pot() {} int brew() { return steep(); } };
template<class T> T pour(T t) { return t.x(); } }
int& n::Pot::lift() { return *new int(1); }
enum class Size { Small }; auto sip = [](int a) { return a; };
"""
SOURCES = {
    "python": PYTHON,
    "javascript": JAVASCRIPT,
    "typescript": TYPESCRIPT,
    "tsx": TYPESCRIPT + "const view = () => <b onClick={steep()}/>;",
    "go": GO,
    "rust": RUST,
    "java": JAVA,
    "c": C,
    "cpp": CPP,
}
FOUND = {
    "python": ["brew pour", "Pot", "os a.b", "steep tea.leaf"],
    "javascript": ["brew pour sip fill wash", "Pot", '"y" "z"', "require steep Pot"],
    "typescript": ["brew sip pour", "Pot Lid Cup Size", '"y"', "steep"],
    "tsx": ["brew sip pour view", "Pot Lid Cup Size", '"y"', "steep steep"],
    "go": ["Brew Pour", "Pot Lid", '"fmt" "os"', "fmt.Println"],
    "rust": ["lift lift pour", "Pot Size Lid Pot", "std::io", "steep println"],
    "java": ["Pot brew lift", "Pot Lid Size Cup", "java.util a.B.c", "steep Pot"],
    "c": ["brew", "Pot Cup Size", "<tea.h>", "steep"],
    "cpp": [
        "~Pot brew pour n::Pot::lift sip",
        "Pot Size",
        '"tea.hpp"',
        "steep t.x int",
    ],
}


@pytest.mark.parametrize("name", LANGUAGES)
def test_each_language_has_its_functions_classes_imports_and_calls(name: str) -> None:
    root = parser(name).parse(SOURCES[name].encode()).root_node
    assert not root.has_error

    found = {}
    for kind, query in QUERIES[name].items():
        captured = QueryCursor(Query(language(name), query)).matches(root)
        names = [each["name"][0] for _, each in captured if "name" in each]
        ordered = sorted(names, key=lambda node: node.start_byte)
        found[kind] = " ".join((node.text or b"").decode() for node in ordered)

    assert list(found.values()) == FOUND[name]


@pytest.mark.parametrize(
    ("file_name", "source", "expected"),
    [
        ("a.py", "", "python"),
        ("A.PY", "", "python"),
        ("x/y.tsx", "", "tsx"),
        ("a.h", "int f(void);", "c"),
        ("a.h", "namespace n {}", "cpp"),
        ("run", "#!/usr/bin/env python3\n", "python"),
        ("run", "#!/bin/sh\n", None),
        ("a.txt", "", None),
        ("", "", None),
    ],
)
def test_a_language_is_told_by_name_or_first_line(
    file_name: str, source: str, expected: str | None
) -> None:
    assert language_of(file_name, source) == expected


def test_there_is_no_grammar_for_other_names() -> None:
    with pytest.raises(ValueError, match="no grammar for 'os'"):
        language("os")
