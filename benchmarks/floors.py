"""How fast could a search be at the least? SQLite and FAISS by hand, nothing of the server.

What is left out: names, versions, projects, filters, other processes, words weighed against each
other, two orders made one, answers as JSON. Whoever promises those starts from these figures.
"""

import sqlite3
import tempfile
from itertools import cycle
from pathlib import Path
from typing import Any, ClassVar, Self

from benchmarks.recall import SIZES
from benchmarks.workload import queries, texts

DIMENSION = 384
CANDIDATES = 80
"""What a search for ten texts asks the vectors and the words for."""

TABLES = """
    PRAGMA journal_mode = WAL;
    PRAGMA cache_size = -20000;
    CREATE TABLE texts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, text TEXT NOT NULL);
    CREATE VIRTUAL TABLE words USING fts5 (
        name, text, content = 'texts', content_rowid = 'id',
        tokenize = 'porter unicode61 remove_diacritics 2'
    );
"""


class Store:
    """A file of texts, words and vectors, and an index of FAISS."""

    def __init__(self, records: int) -> None:
        import faiss
        import numpy as np

        faiss.omp_set_num_threads(1)
        file = Path(tempfile.mkdtemp(dir=Path.cwd())) / "floor.db"
        self.db = sqlite3.connect(file, isolation_level=None)
        self.db.executescript(TABLES)
        # Any vectors will do: all of them are looked at.
        draw = np.random.default_rng(records)
        vectors = draw.standard_normal((records, DIMENSION)).astype(np.float32)
        faiss.normalize_L2(vectors)
        self.vector = vectors[:1]
        self.index: Any = faiss.IndexScalarQuantizer(
            DIMENSION, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        self.index.train(vectors)
        self.index.add(vectors)
        self.db.execute("BEGIN")
        for name, text in texts(records):
            added = self.db.execute("INSERT INTO texts (name, text) VALUES (?, ?)", (name, text))
            row = (added.lastrowid, name, text)
            self.db.execute("INSERT INTO words (rowid, name, text) VALUES (?, ?, ?)", row)
        self.db.execute("COMMIT")

    @classmethod
    def of(cls, records: int) -> Self:
        """Return this process's store; asv runs `setup` before every timed call."""
        if records not in _stores:
            _stores[records] = cls(records)
        found = _stores[records]
        assert isinstance(found, cls)
        return found

    def near(self) -> list[int]:
        """Return the rows nearest to a vector."""
        _, rows = self.index.search(self.vector, CANDIDATES)
        return [int(row) for row in rows[0]]

    def holding(self, word: str) -> list[int]:
        """Return the rows that hold a word best."""
        found = self.db.execute(
            """SELECT rowid, bm25(words, 0.5, 1.0) FROM words WHERE words MATCH ?
               ORDER BY 2 LIMIT ?""",
            (word, CANDIDATES),
        )
        return [row for row, _ in found]

    def read(self, rows: list[int]) -> list[tuple[str, str]]:
        """Return the names and texts of rows."""
        marks = ", ".join("?" * len(rows))
        sql = f"SELECT name, text FROM texts WHERE id IN ({marks})"  # noqa: S608
        return self.db.execute(sql, rows).fetchall()


class OfFinding:
    """All vectors compared, the rarest word of a question looked up, ten texts read.

    Asks:   what do FAISS and FTS5 take by themselves of `recall.ByQuery.time_retrieve`?
    Unit:   seconds.
    Noise:  bound by memory; compare with `calibration`.
    """

    version = "1"
    repeat = (20, 100, 1.0)
    param_names: ClassVar = ["records"]
    params: ClassVar = [SIZES]

    def setup(self, records: int) -> None:
        self.store = Store.of(records)

    def time_vectors(self, records: int) -> None:
        self.store.near()

    def time_find(self, records: int) -> None:
        near = self.store.near()
        # Questions end with their rare words.
        holding = self.store.holding(next(_questions).split()[-1])
        assert self.store.read((holding[:5] + near)[:10])


_stores: dict[int, Store] = {}
_questions = cycle(queries(50))
