"""Every implementation of the record, for the tests of what all of them promise."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from ltmc_server.stores.archive import DocumentArchive
from ltmc_server.stores.in_memory.archive import InMemoryArchive
from ltmc_server.stores.in_memory.documents import InMemoryDocuments, InMemoryPassages
from ltmc_server.stores.interfaces import DocumentStore
from ltmc_server.stores.sqlite.archive import SqliteArchive
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.passages import SqlitePassages


@dataclass(frozen=True)
class Record:
    """A document store, and the passages and the change log that go with it."""

    documents: DocumentStore
    passages: SqlitePassages | InMemoryPassages
    archive: DocumentArchive


def in_memory(folder: Path) -> AbstractContextManager[Record]:
    documents = InMemoryDocuments()
    return nullcontext(Record(documents, InMemoryPassages(documents), InMemoryArchive(documents)))


@contextmanager
def sqlite(folder: Path) -> Iterator[Record]:
    with Database.open(folder / "ltmc.db", durability="normal") as database:
        yield Record(SqliteDocuments(database), SqlitePassages(database), SqliteArchive(database))


RECORDS: dict[str, Callable[[Path], AbstractContextManager[Record]]] = {
    "in_memory": in_memory,
    "sqlite": sqlite,
}


@pytest.fixture(params=RECORDS)
def record(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Record]:
    with RECORDS[request.param](tmp_path) as opened:
        yield opened


def threads_beside() -> set[int | None]:
    """Return the threads that read or write a record beside the event loop."""
    return {one.ident for one in threading.enumerate() if one.name.startswith("beside")}
