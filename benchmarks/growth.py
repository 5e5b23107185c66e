"""What does it cost to have very many texts?

`python -m benchmarks.growth` measures more sizes, in minutes, and draws the chart of
docs/performance.md.
"""

import os
import shutil
import sys
import tempfile
import time
from itertools import count, cycle
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.filling import PROJECT, exact, fill, make_ready, questions, view_of
from benchmarks.in_process import Server, server_on_copy
from benchmarks.marks import Samples, samples, unit
from benchmarks.workload import queries, texts

SIZES = (30_000, 100_000)
MOST = int(os.environ.get("GROWTH_MAX", "30000"))
"""Larger sizes are left out: to fill 100,000 texts takes half a minute."""

TOOL = "memory_action"
CANDIDATES = 80
"""What a search for ten texts asks the vectors for."""
OPENED = 3
ASKED = 20


def setup_cache() -> dict[int, str]:
    """Fill a data folder of each size, with its index put in order; none where there is none."""
    folders: dict[int, str] = {}
    for size in SIZES:
        if size > MOST:
            continue
        folder = Path(tempfile.mkdtemp(prefix=f"grown-{size}-", dir=Path.cwd()))
        try:
            fill(folder, size)
        except NotImplementedError:
            return {}
        with Server(folder) as server:
            make_ready(server)
        folders[size] = str(folder)
    return folders


setup_cache.timeout = 900  # type: ignore[attr-defined]


def server_of(folders: dict[int, str], records: int) -> Server:
    """Return this process's server on a copy of the folder of a size."""
    if records not in folders:
        raise NotImplementedError(f"{records} texts")
    return server_on_copy(folders[records])


class Finding:
    """The ten best of so many texts, for a question of four words, asked first.

    Asks:   does finding stay fast where not every vector can be looked at, and is it right?
    Unit:   seconds a call, in process; share of the ten nearest vectors that are found.
    Noise:  bound by memory; compare with `calibration`. Of the share, none.
    """

    version = "1"
    repeat = (20, 100, 1.0)
    param_names: ClassVar = ["records"]
    params: ClassVar = [SIZES]

    def setup(self, folders: dict[int, str], records: int) -> None:
        self.server = server_of(folders, records)
        self.server.require(TOOL, "retrieve")
        self.server.forget()

    def time_retrieve(self, folders: dict[int, str], records: int) -> None:
        self.server.call(TOOL, action="retrieve", query=next(_questions), top_k=10)

    @unit("of 1", less_is_better=False)
    def track_recall_at_10(self, folders: dict[int, str], records: int) -> float:
        make_ready(self.server)
        return recall_at_10(self.server, records, CANDIDATES)


class FindingInScope:
    """The same, in most of so many texts, in the newest hundred, or where there is none.

    Asks:   does it stay fast where what is found first is not what is asked about?
    Unit:   seconds a call, in process; seconds that the event loop stood still in one, at most.
    Noise:  bound by memory; compare with `calibration`.
    """

    version = "1"
    repeat = (5, 15, 1.0)
    timeout = 120
    param_names: ClassVar = ["records", "scope"]
    params: ClassVar = [SIZES, ["most", "newest", "none"]]

    def setup(self, folders: dict[int, str], records: int, scope: str) -> None:
        self.server = server_of(folders, records)
        self.server.require(TOOL, "retrieve")
        self.server.forget()
        self.scope: dict[str, Any] = {"resource_type": "note" if scope == "none" else "document"}
        if scope == "newest":
            page = self.server.call(TOOL, action="list", limit=100)
            self.scope = {"created_after": page["items"][-1]["created_at"]}

    def time_retrieve(self, folders: dict[int, str], records: int, scope: str) -> None:
        self.server.call(TOOL, action="retrieve", query=next(_questions), **self.scope)

    @unit("seconds")
    def track_held_up(self, folders: dict[int, str], records: int, scope: str) -> Samples:
        asked: dict[str, Any] = {"action": "retrieve", **self.scope}
        self.server.held_up_s(TOOL, {**asked, "query": next(_questions)})
        took = [self.server.held_up_s(TOOL, {**asked, "query": text}) for text in queries(ASKED)]
        return samples(took)


class Storing:
    """One more text, on so many.

    Asks:   does storing stay flat as the store grows?
    Unit:   seconds a call, with its fsync.
    Noise:  follows the disk.
    """

    version = "1"
    repeat = (20, 100, 1.0)
    param_names: ClassVar = ["records"]
    params: ClassVar = [SIZES]

    def setup(self, folders: dict[int, str], records: int) -> None:
        self.server = server_of(folders, records)
        self.name, self.content = next(_fresh)

    def time_store(self, folders: dict[int, str], records: int) -> None:
        self.server.call(TOOL, action="store", file_name=self.name, content=self.content)


class Loading:
    """The first question to a server, with the index that was kept and without it.

    Asks:   what does the first question wait for?
    Unit:   seconds a call, in process; the libraries are imported before.
    Noise:  follows the machine, see `calibration`.
    """

    version = "1"
    param_names: ClassVar = ["records", "index"]
    params: ClassVar = [SIZES, ["kept", "made anew"]]

    def setup(self, folders: dict[int, str], records: int, index: str) -> None:
        if records not in folders:
            raise NotImplementedError(f"{records} texts")

    @unit("seconds")
    def track_first_answer(self, folders: dict[int, str], records: int, index: str) -> Samples:
        copy = Path(tempfile.mkdtemp(prefix="copy-", dir=Path.cwd()))
        shutil.copytree(folders[records], copy, dirs_exist_ok=True)
        if index != "kept":
            for file in copy.glob("index-*"):
                file.unlink()
        return samples([first_answer(copy) for _ in range(OPENED)])


class InMemory:
    """A process that has opened a store of so many texts and asked it once.

    Asks:   how much memory does it take to have everything ready to be found?
    Unit:   bytes, at the most, of the whole process with Python and the libraries.
    Noise:  hardly any.
    """

    version = "1"
    param_names: ClassVar = ["records"]
    params: ClassVar = [SIZES]

    def setup(self, folders: dict[int, str], records: int) -> None:
        if records not in folders:
            raise NotImplementedError(f"{records} texts")

    def peakmem_retrieve(self, folders: dict[int, str], records: int) -> None:
        server_on_copy(folders[records]).call(TOOL, action="retrieve", query=next(_questions))


def first_answer(folder: Path) -> float:
    """Return how long the first question by meaning takes that a server is asked."""
    import faiss  # noqa: F401

    with Server(folder) as server:
        began = time.perf_counter()
        server.call(TOOL, action="retrieve", query=next(_questions), mode="semantic")
        return time.perf_counter() - began


def recall_at_10(server: Server, records: int, asked_for: int) -> float:
    """Return what share of the ten nearest texts is among the first ten that are found."""
    from ltmc_server.embedding.hashing import HashingEmbedder
    from ltmc_server.model import Scope

    view, model, asked = view_of(server), HashingEmbedder().model, questions(200)
    truth, found = exact(records, asked, 10), 0
    for question, nearest in zip(asked, truth.tolist(), strict=True):
        near = view.nearest(question, Scope(project_id=PROJECT), limit=asked_for, model=model)
        # Texts have one passage each, and nothing was deleted: passage n + 1 is that of text n.
        first = {int(hit.id) - 1 for hit in server.run(near)[:10]}
        found += len(first & set(nearest))
    return found / truth.size


_fresh = (next(texts(1, first=number)) for number in count(max(SIZES)))
_questions = cycle(queries(200))

if __name__ == "__main__":
    from benchmarks.growth_table import main

    sys.exit(main())
