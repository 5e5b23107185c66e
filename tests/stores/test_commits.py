"""Writes that come at once: one commit for all, and each whole or undone as if it were alone."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ltmc_server.errors import LtmcError
from ltmc_server.stores.sqlite import commits
from ltmc_server.stores.sqlite.database import Database
from tests.waiting import until

pytestmark = pytest.mark.anyio

Kind: TypeAlias = Literal["good", "raises", "dangles", "loses all"]
Work: TypeAlias = Callable[[sqlite3.Connection], list[int]]

KINDS: tuple[Kind, ...] = ("good", "good", "good", "raises", "dangles", "loses all")
TABLES = (
    "CREATE TABLE keys (key INTEGER PRIMARY KEY)",
    "CREATE TABLE notes (key REFERENCES keys DEFERRABLE INITIALLY DEFERRED)",
)


@dataclass(frozen=True)
class Op:
    """A write that keeps a key once, and goes as its kind says."""

    key: int
    kind: Kind = "good"

    def __call__(self, db: sqlite3.Connection) -> list[int]:
        """Keep the key; return all there are."""
        db.execute("INSERT INTO keys VALUES (?)", (self.key,))
        match self.kind:
            case "raises":
                raise KeyError(self.key)
            case "dangles":  # which is found out at the commit
                db.execute("INSERT INTO notes VALUES (-1)")
            case "loses all":  # as SQLite does when the disk fails
                db.execute("ROLLBACK")
                raise sqlite3.OperationalError("disk I/O error")
        return keys(db)


def keys(db: sqlite3.Connection) -> list[int]:
    return [row[0] for row in db.execute("SELECT key FROM keys ORDER BY key")]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "ltmc.db", durability="normal") as opened:
        for sql in TABLES:
            opened.connection.execute(sql)
        yield opened


async def outcome(database: Database, work: Work) -> list[int] | str:
    """Return what a write gave, or what it raised."""
    try:
        return await database.write("keeping", work)
    except (KeyError, LtmcError) as error:
        return repr(error)


async def at_once(database: Database, works: Sequence[Work]) -> list[list[int] | str]:
    return await asyncio.gather(*(outcome(database, work) for work in works))


def traced(database: Database) -> list[str]:
    """Return a list that every statement from now on is added to."""
    statements: list[str] = []
    database.connection.set_trace_callback(statements.append)
    return statements


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(
    bursts=st.lists(
        st.lists(st.builds(Op, st.integers(0, 9), st.sampled_from(KINDS)), max_size=8), max_size=4
    )
)
async def test_any_writes_at_once_end_as_the_same_writes_one_by_one(
    two: tuple[Database, Database], bursts: Sequence[Sequence[Op]]
) -> None:
    together, apart = two
    for database in two:
        await database.write("beginning", lambda db: db.execute("DELETE FROM keys"))

    for burst in bursts:
        wanted = [await outcome(apart, op) for op in burst]
        assert await at_once(together, burst) == wanted

    assert together.read("reading", keys) == apart.read("reading", keys)
    assert not together.connection.in_transaction


@pytest.fixture(scope="module")
def two() -> Iterator[tuple[Database, Database]]:
    """Two records, opened once: making one takes longer than a property may."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        opened = [
            stack.enter_context(Database.open(folder / name / "ltmc.db", durability="normal"))
            for name in ("together", "apart")
        ]
        for database in opened:
            for sql in TABLES:
                database.connection.execute(sql)
        yield opened[0], opened[1]


async def test_writes_at_once_share_a_commit(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "GROUP_S", 60.0)
    statements = traced(database)

    await at_once(database, [Op(key) for key in range(50)])

    # The first one comes alone, as far as anybody can tell.
    assert statements.count("COMMIT") == 2
    assert len(database.read("reading", keys)) == 50


async def test_one_that_fails_shares_a_commit_with_its_neighbours(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "GROUP_S", 60.0)
    statements = traced(database)

    found = await at_once(database, [Op(n, "raises" if n == 25 else "good") for n in range(50)])

    assert [n for n, one in enumerate(found) if isinstance(one, str)] == [25]
    assert statements.count("COMMIT") == 2


async def test_a_lone_writer_waits_for_nobody(database: Database) -> None:
    statements = traced(database)

    turns = 0
    for key in range(5):
        writing = asyncio.ensure_future(database.write("keeping", Op(key)))
        while not writing.done():
            await asyncio.sleep(0)
            turns += 1

    assert statements.count("COMMIT") == turns == 5
    assert not any("SAVEPOINT" in each for each in statements)


async def test_writes_are_acknowledged_in_the_order_in_which_they_came(database: Database) -> None:
    acknowledged: list[int] = []

    async def write(key: int) -> None:
        kind: Kind = ("good", "raises", "dangles")[key % 3]
        await outcome(database, Op(key, kind))
        acknowledged.append(key)

    await asyncio.gather(*map(write, range(200)))

    assert acknowledged == list(range(200))


async def test_a_group_has_a_bound(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "GROUP_MAX", 10)
    monkeypatch.setattr(commits, "GROUP_S", 60.0)
    statements = traced(database)
    await at_once(database, [Op(key) for key in range(41)])
    assert statements.count("COMMIT") == 1 + 4

    # There is no time for a second one, but always for a first.
    monkeypatch.setattr(commits, "GROUP_S", -1.0)
    statements.clear()
    await at_once(database, [Op(key, "raises" if key % 2 else "good") for key in range(50, 61)])
    assert statements.count("COMMIT") == 11


async def test_other_work_has_its_turn_between_two_groups(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "GROUP_MAX", 10)
    monkeypatch.setattr(commits, "GROUP_S", 60.0)
    writing = asyncio.ensure_future(at_once(database, [Op(key) for key in range(40)]))
    seen = set[int]()
    while not writing.done():
        seen.add(len(database.read("reading", keys)))
        await asyncio.sleep(0)

    assert {11, 21, 31} <= seen


async def test_who_is_cancelled_while_waiting_has_written_nothing_and_disturbs_nobody(
    database: Database,
) -> None:
    tasks = [asyncio.ensure_future(outcome(database, Op(key))) for key in range(20)]
    await asyncio.sleep(0)
    tasks[7].cancel()

    done = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(done[7], asyncio.CancelledError)
    assert database.read("reading", keys) == [key for key in range(20) if key != 7]


@pytest.mark.parametrize("turns", range(6))
async def test_who_is_cancelled_at_any_moment_has_written_all_or_nothing(
    database: Database, turns: int
) -> None:
    def both(db: sqlite3.Connection) -> list[int]:
        Op(100)(db)
        return Op(101)(db)

    tasks = [asyncio.ensure_future(outcome(database, work)) for work in (Op(1), both, Op(2))]
    for _ in range(turns):
        await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.wait(tasks)

    assert [key for key in database.read("reading", keys) if key < 100] == [1, 2]
    assert len([key for key in database.read("reading", keys) if key >= 100]) in (0, 2)


async def test_writes_wait_for_another_process_together_and_then_share_a_commit(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "GROUP_S", 60.0)
    with Database.open(tmp_path / "ltmc.db") as other:
        other.connection.execute("BEGIN IMMEDIATE")
        writing = asyncio.ensure_future(at_once(database, [Op(key) for key in range(30)]))
        await until(lambda: len(database.commits.waiting) == 30)
        assert database.read("reading", keys) == []
        statements = traced(database)
        other.connection.execute("ROLLBACK")
        await asyncio.wait_for(writing, 5)

    assert statements.count("COMMIT") == 1
    assert len(database.read("reading", keys)) == 30


async def test_writes_that_wait_too_long_are_refused_and_later_ones_are_not(
    tmp_path: Path, database: Database
) -> None:
    with Database.open(tmp_path / "ltmc.db") as other:
        database.commits.busy_timeout_s = 0.05
        other.connection.execute("BEGIN IMMEDIATE")
        refused = await asyncio.wait_for(at_once(database, [Op(1), Op(2)]), 5)
        other.connection.execute("ROLLBACK")

    assert all("another process held the database for 0.05 s" in str(one) for one in refused)
    assert await outcome(database, Op(3)) == [3]


async def test_what_waits_when_the_record_is_closed_is_refused(tmp_path: Path) -> None:
    with Database.open(tmp_path / "ltmc.db") as database:
        tasks = [asyncio.ensure_future(outcome(database, lambda db: [])) for _ in range(3)]
        await asyncio.sleep(0)
        assert len(database.commits.waiting) == 2

    done = await asyncio.wait_for(asyncio.gather(*tasks), 5)

    assert done[0] == []
    assert all("the server ended before its turn came" in str(one) for one in done[1:])


async def test_a_record_that_can_not_be_written_says_so_to_each(database: Database) -> None:
    database.connection.execute("PRAGMA query_only = ON")

    found = await at_once(database, [Op(key) for key in range(3)])
    assert all("readonly" in str(one) for one in found)
    database.connection.execute("PRAGMA query_only = OFF")
    assert await outcome(database, Op(1)) == [1]


def test_a_record_outlives_the_event_loop_that_wrote_to_it(database: Database) -> None:
    async def abandoned() -> None:
        task = asyncio.ensure_future(database.write("keeping", Op(1)))
        await asyncio.sleep(0)
        assert not task.done()

    async def again() -> list[int] | str:
        async with asyncio.timeout(5):
            return await outcome(database, Op(3))

    with ExitStack() as stack:
        holder = stack.enter_context(Database.open(database.file))
        holder.connection.execute("BEGIN IMMEDIATE")
        asyncio.run(abandoned())
        holder.connection.execute("ROLLBACK")

    assert asyncio.run(again()) == [3]
