"""Messages in SQLite, by what they are about."""

import sqlite3
from typing import Final

import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NotFound
from ltmc_server.model import CursorPage
from ltmc_server.stores.mentions import About
from ltmc_server.stores.messages import Conversation, Message, short_enough
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.rows import from_us, to_message

ABOUT: Final = """
    id IN (SELECT message_id FROM message_citations WHERE document_id = ?
           UNION SELECT value FROM json_each(?))
    AND project_id = ? AND (? = '' OR conversation_id = ?)"""

GROUPS: Final = f"""
    SELECT conversation_id, count(*) AS message_count, min(created_us) AS first_us,
        max(created_us) AS last_us, max(number) AS last_number
    FROM messages WHERE {ABOUT} GROUP BY conversation_id"""  # noqa: S608  both texts are ours


@dataclass(frozen=True, slots=True)
class SqliteMentions:
    """A `MentionStore` over the messages of the record."""

    database: Database

    async def messages(self, about: About, *, limit: int, cursor: str = "") -> CursorPage[Message]:
        rows = f"SELECT * FROM messages WHERE {ABOUT} AND number < ? ORDER BY number DESC LIMIT ?"  # noqa: S608

        def work(db: sqlite3.Connection) -> CursorPage[Message]:
            mine, before = _values(about), _before(db, about, cursor)
            # One more than asked tells whether there are more.
            found = db.execute(rows, (*mine, before, limit + 1)).fetchall()
            items = short_enough(map(to_message, found[:limit]))
            more = len(items) < len(found)
            count = db.execute(f"SELECT count(*) FROM messages WHERE {ABOUT}", mine)  # noqa: S608
            return CursorPage(
                items=items,
                returned=len(items),
                total=count.fetchone()[0],
                has_more=more,
                next=items[-1].id if more else None,
            )

        return self.database.read("reading what is said about something", work)

    async def conversations(
        self, about: About, *, limit: int, cursor: str = ""
    ) -> CursorPage[Conversation]:
        page = f"""
            SELECT c.*, m.id AS last_id FROM ({GROUPS}) AS c
            JOIN messages AS m ON m.number = c.last_number
            WHERE c.last_number < ? ORDER BY c.last_number DESC LIMIT ?"""  # noqa: S608

        def work(db: sqlite3.Connection) -> CursorPage[Conversation]:
            mine, before = _values(about), _before(db, about, cursor)
            found = db.execute(page, (*mine, before, limit + 1)).fetchall()
            items, more = [_conversation(row) for row in found[:limit]], len(found) > limit
            return CursorPage(
                items=items,
                returned=len(items),
                total=db.execute(f"SELECT count(*) FROM ({GROUPS})", mine).fetchone()[0],  # noqa: S608
                has_more=more,
                next=items[-1].last_message_id if more else None,
            )

        return self.database.read("reading where something is talked about", work)


def _values(about: About) -> tuple[object, ...]:
    named = orjson.dumps(list(about.message_ids)).decode()
    conversation = (about.conversation_id, about.conversation_id)
    return (about.document_id, named, about.project_id, *conversation)


def _before(db: sqlite3.Connection, about: About, cursor: str) -> int:
    if not cursor:
        return (1 << 63) - 1
    sql = "SELECT number FROM messages WHERE project_id = ? AND id = ?"
    row = db.execute(sql, (about.project_id, cursor)).fetchone()
    if row is None:
        raise NotFound("message to go on after", cursor, "Leave out cursor to begin again.")
    return int(row["number"])


def _conversation(row: sqlite3.Row) -> Conversation:
    return Conversation(
        conversation_id=row["conversation_id"],
        message_count=row["message_count"],
        first_at=from_us(row["first_us"]),
        last_at=from_us(row["last_us"]),
        last_message_id=row["last_id"],
    )
