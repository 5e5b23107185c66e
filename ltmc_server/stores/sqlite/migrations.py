"""The schema of the record, as numbered steps; the file remembers how far it has come.

A step that has shipped is never edited: a change of the schema is a new step.
"""

import sqlite3
from pathlib import Path
from typing import Final

from ltmc_server.errors import NewerDatabase

APPLICATION_ID: Final = 0x4C54_4D43
"""`LTMC`, in the header of every file of ours: how a foreign file is told from our own."""


STEP_WAIT_MS: Final = 60_000
"""Longest wait for another process that is at a step: an index of 100,000 texts takes some 10 s."""


def steps() -> list[str]:
    """Return the SQL of every step, in order: `schema/0001-….sql` first."""
    scripts = sorted(Path(__file__).with_name("schema").glob("*.sql"))
    return [script.read_text("utf-8") for script in scripts]


def migrate(connection: sqlite3.Connection, file: Path) -> None:
    """Bring the schema up to date, one transaction a step; several processes may try at once.

    Raises:
        NewerDatabase: the file is ahead of this program; it is not touched.
    """
    known = steps()
    done = _done(connection)
    if done > len(known):
        raise NewerDatabase(file, done, len(known))
    if done < len(known):
        connection.execute(f"PRAGMA busy_timeout = {STEP_WAIT_MS}")
    for number, sql in enumerate(known[done:], start=done + 1):
        connection.execute("BEGIN IMMEDIATE")
        # Another process may have run this step while we waited for the lock.
        if _done(connection) < number:
            for statement in _statements(sql):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")


def _done(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(sql: str) -> list[str]:
    """Split a script where SQLite says that a statement is complete.

    `executescript` would commit first, and the step would not be one transaction.
    """
    statements, pending = [], ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending.strip())
            pending = ""
    return statements
