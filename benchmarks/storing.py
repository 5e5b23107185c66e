"""What does storing a text cost over what SQLite takes to write its rows?"""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Final, TypeAlias, TypedDict

from benchmarks.in_process import Server, filled_folder
from benchmarks.marks import Samples, samples, unit
from benchmarks.workload import texts

RECORDS: Final = 10_000
STORES: Final = 40
"""Of each kind, a turn."""
TURNS: Final = 12

STATEMENTS: Final = (
    "BEGIN IMMEDIATE",
    """INSERT INTO documents (id, project_id, file_name, resource_type, tags, metadata, version,
           chars, chunk_count, digest, created_us, updated_us)
       VALUES (:id, 'benchmark', :name, 'document', '[]', '{}', 1, 600, 1, :digest, :us, :us)""",
    "INSERT INTO versions (document_id, version, content, created_us) VALUES (:id, 1, :text, :us)",
    """INSERT INTO passages (document_id, start, title, text, digest)
       VALUES (:id, 0, :name, :text, :digest)""",
    """INSERT INTO vectors (passage_id, model, vector)
       VALUES ((SELECT max(id) FROM passages), 'bare', :vector)""",
    "COMMIT",
)
"""What storing a text of one passage writes, with the triggers of the record; nothing is asked."""

Store: TypeAlias = Callable[[str, str], None]
"""Given a file name and a text."""


class Measured(TypedDict):
    """What was measured, once for all benchmarks of the file."""

    ratios: list[float]
    """Once a turn."""
    bare_s: list[float]


def setup_cache() -> Measured:
    """Store by turns into two copies of one folder: through the server, and by bare statements."""
    folder = Path(filled_folder(RECORDS))
    other = Path(tempfile.mkdtemp(dir=Path.cwd()))
    shutil.copytree(folder, other, dirs_exist_ok=True)
    fresh = texts(2 * STORES * (TURNS + 1), first=RECORDS)
    measured = Measured(ratios=[], bare_s=[])
    with Server(folder) as server, bare(other / "ltmc.db") as store:

        def ours(name: str, text: str) -> None:
            server.call("memory_action", action="store", file_name=name, content=text)

        for turn in range(1 + TURNS):
            took_s, bare_s = (_median_s(each, fresh) for each in (ours, store))
            # The first turn loads what is loaded late.
            if turn:
                measured["ratios"].append(took_s / bare_s)
                measured["bare_s"].append(bare_s)
    return measured


class OverBareSqlite:
    """A text of 600 characters, stored where there are 10,000, and its bare rows stored the same.

    Asks:   what do checks, vectors and answers cost over writing rows, words and log durably?
    Unit:   times the median of the bare statements; seconds of these, with their fsync.
    Noise:  follows machine and disk: on a busy machine both wait for the processor after each
            fsync, and the ratio comes near 1.
    """

    version = "1"
    timeout = 180

    @unit("× bare SQLite")
    def track_ratio(self, measured: Measured) -> Samples:
        return samples(measured["ratios"])

    @unit("seconds")
    def track_bare(self, measured: Measured) -> Samples:
        return samples(measured["bare_s"])


@contextmanager
def bare(file: Path) -> Iterator[Store]:
    """Open a record without the server; yield what stores a text in it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        # What the triggers of some commits call; the texts have no scripts without spaces.
        db.create_function("spaced", 1, lambda text: text, deterministic=True)
        for pragma in ("foreign_keys = ON", "synchronous = FULL", "cache_size = -20000"):
            db.execute(f"PRAGMA {pragma}")

        def store(name: str, text: str) -> None:
            us = time.time_ns() // 1000
            # As ids of the server, it sorts after all that are there.
            row = {"id": f"mem_1{us:025}", "name": name, "text": text, "us": us}
            row |= {"digest": os.urandom(16), "vector": VECTOR}
            for sql in STATEMENTS:
                db.execute(sql, row if ":" in sql else ())

        yield store


VECTOR: Final = os.urandom(768)


def _median_s(store: Store, fresh: Iterator[tuple[str, str]]) -> float:
    took: Sequence[float] = [_timed_s(store, *each) for each in islice(fresh, STORES)]
    return median(took)


def _timed_s(store: Store, name: str, text: str) -> float:
    began = time.perf_counter()
    store(name, text)
    return time.perf_counter() - began
