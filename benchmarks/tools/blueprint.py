"""What does each action of blueprint_action cost?"""

from itertools import count

from benchmarks.in_process import ActionBenchmarks, filled_folder, server_on_copy
from benchmarks.workload import texts

BLUEPRINTS = 200
TOOL = "blueprint_action"


def setup_cache() -> str:
    """Fill one data folder, for every benchmark of the file."""
    return filled_folder(0, blueprints=BLUEPRINTS)


class At200(ActionBenchmarks):
    """One call, in process, on 200 blueprints that need each other.

    Asks:   which action became slow?
    Unit:   seconds a call, commit and fsync included where the action writes.
    Noise:  writes follow the disk; reads follow the machine, see `calibration`.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)
        [(self.title, self.text)] = texts(1, first=next(_numbers))

    def time_create(self, folder: str) -> None:
        self.server.call(TOOL, action="create", title=self.title, description=self.text)

    def time_list_project(self, folder: str) -> None:
        self.server.call(TOOL, action="list_project", limit=10)

    def time_analyze_complexity(self, folder: str) -> None:
        self.server.call(TOOL, action="analyze_complexity", title=self.title, description=self.text)

    def time_resolve_order(self, folder: str) -> None:
        self.server.call(TOOL, action="resolve_order")

    def time_critical_path(self, folder: str) -> None:
        self.server.call(TOOL, action="critical_path")


class OnOne(ActionBenchmarks):
    """One call on a blueprint that was made just before, on 200 others.

    Asks:   what does a change of one blueprint cost, and the check for cycles?
    Unit:   seconds a call, commit and fsync included where the action writes.
    Noise:  follows the disk.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)
        planned = self.server.call(TOOL, action="list_project", limit=200)
        # Newer blueprints are at the end: the first that is listed is needed by the most.
        self.needed, self.other = (planned["items"][at]["id"] for at in (0, 1))
        made = self.server.call(TOOL, action="create", title="one", description="of many")
        self.id = made["id"]
        self.server.call(
            TOOL,
            action="add_dependency",
            dependent_blueprint_id=self.id,
            prerequisite_blueprint_id=self.needed,
        )

    def time_get(self, folder: str) -> None:
        self.server.call(TOOL, action="get", blueprint_id=self.id)

    def time_update_metadata(self, folder: str) -> None:
        self.server.call(TOOL, action="update_metadata", blueprint_id=self.id, status="ready")

    def time_add_dependency(self, folder: str) -> None:
        self.server.call(
            TOOL,
            action="add_dependency",
            dependent_blueprint_id=self.id,
            prerequisite_blueprint_id=self.other,
        )

    def time_remove_dependency(self, folder: str) -> None:
        self.server.call(
            TOOL,
            action="remove_dependency",
            dependent_blueprint_id=self.id,
            prerequisite_blueprint_id=self.needed,
        )

    def time_get_dependencies(self, folder: str) -> None:
        self.server.call(
            TOOL, action="get_dependencies", blueprint_id=self.id, direction="both", transitive=True
        )

    def time_delete(self, folder: str) -> None:
        self.server.call(TOOL, action="delete", blueprint_id=self.id)


_numbers = count()
