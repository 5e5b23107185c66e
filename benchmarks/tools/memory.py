"""What does each action of memory_action cost?"""

import json
import os
import shutil
import tempfile
from functools import cache
from itertools import count, cycle, islice
from pathlib import Path

from benchmarks.in_process import ActionBenchmarks, Server, filled_folder, server_on_copy
from benchmarks.workload import queries, texts

RECORDS = 1_000
IMPORTED = 20
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
        self.server.forget()

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


@cache
def server_on_workspace(folder: str) -> tuple[Server, Path]:
    """Return a server on a copy of a folder, and the workspace that it may write to."""
    data = tempfile.mkdtemp(prefix="data-", dir=Path.cwd())
    shutil.copytree(folder, data, dirs_exist_ok=True)
    workspace = tempfile.mkdtemp(prefix="workspace-", dir=Path.cwd())
    os.environ["LTMC_WORKSPACE_ROOTS"] = json.dumps([workspace])
    try:
        return server_on_copy(data), Path(workspace)
    finally:
        del os.environ["LTMC_WORKSPACE_ROOTS"]


class Moving(ActionBenchmarks):
    """All 1,000 texts into a file; 20 texts of 600 characters, not there yet, out of one.

    Asks:   how long does it take to carry a memory elsewhere?
    Unit:   seconds a call.
    Noise:  import follows the disk, at a commit a text.
    """

    tool = TOOL
    version = "1"
    repeat = (5, 20, 2.0)

    def setup(self, folder: str) -> None:
        self.server, workspace = server_on_workspace(folder)
        archive: list[dict[str, object]] = [{"format": "ltmc-memory", "version": 1}]
        moment = "2026-01-31T12:00:00Z"
        for number in islice(_numbers, IMPORTED):
            [(name, text)] = texts(1, first=number)
            archive.append(
                {
                    "id": f"mem_{number:026}",
                    "file_name": f"imported/{name}",
                    "resource_type": "note",
                    "created_at": moment,
                    "updated_at": moment,
                    "versions": [{"version": 1, "created_at": moment, "content": text}],
                }
            )
        written = "\n".join(map(json.dumps, archive))
        (workspace / "in.jsonl").write_text(written, encoding="utf-8")

    def time_export(self, folder: str) -> None:
        self.server.call(TOOL, action="export", path="out.jsonl")

    def time_import(self, folder: str) -> None:
        self.server.call(TOOL, action="import", path="in.jsonl")


_numbers = count()
_fresh = (next(texts(1, first=number)) for number in count(RECORDS))
_questions = cycle(queries(50))
