"""Which files imports mean, in each language."""

from collections.abc import Mapping

import pytest

from tests.diagrams.diagram_builders import imported, links_of

CASES: dict[str, tuple[Mapping[str, str], Mapping[str, list[str]]]] = {
    "python: absolute, relative, of a package, of what a package holds": (
        {
            "src/shop/__init__.py": "from .tea import Tea\n",
            "src/shop/tea.py": "import os, re2\n",
            "src/shop/cup/__init__.py": "",
            "src/shop/cup/red.py": "from .. import tea\nfrom ..tea import Tea\nimport shop.cup\n",
            "src/run.py": "from shop.cup import red, Nothing\nfrom shop import *\nimport shop\n",
        },
        {
            "src/shop/__init__.py": ["src/shop/tea.py"],
            "src/shop/cup/red.py": ["src/shop/cup/__init__.py", "src/shop/tea.py"],
            "src/run.py": [
                "src/shop/__init__.py",
                "src/shop/cup/__init__.py",
                "src/shop/cup/red.py",
            ],
        },
    ),
    "python: a module beside it is none of its package": (
        {"shop/__init__.py": "", "shop/redis.py": "import redis\n", "shop/a.py": "import redis\n"},
        {},
    ),
    "python: scripts side by side": (
        {"run.py": "import tea\n", "tea.py": ""},
        {"run.py": ["tea.py"]},
    ),
    "typescript and javascript: with and without endings, folders, require": (
        {
            "web/app.ts": "import { a } from './tea';\nexport * from './cups';\n",
            "web/tea.ts": "import x from '../old/pot.js';\nimport t from './types.js';\n",
            "web/types.ts": "export type T = string;\n",
            "web/cups/index.tsx": "import React from 'react';\nimport fs from 'node:fs';\n",
            "old/pot.js": "const a = require('../web/app');\nconst b = require('./gone');\n",
        },
        {
            "web/app.ts": ["web/cups/index.tsx", "web/tea.ts"],
            "web/tea.ts": ["old/pot.js", "web/types.ts"],
            "old/pot.js": ["web/app.ts"],
        },
    ),
    "rust: mod, crate, self, super, trees, another crate": (
        {
            "pot/src/lib.rs": "pub mod tea;\nmod cup;\npub use crate::cup::Cup;\n",
            "pot/src/tea.rs": "use super::cup::{self, Cup};\nuse std::fs;\n",
            "pot/src/cup/mod.rs": "mod red;\nuse self::red::Red;\nuse serde::Serialize;\n",
            "pot/src/cup/red.rs": "use crate::{tea::Tea, cup::{Cup as C, *}};\n",
            "run/src/main.rs": "use pot::tea::Tea;\n",
        },
        {
            "pot/src/lib.rs": ["pot/src/cup/mod.rs", "pot/src/tea.rs"],
            "pot/src/tea.rs": ["pot/src/cup/mod.rs"],
            "pot/src/cup/mod.rs": ["pot/src/cup/red.rs"],
            "pot/src/cup/red.rs": ["pot/src/cup/mod.rs", "pot/src/tea.rs"],
            "run/src/main.rs": ["pot/src/tea.rs"],
        },
    ),
    "java: a class, what is in it, all of a package": (
        {
            "src/a/Shop.java": "package a;\nimport b.Tea;\nimport java.util.List;\nclass Shop {}\n",
            "src/b/Tea.java": "package b;\nimport static a.Shop.sell;\nclass Tea {}\n",
            "src/b/Cup.java": "package b;\nimport a.*;\nimport org.junit.Test;\nclass Cup {}\n",
        },
        {
            "src/a/Shop.java": ["src/b/Tea.java"],
            "src/b/Tea.java": ["src/a/Shop.java"],
            "src/b/Cup.java": ["src/a/Shop.java"],
        },
    ),
    "c and c++: beside it, and from folders of headers": (
        {
            "src/main.c": '#include "tea.h"\n#include <shop/cup.hpp>\n#include <stdio.h>\n',
            "src/tea.h": "int tea;\n",
            "include/shop/cup.hpp": '#include "../../src/tea.h"\n#include <vector>\n',
        },
        {
            "src/main.c": ["include/shop/cup.hpp", "src/tea.h"],
            "include/shop/cup.hpp": ["src/tea.h"],
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_imports_lead_to_files(name: str) -> None:
    sources, expected = CASES[name]

    assert imported(sources) == expected


GO = {
    "api/main.go": 'package main\nimport (\n "fmt"\n "example.com/tea/pot"\n "github.com/x/y"\n)\n',
    "pot/pot.go": "package pot\n",
    "pot/lid.go": "package pot\n",
}


def test_go_imports_every_file_of_a_package_by_the_name_of_its_module() -> None:
    expected = {"api/main.go": ["pot/lid.go", "pot/pot.go"]}

    assert imported(GO, go_modules={"": "example.com/tea"}) == expected
    # Without a go.mod the end of the path tells.
    assert imported(GO) == expected
    assert imported(GO, go_modules={"": "example.com/coffee"}) == {}


def test_what_is_elsewhere_is_counted_apart_from_what_was_not_found() -> None:
    links = links_of(
        {
            "a/__init__.py": "import os, sys\nimport numpy\nfrom numpy import linalg\n",
            "a/b.py": "from .gone import x\nfrom a import b\n",
            "c.ts": "import r from 'react/dom';\nimport p from '@x/y/z';\nimport './gone';\n",
            "d.go": 'package d\nimport "fmt"\nimport "github.com/x/y/z"\n',
        }
    )

    assert links.external == {"numpy": 2, "react": 1, "@x/y": 1, "github.com/x/y": 1}
    assert links.standard == {"os": 1, "sys": 1, "fmt": 1}
    assert links.unresolved == {".gone": 1, "./gone": 1}
