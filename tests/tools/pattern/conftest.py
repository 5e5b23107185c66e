"""The tool over a folder of two files and a store that lives in a dictionary."""

from pathlib import Path

import pytest

from ltmc_server.documentation.sources import WorkspaceReader
from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.stores.in_memory.attempts import InMemoryAttempts
from ltmc_server.tools.pattern import PatternTool
from ltmc_server.tools.pattern.sources import Sources
from ltmc_server.workspace.confinement import Workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "workspace"
    (root / "src/node_modules").mkdir(parents=True)
    (root / "src/a.py").write_text("def f(a=[]):\n    return a\n", "utf-8")
    (root / "src/b.go").write_text("package b\n\nfunc G() {}\n", "utf-8")
    (root / "src/notes.txt").write_text("def no(): pass\n", "utf-8")
    (root / "src/node_modules/c.js").write_text("function no() {}\n", "utf-8")
    (tmp_path / "secret.py").write_text("def secret(): pass\n", "utf-8")
    (root / "src/link.py").symlink_to(tmp_path / "secret.py")
    return root


@pytest.fixture
def pattern(folder: Path) -> PatternTool:
    return PatternTool(
        sources=Sources(WorkspaceReader(Workspace.of((folder,)))),
        attempts=InMemoryAttempts(),
        embedder=HashingEmbedder(),
        project="here",
    )
