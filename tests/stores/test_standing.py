"""What stands while a question is answered is what the record says, until somebody writes."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.standing import KEPT_MAX, Standing

pytestmark = pytest.mark.anyio


@dataclass
class Reader:
    """Reads a fact of the record, and counts how often."""

    database: Database
    standing: Standing = field(default_factory=Standing)
    read: int = 0

    def begin(self) -> None:
        self.standing.begin(self.database.connection)

    def fact(self, name: str = "fact") -> str | None:
        return self.standing.get(self.database.connection, name, self._fact)

    def write(self, value: str) -> None:
        sql = "INSERT OR REPLACE INTO facts VALUES ('fact', ?)"
        self.database.connection.execute(sql, (value,))

    def _fact(self) -> str | None:
        self.read += 1
        sql = "SELECT value FROM facts WHERE name = 'fact'"
        row = self.database.connection.execute(sql).fetchone()
        return row and str(row["value"])


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Reader, Reader]]:
    file = tmp_path / "ltmc.db"
    with Database.open(file) as one, Database.open(file) as other:
        yield Reader(one), Reader(other)


async def test_a_question_reads_once_and_the_next_one_too(two: tuple[Reader, Reader]) -> None:
    one, _ = two
    for _ in range(2):
        one.begin()
        assert one.fact() is one.fact() is None
        await asyncio.sleep(0)
    assert one.read == 1


async def test_what_is_written_is_seen_at_once_and_what_others_write_by_the_next_question(
    two: tuple[Reader, Reader],
) -> None:
    one, other = two
    one.begin()
    assert one.fact() is None

    one.write("own")
    assert one.fact() == "own"

    one.begin()
    assert one.fact() == "own"
    other.write("theirs")
    one.begin()
    assert one.fact() == "theirs"


async def test_who_waited_asks_the_record(two: tuple[Reader, Reader]) -> None:
    one, other = two
    one.begin()
    assert one.fact() is None
    await asyncio.sleep(0)
    other.write("theirs")

    assert one.fact() == "theirs"


async def test_who_began_no_question_asks_the_record(two: tuple[Reader, Reader]) -> None:
    one, other = two
    assert one.fact() is None
    other.write("theirs")
    assert one.fact() == "theirs"


async def test_no_more_is_kept_than_the_bound(two: tuple[Reader, Reader]) -> None:
    one, _ = two
    one.begin()
    for number in range(KEPT_MAX + 1):
        one.fact(str(number))
    assert len(one.standing.known) <= KEPT_MAX
