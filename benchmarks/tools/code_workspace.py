"""A server on a workspace of code and a document of it, for what keeps them in step."""

import json
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from benchmarks.in_process import Server, server_on_copy

FILES = 50

CODE = '''

class Shelf{n}(Base):
    """Shelf {n}."""

    size: int = {n}

    def put(self, book: str, *, at: int = 0) -> bool:
        """Put a book.

        Args:
            book: what to put.
            at: where.

        Returns:
            Whether there was room.

        Raises:
            Full: there was none, and that is new.
        """
        if at > self.size:
            raise Full(book)
        return True

    def count(self) -> int:
        return self.size
'''


def server_on_code(folder: str, tool: str) -> tuple[Server, str]:
    """Return a server on 50 files of code with a document of them, and the folder they are in.

    Raises:
        NotImplementedError: this commit does not have the tool.
    """
    server, root = _opened(folder)
    if tool not in server.dispatcher.tools:
        raise NotImplementedError(tool)
    if not Path(root, "api.md").exists():
        server.call(
            "documentation_action", action="generate_api_docs", paths=["."], write_to="api.md"
        )
    return server, root


@cache
def _opened(folder: str) -> tuple[Server, str]:
    root = Path(tempfile.mkdtemp(prefix="code-", dir=Path.cwd()))
    for number in range(FILES):
        parts = (CODE.replace("{n}", str(number * 4 + part)) for part in range(4))
        (root / f"shelf{number}.py").write_text("".join(parts), "utf-8")
    (root / "changing.py").write_text("def f(): ...\n", "utf-8")
    data = tempfile.mkdtemp(prefix="data-", dir=Path.cwd())
    shutil.copytree(folder, data, dirs_exist_ok=True)
    os.environ["LTMC_WORKSPACE_ROOTS"] = json.dumps([str(root)])
    try:
        return server_on_copy(data), str(root)
    finally:
        del os.environ["LTMC_WORKSPACE_ROOTS"]
