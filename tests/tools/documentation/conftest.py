"""The tool on a workspace."""

from pathlib import Path

import pytest

from ltmc_server.tools.documentation import DocumentationTool
from tests.documentation.sources import SHOP
from tests.keeping import documentation_tool


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "inside"
    (root / "src").mkdir(parents=True)
    (root / "src/shop.py").write_text(SHOP, "utf-8")
    (root / "src/till.go").write_text("package till\n\n// Open opens.\nfunc Open() {}\n", "utf-8")
    (tmp_path / "beside.md").write_text("canary", "utf-8")
    return root


@pytest.fixture
def documentation(root: Path) -> DocumentationTool:
    return documentation_tool(root)
