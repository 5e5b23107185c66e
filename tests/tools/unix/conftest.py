"""The tool on a workspace."""

from pathlib import Path

import pytest

from ltmc_server.tools.unix import UnixTool
from ltmc_server.workspace.confinement import Workspace
from tests.workspace.places import CANARY, OUTSIDE


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a workspace with a few files, and a folder outside with a canary."""
    outside = tmp_path / OUTSIDE
    outside.mkdir()
    (outside / "tale.txt").write_text(CANARY, encoding="utf-8")
    (outside / "tale.json").write_text(f'["{CANARY}"]', encoding="utf-8")
    root = tmp_path / "inside"
    (root / "sub").mkdir(parents=True)
    (root / "a.txt").write_text("one\ntwo\nthree\n", encoding="utf-8")
    (root / "b.txt").write_text("one\n2\nthree\nfour\n", encoding="utf-8")
    (root / "data.json").write_text('{"tea": [{"name": "assam"}, {"name": null}]}')
    (root / "sub" / "brew.py").write_text(
        "import os\n\n\nclass Pot:\n    async def brew(self, tea: str) -> str:\n"
        "        return steep(tea)\n",
        encoding="utf-8",
    )
    (root / ".hidden").touch()
    (root / ".env").write_text(f"TOKEN={CANARY}\n", encoding="utf-8")
    return root


@pytest.fixture
def unix(root: Path) -> UnixTool:
    return UnixTool(Workspace.of((root,)))
