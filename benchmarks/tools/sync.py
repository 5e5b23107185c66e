"""What does each action of sync_action cost?"""

from itertools import count
from pathlib import Path

from benchmarks.in_process import ActionBenchmarks, filled_folder
from benchmarks.tools.code_workspace import server_on_code

TOOL = "sync_action"


def setup_cache() -> str:
    """Make one data folder, for every benchmark of the file."""
    return filled_folder(0, blueprints=50)


class OfFiftyFiles(ActionBenchmarks):
    """One call, in process, on 50 files of 100 lines that the server has read before.

    Asks:   which action became slow?
    Unit:   seconds a call; `code` writes and waits for the disk.
    Noise:  follows the machine, see `calibration`.
    """

    tool = TOOL
    version = "1"
    repeat = (10, 50, 0.5)

    def setup(self, folder: str) -> None:
        self.server, self.root = server_on_code(folder, TOOL)

    def time_validate(self, folder: str) -> None:
        self.server.call(TOOL, action="validate", paths=["."])

    def time_score(self, folder: str) -> None:
        self.server.call(TOOL, action="score", paths=["."])

    def time_drift(self, folder: str) -> None:
        self._change()
        self.server.call(TOOL, action="drift", document="api.md")

    def time_code(self, folder: str) -> None:
        self._change()
        self.server.call(TOOL, action="code", document="api.md", dry_run=False)

    def _change(self) -> None:
        # Each call finds one signature that no call before it has seen.
        Path(self.root, "changing.py").write_text(f"def f{next(_numbers)}(): ...\n", "utf-8")


class OfAPlan(ActionBenchmarks):
    """One call, in process, on a project of 50 blueprints.

    Asks:   what does a document of a blueprint cost?
    Unit:   seconds a call.
    Noise:  follows the machine, see `calibration`.
    """

    tool = TOOL
    version = "1"
    repeat = (10, 50, 0.5)

    def setup(self, folder: str) -> None:
        self.server, _ = server_on_code(folder, TOOL)
        planned = self.server.call("blueprint_action", action="list_project", limit=1)
        self.id = planned["items"][0]["id"]

    def time_blueprint(self, folder: str) -> None:
        self.server.call(TOOL, action="blueprint", blueprint_id=self.id)


_numbers = count()
