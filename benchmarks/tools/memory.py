"""What does each action of memory_action cost?"""

from itertools import count, cycle

from benchmarks.in_process import ActionBenchmarks, filled_folder, server_on_copy
from benchmarks.workload import queries, texts

RECORDS = 1_000
TOOL = "memory_action"
DOCUMENTS = [{"content": text, "file_name": name} for name, text in texts(20)]


def setup_cache() -> str:
    """Fill one data folder, for every benchmark of the file."""
    return filled_folder(RECORDS)


class At1k(ActionBenchmarks):
    """One call, in process, on 1,000 texts of 600 characters.

    Asks:   which action became slow?
    Unit:   seconds a call, commit and fsync included where the action writes.
    Noise:  writes follow the disk; reads follow the machine, see `calibration`.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)
        self.name = f"notes/{next(_numbers) % RECORDS:06}.md"
        self.new_name, self.content = next(_fresh)

    def time_store(self, folder: str) -> None:
        self.server.call(TOOL, action="store", file_name=self.new_name, content=self.content)

    def time_retrieve(self, folder: str) -> None:
        self.server.call(TOOL, action="retrieve", query=next(_questions), top_k=10)

    def time_retrieve_by_type(self, folder: str) -> None:
        self.server.call(TOOL, action="retrieve_by_type", resource_type="document", limit=10)

    def time_ask_with_context(self, folder: str) -> None:
        self.server.call(
            TOOL, action="ask_with_context", query=next(_questions), conversation_id="benchmark"
        )

    def time_build_context(self, folder: str) -> None:
        self.server.call(TOOL, action="build_context", documents=DOCUMENTS, max_tokens=2_000)

    def time_get(self, folder: str) -> None:
        self.server.call(TOOL, action="get", file_name=self.name)

    def time_list(self, folder: str) -> None:
        self.server.call(TOOL, action="list", limit=20)

    def time_reembed(self, folder: str) -> None:
        self.server.call(TOOL, action="reembed")  # there is nothing to do: what asking costs

    def time_history(self, folder: str) -> None:
        self.server.call(TOOL, action="history", file_name=self.name)

    def time_restore(self, folder: str) -> None:
        self.server.call(TOOL, action="restore", file_name=self.name, version=1)


class Delete(ActionBenchmarks):
    """One deletion of a text that was stored just before, on 1,000 others.

    Asks:   what does it cost to forget, in every view?
    Unit:   seconds a call.
    Noise:  follows the disk.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)
        self.name, content = next(_fresh)
        self.server.call(TOOL, action="store", file_name=self.name, content=content)

    def time_delete(self, folder: str) -> None:
        self.server.call(TOOL, action="delete", file_name=self.name)


_numbers = count()
_fresh = (next(texts(1, first=number)) for number in count(RECORDS))
_questions = cycle(queries(50))
