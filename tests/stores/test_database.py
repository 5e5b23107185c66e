"""The file of the record: whose it is, how it is opened, and who may write to it when."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ltmc_server.errors import DataFolderUnusable, ForeignDatabase, NewerDatabase, StoreUnavailable
from ltmc_server.observability.durations import Durations
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.migrations import steps
from tests.stores.breaking import break_a_name

pytestmark = pytest.mark.anyio

OPEN_IT = """
import sys
from pathlib import Path
from ltmc_server.stores.sqlite.database import Database
print("ready", flush=True)
sys.stdin.readline()
with Database.open(Path(sys.argv[1])) as database:
    print(database.connection.execute("PRAGMA user_version").fetchone()[0])
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "down" / "ltmc.db"


def count(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM todo_needs").fetchone()[0])


def keep_one(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA defer_foreign_keys = ON")
    db.execute(
        """INSERT INTO todos (id, project_id, title, description, priority, status, tags,
           created_us, updated_us) VALUES ('a', '', '', '', 0, '', '[]', 0, 0)"""
    )
    db.execute("INSERT INTO todo_needs VALUES ('a', 'a')")


def test_the_folder_and_the_tables_are_made(file: Path) -> None:
    with Database.open(file) as database:
        version = database.connection.execute("PRAGMA user_version").fetchone()[0]
        mode = database.connection.execute("PRAGMA journal_mode").fetchone()[0]

    assert (version, mode) == (len(steps()), "wal")


async def test_what_was_written_is_there_when_the_file_is_opened_again(file: Path) -> None:
    with Database.open(file) as database:
        await database.write("keeping", keep_one)

    with Database.open(file) as database:
        assert database.read("counting", count) == 1


@pytest.mark.parametrize(
    "content", [b"a letter to a friend", b"SQLite format 3\x00" + b"\x00" * 99]
)
def test_a_file_of_another_program_is_refused_and_left_as_it_is(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)

    with pytest.raises(ForeignDatabase, match="left as it is"), Database.open(file):
        pass

    assert file.read_bytes() == content
    assert [each.name for each in file.parent.iterdir()] == ["ltmc.db"]


def test_another_programs_database_is_refused_too(file: Path) -> None:
    file.parent.mkdir(parents=True)
    with sqlite3.connect(file) as theirs:
        theirs.execute("CREATE TABLE documents (x)")
    theirs.close()

    with pytest.raises(ForeignDatabase), Database.open(file):
        pass


def test_an_empty_file_is_not_ours(file: Path) -> None:
    """Ours is put in its place whole; what made an empty one may be about to fill it."""
    file.parent.mkdir(parents=True)
    file.touch()

    with pytest.raises(ForeignDatabase):
        Database.open(file).__enter__()

    assert file.read_bytes() == b""


def test_a_file_of_a_newer_ltmc_is_refused_with_both_numbers(file: Path) -> None:
    with Database.open(file) as database:
        database.connection.execute("PRAGMA user_version = 99")

    with pytest.raises(NewerDatabase, match=f"schema 99; .* up to {len(steps())}"):
        Database.open(file).__enter__()


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(DataFolderUnusable, match="taken") as caught:
        Database.open(tmp_path / "taken" / "ltmc.db").__enter__()

    assert "LTMC_DATA_DIR" in (caught.value.hint or "")


def test_a_database_that_is_a_folder_is_named(file: Path) -> None:
    file.mkdir(parents=True)

    with pytest.raises(DataFolderUnusable, match="directory"):
        Database.open(file).__enter__()


def test_a_damaged_file_is_named_also_where_what_sqlite_says_is_no_text(file: Path) -> None:
    with Database.open(file):
        pass
    break_a_name(file)

    with pytest.raises(DataFolderUnusable, match=r"malformed .*\\x80") as caught:
        Database.open(file).__enter__()

    assert "ltmc verify" in (caught.value.hint or "")


def test_processes_that_make_the_file_at_once_all_come_to_the_same_schema(file: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN_IT, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    # All are ready before one is let go, so that they meet.
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()

    said = [process.communicate(timeout=30) for process in processes]

    assert said == [(f"{len(steps())}\n", "")] * 4


async def test_a_write_that_raises_leaves_nothing_behind(file: Path) -> None:
    def work(db: sqlite3.Connection) -> None:
        keep_one(db)
        raise KeyError("after the row")

    with Database.open(file) as database:
        with pytest.raises(KeyError):
            await database.write("keeping", work)

        assert database.read("counting", count) == 0
        await database.write("keeping", keep_one)
        assert database.read("counting", count) == 1


async def test_sql_that_fails_says_what_was_being_done_and_undoes_it(file: Path) -> None:
    def work(db: sqlite3.Connection) -> None:
        keep_one(db)
        db.execute("INSERT INTO todo_needs VALUES ('a', 'a')")

    with Database.open(file) as database:
        with pytest.raises(StoreUnavailable, match=r"SQLite failed while keeping twice: UNIQUE"):
            await database.write("keeping twice", work)

        assert database.read("counting", count) == 0


async def test_a_reference_to_nothing_fails_at_the_commit_and_is_undone(file: Path) -> None:
    def work(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA defer_foreign_keys = ON")
        db.execute("INSERT INTO todo_needs VALUES ('a', 'b')")

    with Database.open(file) as database:
        with pytest.raises(StoreUnavailable, match="FOREIGN KEY"):
            await database.write("linking", work)

        await database.write("keeping", keep_one)
        assert database.read("counting", count) == 1


async def test_a_writer_that_waits_too_long_is_told_why_and_readers_do_not_wait(
    file: Path,
) -> None:
    with Database.open(file) as holder, Database.open(file, busy_timeout_s=0.05) as other:
        holder.connection.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreUnavailable, match="another process held the database"):
            await other.write("keeping", keep_one)
        assert other.read("counting", count) == 0

        holder.connection.execute("ROLLBACK")
        await other.write("keeping", keep_one)
        assert holder.read("counting", count) == 1


async def test_a_read_that_fails_says_what_was_being_done(file: Path) -> None:
    with (
        Database.open(file) as database,
        pytest.raises(StoreUnavailable, match="while looking: no such table"),
    ):
        database.read("looking", lambda db: db.execute("SELECT * FROM nowhere"))


async def test_every_read_and_write_is_timed_those_that_fail_too(file: Path) -> None:
    times = Durations()
    with (
        Database.open(file, busy_timeout_s=0.2, times=times) as database,
        Database.open(file) as other,
    ):
        await database.write("keeping", keep_one)
        database.read("counting", count)
        assert sum(times.counts) == 2
        other.connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable):
            await database.write("keeping", keep_one)
        other.connection.execute("ROLLBACK")

    assert sum(times.counts) == 3
    assert times.total_s >= 0.2
