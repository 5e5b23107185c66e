"""The tool on a workspace, and plans in a dictionary."""

from pathlib import Path

import pytest

from ltmc_server.jobs import Jobs
from ltmc_server.stores.in_memory.blueprints import InMemoryBlueprints
from ltmc_server.tools.sync import SyncTool
from tests.documentation.sources import SHOP
from tests.keeping import sync_tool


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "inside"
    (root / "src").mkdir(parents=True)
    (root / "src/shop.py").write_text(SHOP, "utf-8")
    (root / "src/till.go").write_text("package till\n\nfunc Open() {}\n", "utf-8")
    return root


@pytest.fixture
def plans() -> InMemoryBlueprints:
    return InMemoryBlueprints()


@pytest.fixture
def sync(root: Path, plans: InMemoryBlueprints) -> SyncTool:
    return sync_tool(root, Jobs(), plans)
