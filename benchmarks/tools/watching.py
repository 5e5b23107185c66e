"""What does watching files cost?"""

import tempfile
from functools import cache
from itertools import count
from pathlib import Path

from benchmarks.in_process import ActionBenchmarks, filled_folder
from benchmarks.workspaces import server_in

FILES = 100
TOOL = "sync_action"


def setup_cache() -> str:
    """Make one data folder, for every benchmark of the file."""
    return filled_folder(0)


@cache
def watched() -> str:
    """Make a folder of files."""
    root = Path(tempfile.mkdtemp(prefix="watched-", dir=Path.cwd()))
    for number in range(FILES):
        (root / f"m{number}.py").write_text("", encoding="utf-8")
    return str(root)


class Of100Files(ActionBenchmarks):
    """One call, in process, on a folder of 100 files.

    Asks:   which action became slow?
    Unit:   seconds a call; `monitor` until changes are noticed, and each watch is ended again.
    Noise:  follows the machine, see `calibration`; watches are told by threads.
    """

    tool = TOOL
    version = "1"
    repeat = (10, 50, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_in(folder, watched())

    def time_monitor(self, folder: str) -> None:
        self._stop(self._watch())

    def time_stop(self, folder: str) -> None:
        self._stop(self._watch())

    def time_status(self, folder: str) -> None:
        self.server.call(TOOL, action="status")

    def _watch(self) -> str:
        # Another project each time: the same paths are watched once.
        made = self.server.call(
            TOOL, action="monitor", paths=["."], project_id=f"p{next(_numbers)}"
        )
        return str(made["id"])

    def _stop(self, watch_id: str) -> None:
        self.server.call(TOOL, action="stop", watch_id=watch_id)


_numbers = count()
