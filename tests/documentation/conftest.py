"""A workspace with code in it, and what keeps its documents."""

from pathlib import Path

import pytest

from ltmc_server.documentation.reading import CodeReader
from ltmc_server.documentation.sources import WorkspaceReader
from ltmc_server.documentation.upkeep import Upkeep
from ltmc_server.workspace.confinement import Workspace
from tests.documentation.sources import SHOP
from tests.workspace.places import CANARY, OUTSIDE


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a workspace with code in three languages, and a folder outside with a canary."""
    outside = tmp_path / OUTSIDE
    outside.mkdir()
    (outside / "tale.txt").write_text(CANARY, "utf-8")
    (outside / "tale.py").write_text(f"def f():\n    '''{CANARY}'''\n", "utf-8")
    root = tmp_path / "inside"
    (root / "src/node_modules").mkdir(parents=True)
    (root / "sub").mkdir()
    (root / "src/shop.py").write_text(SHOP, "utf-8")
    (root / "src/till.go").write_text("package till\n\n// Open opens.\nfunc Open() {}\n", "utf-8")
    (root / "src/cart.ts").write_text("export function add(item: string): void {}\n", "utf-8")
    (root / "src/node_modules/made.js").write_text("function made() {}\n", "utf-8")
    (root / "src/.hidden.py").write_text("def hidden(): ...\n", "utf-8")
    (root / ".gitignore").write_text("/out\n", "utf-8")
    (root / "out").mkdir()
    (root / "out/made.py").write_text("def made(): ...\n", "utf-8")
    (root / "a.txt").write_text("no code\n", "utf-8")
    return root


@pytest.fixture
def reader(root: Path) -> WorkspaceReader:
    return WorkspaceReader(Workspace.of((root,)))


@pytest.fixture
def upkeep(reader: WorkspaceReader) -> Upkeep:
    return Upkeep(CodeReader(reader))
