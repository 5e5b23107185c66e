"""Is the file of the record sound, and are its views in it true?"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ltmc_server.commands.report import Check, judged, unknown
from ltmc_server.dataclass import dataclass
from ltmc_server.stores.drafts import digest_of
from ltmc_server.stores.sqlite.migrations import APPLICATION_ID, steps
from ltmc_server.stores.sqlite.words import define

PROBLEMS_MAX: Final = 100
"""What SQLite is asked to list at most."""

FTS_TABLES: Final = """
    SELECT name FROM sqlite_schema WHERE type = 'table'
        AND sql LIKE 'CREATE VIRTUAL TABLE%' AND lower(sql) LIKE '%using fts5%' ORDER BY name"""

TEXTS: Final = """
    SELECT documents.id, file_name, chars, chunk_count, documents.digest, content
    FROM documents LEFT JOIN versions
        ON document_id = documents.id AND versions.version = documents.version
    ORDER BY documents.id"""
PASSAGES: Final = """
    SELECT start, text, digest FROM passages WHERE document_id = ? ORDER BY start"""

CONVERSATIONS: Final = """
    SELECT project_id, conversation_id, count(*) AS message_count, min(created_us) AS first_us,
        max(number) AS last_number
    FROM messages GROUP BY project_id, conversation_id"""
MISCOUNTED: Final = f"""
    SELECT conversation_id FROM (
        SELECT project_id, conversation_id, message_count, last_number FROM conversations
        EXCEPT SELECT project_id, conversation_id, message_count, last_number
            FROM ({CONVERSATIONS}))
    UNION
    SELECT conversation_id FROM (
        SELECT project_id, conversation_id, message_count, last_number FROM ({CONVERSATIONS})
        EXCEPT SELECT project_id, conversation_id, message_count, last_number FROM conversations)
    """  # noqa: S608  nothing in it is anyone's but ours

COUNTED: Final = {
    "memories": "documents",
    "versions": "versions",
    "passages": "passages",
    "todos": "todos",
    "messages": "messages",
    "citations": "message_citations",
    "links": "links",
    "blueprints": "blueprints",
    "dependencies": "blueprint_needs",
    "attempts": "attempts",
}


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Open the record as it is at this moment, to be read only."""
    address = f"{file.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as db:
        define(db)
        db.row_factory = sqlite3.Row
        db.execute("BEGIN")
        yield db


def schema(db: sqlite3.Connection) -> Check:
    """Say whether the file is ours, and of a schema that this program knows."""
    name = "schema"
    application = int(db.execute("PRAGMA application_id").fetchone()[0])
    if application != APPLICATION_ID:
        return unknown(name, "another program made this file")
    version, known = int(db.execute("PRAGMA user_version").fetchone()[0]), len(steps())
    if version > known:
        return unknown(name, f"it has schema {version}, this LTMC knows up to {known}")
    if version < known:
        said = f"it has schema {version} of {known}; a server that starts, or `repair`, updates it"
        return unknown(name, said)
    return judged(name, [], f"LTMC's, schema {version}")


def file_is_sound(db: sqlite3.Connection) -> Check:
    """Have SQLite check its pages, its indexes and the rows that refer to others."""
    said = [row[0] for row in db.execute(f"PRAGMA integrity_check({PROBLEMS_MAX})")]
    wrong = [line for line in said if line != "ok"]
    wrong += [
        f"a row of {row[0]} refers to a row of {row[2]} that is not there"
        for row in db.execute("PRAGMA foreign_key_check").fetchmany(PROBLEMS_MAX)
    ]
    return judged("file", wrong, "every page, index and reference is sound")


def counts(db: sqlite3.Connection) -> Check:
    """Say how much there is."""
    found = {
        word: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  ours
        for word, table in COUNTED.items()
    }
    return judged("record", [], ", ".join(f"{count:,} {word}" for word, count in found.items()))


def words(db: sqlite3.Connection) -> list[Check]:
    """Have FTS5 hold each of its indexes against the texts; on a copy, as it must write to ask."""
    tables = [row["name"] for row in db.execute(FTS_TABLES)]
    with (
        TemporaryDirectory(prefix="ltmc-verify-") as folder,
        closing(sqlite3.connect(Path(folder, "copy.db"), isolation_level=None)) as copy,
    ):
        db.backup(copy)
        define(copy)
        return [_words_of(copy, table) for table in tables]


def _words_of(copy: sqlite3.Connection, table: str) -> Check:
    right = "every word is found where it stands"
    try:
        # Rank 1 compares the index with the texts themselves, not only with itself.
        ask = f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)"  # noqa: S608
        copy.execute(ask)
    except sqlite3.DatabaseError as error:
        return judged(table, [str(error)], right, more="the index is not what the texts say")
    return judged(table, [], right)


@dataclass(frozen=True, slots=True)
class Torn:
    """A document whose passages are not its text."""

    id: str
    file_name: str
    why: str


def torn(db: sqlite3.Connection) -> Iterator[Torn]:
    """Yield the documents whose passages, joined, are not the newest text, and why."""
    for row in db.execute(TEXTS):
        passages = db.execute(PASSAGES, (row["id"],)).fetchall()
        why = _why_torn(row, passages)
        if why:
            yield Torn(row["id"], row["file_name"], why)


def _why_torn(document: sqlite3.Row, passages: list[sqlite3.Row]) -> str:
    text = document["content"]
    if text is None:
        return "its newest version is not there"
    if document["digest"] != digest_of(text) or document["chars"] != len(text):
        return "its text is not the one that was stored"
    if "".join(passage["text"] for passage in passages) != text:
        return "its passages joined are not its text"
    if document["chunk_count"] != len(passages):
        return f"it says {document['chunk_count']} passages and has {len(passages)}"
    start = 0
    for passage in passages:
        if passage["start"] != start or passage["digest"] != digest_of(passage["text"]):
            return f"the passage at {passage['start']} has another place or digest"
        start += len(passage["text"])
    return ""


def passages(db: sqlite3.Connection) -> Check:
    """Say whether every text is the sum of its passages."""
    wrong = [f"{one.id} ({one.file_name}): {one.why}" for one in torn(db)]
    return judged("passages", wrong, "joined they are the texts, each at its place")


def conversations(db: sqlite3.Connection) -> Check:
    """Say whether the list of conversations counts the messages there are."""
    wrong = [row["conversation_id"] for row in db.execute(MISCOUNTED)]
    return judged("conversations", wrong, "each counts its messages")
