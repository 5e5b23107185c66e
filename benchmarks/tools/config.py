"""What does each action of config_action cost?"""

from benchmarks.in_process import ActionBenchmarks, filled_folder, server_on_copy

TOOL = "config_action"


def setup_cache() -> str:
    """Fill one data folder, for every benchmark of the file."""
    return filled_folder(100)


class At100(ActionBenchmarks):
    """One call, in process, on 100 texts.

    Asks:   what does it cost to ask what the server is set to?
    Unit:   seconds a call.
    Noise:  follows the machine, see `calibration`.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)

    def time_validate_config(self, folder: str) -> None:
        self.server.call(TOOL, action="validate_config")

    def time_get_config_schema(self, folder: str) -> None:
        self.server.call(TOOL, action="get_config_schema")

    def time_export_config(self, folder: str) -> None:
        self.server.call(TOOL, action="export_config")
