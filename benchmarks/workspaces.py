"""A server whose workspace is a folder that a benchmark has made."""

import json
import os
import shutil
import tempfile
from contextlib import chdir
from functools import cache
from pathlib import Path

from benchmarks.in_process import Server


@cache
def server_in(folder: str, root: str) -> Server:
    """Return this process's server on a copy of a data folder, started in `root`."""
    data = tempfile.mkdtemp(prefix="data-", dir=Path.cwd())
    shutil.copytree(folder, data, dirs_exist_ok=True)
    os.environ["LTMC_WORKSPACE_ROOTS"] = json.dumps([root])
    try:
        with chdir(root):
            return Server(Path(data))
    finally:
        del os.environ["LTMC_WORKSPACE_ROOTS"]
