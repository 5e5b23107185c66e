"""Views in the record, made anew from it: each step is one transaction, and may be done again."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.model import DocumentId, Piece
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.embedding import if_current
from ltmc_server.stores.sqlite.pieces import write_pieces
from ltmc_server.stores.sqlite.rows import marks

CONVERSATIONS: Final = """
    INSERT INTO conversations (project_id, conversation_id, message_count, first_us, last_number)
    SELECT project_id, conversation_id, count(*), min(created_us), max(number)
    FROM messages GROUP BY project_id, conversation_id"""


@dataclass(frozen=True, slots=True)
class Text:
    """The newest text of a document, to be cut again."""

    document_id: str
    file_name: str
    version: int
    content: str


@dataclass(frozen=True, slots=True)
class SqliteMending:
    """What a repair asks of the record; texts, links and messages are only read."""

    database: Database

    async def index_words(self, table: str) -> None:
        """Make a full text index anew; `table` is the name of one of ours."""
        sql = f"INSERT INTO {table} ({table}) VALUES ('rebuild')"  # noqa: S608  a name of ours
        await self.database.write("indexing words", lambda db: db.execute(sql))

    async def count_conversations(self) -> None:
        """Count the messages of every conversation anew."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM conversations")
            db.execute(CONVERSATIONS)

        await self.database.write("counting messages", work)

    def text(self, document_id: str) -> Text | None:
        """Return the newest text of a document."""
        sql = """SELECT documents.id, file_name, documents.version, content FROM documents
                 JOIN versions ON document_id = id AND versions.version = documents.version
                 WHERE id = ?"""
        row = self.database.read("reading", lambda db: db.execute(sql, (document_id,)).fetchone())
        return row and Text(*row)

    def passage_texts(self, ids: Sequence[int]) -> list[tuple[int, str]]:
        """Return the texts of passages, of those that are still there."""
        sql = f"SELECT id, text FROM passages WHERE id IN ({marks(len(ids))})"  # noqa: S608
        rows = self.database.read("reading", lambda db: db.execute(sql, ids).fetchall())
        return [(row["id"], row["text"]) for row in rows]

    async def write_passages(self, text: Text, pieces: Sequence[Piece], *, model: str) -> bool:
        """Replace the passages of a document; not when it has another text by now."""

        def work(db: sqlite3.Connection) -> bool:
            same = "SELECT 1 FROM documents WHERE id = ? AND version = ?"
            if not db.execute(same, (text.document_id, text.version)).fetchone():
                return False
            db.execute("DELETE FROM passages WHERE document_id = ?", (text.document_id,))
            owner = (DocumentId(text.document_id), text.file_name)
            write_pieces(db, pieces, owner=owner, model=if_current(db, model))
            count = "UPDATE documents SET chunk_count = ? WHERE id = ?"
            db.execute(count, (len(pieces), text.document_id))
            return True

        return await self.database.write("cutting a text", work)

    async def write_vectors(self, vectors: Sequence[tuple[int, bytes]], *, model: str) -> int:
        """Write the vectors of passages that are still there; indexes in memory follow."""

        def work(db: sqlite3.Connection) -> int:
            written = 0
            for id, vector in vectors:
                done = db.execute(
                    """INSERT INTO vectors SELECT id, ?, ? FROM passages WHERE id = ?
                       ON CONFLICT DO UPDATE SET vector = excluded.vector""",
                    (model, vector, id),
                ).rowcount
                if done:
                    db.execute("INSERT INTO changes (passage_id, removed) VALUES (?, 0)", (id,))
                written += done
            return written

        return await self.database.write("writing vectors", work)
