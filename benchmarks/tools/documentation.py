"""What does each action of documentation_action cost?"""

from itertools import count
from pathlib import Path

from benchmarks.in_process import ActionBenchmarks, filled_folder
from benchmarks.tools.code_workspace import server_on_code

TOOL = "documentation_action"


def setup_cache() -> str:
    """Make one data folder, for every benchmark of the file."""
    return filled_folder(0)


class OfFiftyFiles(ActionBenchmarks):
    """One call, in process, on 50 files of 100 lines that the server has read before.

    Asks:   which action became slow?
    Unit:   seconds a call; a diff starts a process.
    Noise:  follows the machine, see `calibration`.
    """

    tool = TOOL
    version = "1"
    repeat = (10, 50, 0.5)

    def setup(self, folder: str) -> None:
        self.server, self.root = server_on_code(folder, TOOL)

    def time_generate_api_docs(self, folder: str) -> None:
        self.server.call(TOOL, action="generate_api_docs", paths=["."])

    def time_validate_documentation_consistency(self, folder: str) -> None:
        self.server.call(
            TOOL, action="validate_documentation_consistency", paths=["."], document="api.md"
        )

    def time_sync_documentation_with_code(self, folder: str) -> None:
        # Each call finds one signature that no call before it has seen.
        Path(self.root, "changing.py").write_text(f"def f{next(_numbers)}(): ...\n", "utf-8")
        self.server.call(TOOL, action="sync_documentation_with_code", document="api.md")


_numbers = count()
