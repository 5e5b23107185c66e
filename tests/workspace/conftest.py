"""A workspace, and beside it what must never be seen."""

from pathlib import Path

import pytest

from tests.workspace.places import CANARY, OUTSIDE


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a workspace with a few files, and a folder outside with a canary."""
    outside = tmp_path / OUTSIDE
    outside.mkdir()
    (outside / "tale.txt").write_text(CANARY, encoding="utf-8")
    (outside / "tale.json").write_text(f'["{CANARY}"]', encoding="utf-8")
    root = tmp_path / "inside"
    (root / "sub" / "deeper").mkdir(parents=True)
    (root / "a.txt").write_text("one\ntwo\nthree\n", encoding="utf-8")
    (root / "sub" / "b.py").write_text("def brew():\n    return 1\n", encoding="utf-8")
    return root
