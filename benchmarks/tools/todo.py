"""What does each action of todo_action cost?"""

from itertools import count, cycle

from benchmarks.in_process import ActionBenchmarks, filled_folder, server_on_copy
from benchmarks.workload import queries

TODOS = 500
TOOL = "todo_action"


def setup_cache() -> str:
    """Fill one data folder, for every benchmark of the file."""
    return filled_folder(0, todos=TODOS)


class At500(ActionBenchmarks):
    """One call, in process, on 500 todos.

    Asks:   which action became slow?
    Unit:   seconds a call, commit and fsync included where the action writes.
    Noise:  writes follow the disk; reads follow the machine, see `calibration`.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)

    def time_add(self, folder: str) -> None:
        self.server.call(TOOL, action="add", title=f"todo {next(_numbers)}", priority="high")

    def time_list(self, folder: str) -> None:
        self.server.call(TOOL, action="list", limit=10)

    def time_search(self, folder: str) -> None:
        self.server.call(TOOL, action="search", query=next(_questions))


class OnOne(ActionBenchmarks):
    """One call on a todo that was added just before, on 500 others.

    Asks:   what does a change of one todo cost?
    Unit:   seconds a call, commit and fsync included where the action writes.
    Noise:  follows the disk.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)
        self.id = self.server.call(TOOL, action="add", title=f"todo {next(_numbers)}")["id"]

    def time_get(self, folder: str) -> None:
        self.server.call(TOOL, action="get", todo_id=self.id)

    def time_start(self, folder: str) -> None:
        self.server.call(TOOL, action="start", todo_id=self.id)

    def time_complete(self, folder: str) -> None:
        self.server.call(TOOL, action="complete", todo_id=self.id)

    def time_reopen(self, folder: str) -> None:
        self.server.call(TOOL, action="reopen", todo_id=self.id)

    def time_update(self, folder: str) -> None:
        self.server.call(TOOL, action="update", todo_id=self.id, title="another title")

    def time_delete(self, folder: str) -> None:
        self.server.call(TOOL, action="delete", todo_id=self.id)


_numbers = count()
_questions = cycle(queries(50))
