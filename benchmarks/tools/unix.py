"""What does each action of unix_action cost?"""

import json
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from benchmarks.in_process import ActionBenchmarks, Server, filled_folder, server_on_copy
from benchmarks.workload import texts

FILES = 200
FOLDERS = 10
TOOL = "unix_action"

CODE = """
import os


def brew(leaves: int) -> int:
    return os.cpu_count() + leaves
"""


def setup_cache() -> str:
    """Fill one data folder, for every benchmark of the file."""
    return filled_folder(0)


def workspace_folder() -> Path:
    """Make a folder of files: texts, and one each of code and JSON."""
    root = Path(tempfile.mkdtemp(prefix="workspace-", dir=Path.cwd()))
    for number, (name, text) in enumerate(texts(FILES - 2)):
        folder = root / f"folder{number % FOLDERS}"
        folder.mkdir(exist_ok=True)
        (folder / Path(name).name).write_text(text, encoding="utf-8")
    (root / "tea.py").write_text(CODE * 20, encoding="utf-8")
    teas = [{"name": f"tea {number}", "grams": number} for number in range(100)]
    (root / "tea.json").write_text(json.dumps(teas), encoding="utf-8")
    return root


@cache
def server_on_workspace(folder: str) -> Server:
    """Return a server of this process that reads such a folder of files."""
    data = tempfile.mkdtemp(prefix="data-", dir=Path.cwd())
    shutil.copytree(folder, data, dirs_exist_ok=True)
    os.environ["LTMC_WORKSPACE_ROOTS"] = json.dumps([str(workspace_folder())])
    try:
        return server_on_copy(data)
    finally:
        del os.environ["LTMC_WORKSPACE_ROOTS"]


class At200Files(ActionBenchmarks):
    """One call, in process, on a workspace of 200 files in ten folders.

    Asks:   which action became slow?
    Unit:   seconds a call; jq, diff, and what parses or colours start a process for it.
    Noise:  follows the machine, see `calibration`; the files are in the page cache.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_workspace(folder)

    def time_ls(self, folder: str) -> None:
        self.server.call(TOOL, action="ls", path="folder0")

    def time_list_modern(self, folder: str) -> None:
        self.server.call(TOOL, action="list_modern", path="folder0")

    def time_tree(self, folder: str) -> None:
        self.server.call(TOOL, action="tree")

    def time_cat(self, folder: str) -> None:
        self.server.call(TOOL, action="cat", file_path="tea.py")

    def time_grep(self, folder: str) -> None:
        self.server.call(TOOL, action="grep", pattern="brew|never")

    def time_find(self, folder: str) -> None:
        self.server.call(TOOL, action="find", pattern="*.py")

    def time_disk_usage(self, folder: str) -> None:
        self.server.call(TOOL, action="disk_usage")

    def time_fuzzy_select(self, folder: str) -> None:
        self.server.call(
            TOOL, action="fuzzy_select", input_list=_TEAS, query="tea 77", multi_select=True
        )

    def time_jq(self, folder: str) -> None:
        self.server.call(TOOL, action="jq", query="map(.grams) | add", file_path="tea.json")

    def time_diff_highlight(self, folder: str) -> None:
        self.server.call(TOOL, action="diff_highlight", file1="tea.py", file2="tea.json")

    def time_parse_syntax(self, folder: str) -> None:
        self.server.call(TOOL, action="parse_syntax", file_path="tea.py")

    def time_syntax_highlight(self, folder: str) -> None:
        self.server.call(TOOL, action="syntax_highlight", file_path="tea.py")

    def time_syntax_query(self, folder: str) -> None:
        self.server.call(TOOL, action="syntax_query", file_path="tea.py")

    def time_help(self, folder: str) -> None:
        self.server.call(TOOL, action="help", command="grep")


_TEAS = [f"tea {number} of the house" for number in range(1_000)]
