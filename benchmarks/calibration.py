"""How fast was the machine in this run? Nothing of the server is in here."""

import hashlib
import os
import sqlite3
import tempfile
from pathlib import Path


class Machine:
    """Fixed work: Python, hashing, and a durable commit.

    Asks:   did the machine change, when everything changed?
    Unit:   seconds.
    Noise:  is what it measures.
    """

    version = "1"

    def time_python(self) -> None:
        total = 0
        for number in range(20_000):
            total += number % 7
        assert total

    def time_hash(self) -> None:
        hashlib.blake2b(BLOCK).digest()

    def time_pipe(self) -> None:
        reading, writing = PIPE
        os.write(writing, b"x" * 512)
        os.read(reading, 512)


class Disk:
    """One row, committed with an fsync to a database of its own.

    Asks:   did the disk change, when every write did?
    Unit:   seconds.
    Noise:  is what it measures.
    """

    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self) -> None:
        if not _connection:
            file = Path(tempfile.mkdtemp(dir=Path.cwd())) / "calibration.db"
            opened = sqlite3.connect(file, isolation_level=None)
            opened.execute("PRAGMA journal_mode = WAL")
            opened.execute("PRAGMA synchronous = FULL")
            opened.execute("CREATE TABLE rows (text TEXT)")
            _connection.append(opened)

    def time_commit(self) -> None:
        _connection[0].execute("INSERT INTO rows VALUES (?)", ("x" * 600,))


BLOCK = bytes(1_000_000)
PIPE = os.pipe()
_connection: list[sqlite3.Connection] = []
