"""How do storing and finding grow with what is stored?"""

from itertools import count, cycle, islice
from pathlib import Path
from typing import ClassVar

from benchmarks.in_process import filled_folder, server_on_copy
from benchmarks.marks import unit
from benchmarks.workload import known, queries, texts

SIZES = (1_000, 10_000)
TOOL = "memory_action"

KNOWN = 40
"""Texts that are looked for by their own words."""


def setup_cache() -> dict[int, str]:
    """Fill a data folder of each size, for every benchmark of the file."""
    return {size: filled_folder(size) for size in SIZES}


class ByQuery:
    """The ten best of so many texts of 600 characters, for a question of four words, asked first.

    Asks:   does finding stay fast as the store grows, by meaning, by words, by both?
    Unit:   seconds a call, in process.
    Noise:  bound by memory; compare with `calibration`.
    """

    version = "1"
    repeat = (20, 100, 1.0)
    param_names: ClassVar = ["records", "mode"]
    params: ClassVar = [SIZES, ["hybrid", "semantic", "keyword"]]

    def setup(self, folders: dict[int, str], records: int, mode: str) -> None:
        self.server = server_on_copy(folders[records])
        self.server.require(TOOL, "retrieve")
        self.server.forget()

    def time_retrieve(self, folders: dict[int, str], records: int, mode: str) -> None:
        self.server.call(TOOL, action="retrieve", query=next(_questions), mode=mode, top_k=10)


class OfCommonWords:
    """Six words of a text, each of which is in one text of 57 to one of 6; by words only.

    Asks:   is a text found by words that many have, and what does that take?
    Unit:   seconds a call, in process; the share of forty texts that are among the ten found.
    Noise:  of the share none, of the seconds the machine's.
    """

    version = "1"
    repeat = (20, 100, 1.0)
    param_names: ClassVar = ["records"]
    params: ClassVar = [SIZES]

    def setup(self, folders: dict[int, str], records: int) -> None:
        self.server = server_on_copy(folders[records])
        self.server.require(TOOL, "retrieve")
        self.server.forget()

    def time_retrieve(self, folders: dict[int, str], records: int) -> None:
        self._named(next(_known)[1])

    @unit("of 1", less_is_better=False)
    def track_hit_at_10(self, folders: dict[int, str], records: int) -> float:
        asked = list(islice(_known, KNOWN))
        return sum(name in self._named(words) for name, words in asked) / len(asked)

    def _named(self, words: str) -> list[str]:
        """Ask; return the names of the texts that are found."""
        found = self.server.call(TOOL, action="retrieve", query=words, mode="keyword", top_k=10)
        return [document["file_name"] for document in found["documents"]]


class Again:
    """The same question as before, with nothing stored in between.

    Asks:   what does it cost to ask twice?
    Unit:   seconds a call, in process.
    Noise:  follows the machine, see `calibration`.
    """

    version = "1"
    repeat = (20, 100, 1.0)
    param_names: ClassVar = ["records"]
    params: ClassVar = [SIZES]

    def setup(self, folders: dict[int, str], records: int) -> None:
        self.server = server_on_copy(folders[records])
        self.query = queries(1)[0]
        self.server.call(TOOL, action="retrieve", query=self.query)

    def time_retrieve(self, folders: dict[int, str], records: int) -> None:
        self.server.call(TOOL, action="retrieve", query=self.query)


class Growing:
    """One more text, on so many.

    Asks:   does storing stay flat as the store grows?
    Unit:   seconds a call, with its fsync; bytes on the disk a text.
    Noise:  the time follows the disk; the bytes are exact.
    """

    version = "1"
    repeat = (20, 100, 1.0)
    param_names: ClassVar = ["records"]
    params: ClassVar = [SIZES]

    def setup(self, folders: dict[int, str], records: int) -> None:
        self.server = server_on_copy(folders[records])
        self.name, self.content = next(_fresh)

    def time_store(self, folders: dict[int, str], records: int) -> None:
        self.server.call(TOOL, action="store", file_name=self.name, content=self.content)

    @unit("bytes")
    def track_disk_per_text(self, folders: dict[int, str], records: int) -> int:
        return sum(file.stat().st_size for file in Path(folders[records]).iterdir()) // records


class InMemory:
    """A process that has opened a store of so many texts and asked it once.

    Asks:   how much memory does it take to have everything ready to be found?
    Unit:   bytes, at the most, of the whole process with Python and the libraries.
    Noise:  hardly any.
    """

    version = "1"
    param_names: ClassVar = ["records"]
    params: ClassVar = [SIZES]

    def peakmem_retrieve(self, folders: dict[int, str], records: int) -> None:
        server = server_on_copy(folders[records])
        server.call(TOOL, action="retrieve", query=next(_questions))


_fresh = (next(texts(1, first=number)) for number in count(max(SIZES)))
_questions = cycle(queries(50))
_known = cycle(known(KNOWN, among=min(SIZES)))
