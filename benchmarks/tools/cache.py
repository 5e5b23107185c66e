"""What does each action of cache_action cost?"""

from benchmarks.in_process import ActionBenchmarks, filled_folder, server_on_copy

TOOL = "cache_action"


def setup_cache() -> str:
    """Fill one data folder, for every benchmark of the file."""
    return filled_folder(100)


class At100(ActionBenchmarks):
    """One call, in process, on 100 texts and one answer that is cached.

    Asks:   what does it cost to ask how the server is?
    Unit:   seconds a call.
    Noise:  follows the machine, see `calibration`.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)
        # One answer is there to be dropped.
        self.server.call("memory_action", action="retrieve", query="lomi savo")

    def time_stats(self, folder: str) -> None:
        self.server.call(TOOL, action="stats")

    def time_health_check(self, folder: str) -> None:
        self.server.call(TOOL, action="health_check")

    def time_flush(self, folder: str) -> None:
        self.server.call(TOOL, action="flush", confirm=True)

    def time_reset(self, folder: str) -> None:
        self.server.call(TOOL, action="reset")
