"""Messages in SQLite."""

import sqlite3
from collections.abc import Sequence
from typing import Final

import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NotFound
from ltmc_server.model import CursorPage, Page, Scope, new_id, now
from ltmc_server.stores.full_text import query_words
from ltmc_server.stores.interfaces import Found
from ltmc_server.stores.messages import (
    Citation,
    Cited,
    Conversation,
    Message,
    MessageDraft,
    MessageFilter,
    MessageId,
    Removed,
    short_enough,
)
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.rows import from_us, to_message, to_us
from ltmc_server.stores.sqlite.searching import best, holding, search
from ltmc_server.stores.sqlite.words import all_of

DELETED_AT_ONCE: Final = 20
"""Messages that are deleted beside other calls; more go to a thread."""

CONVERSATIONS: Final = """
    SELECT c.conversation_id, message_count, first_us, last_number,
           m.created_us AS last_us, m.id AS last_id
    FROM conversations AS c JOIN messages AS m ON m.number = last_number
    WHERE c.project_id = ?"""

CONVERSATIONS_OF_TOOL: Final = """
    SELECT c.*, m.created_us AS last_us, m.id AS last_id
    FROM (SELECT conversation_id, count(*) AS message_count, min(created_us) AS first_us,
                 max(number) AS last_number
          FROM messages WHERE project_id = ? AND source_tool = ?
          GROUP BY conversation_id) AS c
    JOIN messages AS m ON m.number = last_number
    WHERE true"""

CITATIONS: Final = """
    SELECT c.*, substr(v.content, c.start + 1, c.stop - c.start) AS text, d.version AS newest
    FROM message_citations AS c
    LEFT JOIN documents AS d ON d.id = c.document_id
        AND (d.expires_us IS NULL OR d.expires_us > ?)
    LEFT JOIN versions AS v ON v.document_id = d.id AND v.version = c.version
    WHERE c.message_id = ? ORDER BY c.rank"""


@dataclass(frozen=True, slots=True)
class SqliteMessages:
    """A `MessageStore`, and the `Finder` of messages."""

    database: Database

    async def log(self, draft: MessageDraft, citations: Sequence[Citation] = ()) -> Message:
        return await self.database.write("logging a message", lambda db: _log(db, draft, citations))

    async def conversation(
        self, project_id: str, conversation_id: str, *, limit: int, cursor: str = ""
    ) -> CursorPage[Message]:
        mine = (project_id, conversation_id)

        def work(db: sqlite3.Connection) -> CursorPage[Message]:
            after = _number(db, project_id, cursor, conversation_id) if cursor else 0
            total = db.execute(
                "SELECT count(*) FROM messages WHERE project_id = ? AND conversation_id = ?", mine
            ).fetchone()[0]
            rows = db.execute(
                """SELECT * FROM messages WHERE project_id = ? AND conversation_id = ?
                   AND number > ? ORDER BY number LIMIT ?""",
                (*mine, after, limit),
            )
            items = short_enough(map(to_message, rows))
            newest = db.execute(
                "SELECT id FROM messages WHERE project_id = ? AND conversation_id = ? "
                "ORDER BY number DESC LIMIT 1",
                mine,
            ).fetchone()
            more = bool(items) and items[-1].id != newest["id"]
            return CursorPage(
                items=items,
                returned=len(items),
                total=total,
                has_more=more,
                next=items[-1].id if more else None,
            )

        return self.database.read("reading a conversation", work)

    async def conversations(
        self, project_id: str, *, limit: int, cursor: str = "", source_tool: str = ""
    ) -> CursorPage[Conversation]:
        groups = CONVERSATIONS_OF_TOOL if source_tool else CONVERSATIONS
        mine = (project_id, source_tool) if source_tool else (project_id,)
        # Nothing in these texts comes from a caller.
        count = f"SELECT count(*) FROM ({groups})"  # noqa: S608
        page = f"{groups} AND last_number < ? ORDER BY last_number DESC LIMIT ?"

        def work(db: sqlite3.Connection) -> CursorPage[Conversation]:
            before = _number(db, project_id, cursor) if cursor else (1 << 63) - 1
            # One more than asked tells whether there are more.
            rows = db.execute(page, (*mine, before, limit + 1)).fetchall()
            items, more = [_conversation(row) for row in rows[:limit]], len(rows) > limit
            return CursorPage(
                items=items,
                returned=len(items),
                total=db.execute(count, mine).fetchone()[0],
                has_more=more,
                next=items[-1].last_message_id if more else None,
            )

        return self.database.read("listing conversations", work)

    async def page(self, wanted: MessageFilter, *, limit: int, offset: int) -> Page[Message]:
        if wanted.query and not query_words(wanted.query):
            return Page.of((), total=0, offset=offset)
        (where, values), source = _where(wanted), "messages AS m"
        if wanted.query:
            source = holding("message_words", "m")
        newest = "message_words.rowid" if wanted.query else "number"
        # The predicate is ours; every value of the caller is bound.
        count = f"SELECT count(*) FROM {source} WHERE {where}"  # noqa: S608
        page = f"""SELECT m.* FROM {source} WHERE {where}
                   ORDER BY {newest} DESC LIMIT ? OFFSET ?"""  # noqa: S608

        def work(db: sqlite3.Connection) -> Page[Message]:
            [total] = db.execute(count, values).fetchone()
            rows = db.execute(page, (*values, limit, offset))
            return Page.of(short_enough(map(to_message, rows)), total=total, offset=offset)

        if not wanted.query:
            return self.database.read("listing messages", work)
        return await search(self.database, "message_words", "searching messages", work)

    async def cited(self, project_id: str, id: MessageId) -> Sequence[Cited] | None:
        def work(db: sqlite3.Connection) -> list[Cited] | None:
            there = db.execute(
                "SELECT 1 FROM messages WHERE project_id = ? AND id = ?", (project_id, id)
            ).fetchone()
            return (
                [_cited(row) for row in db.execute(CITATIONS, (to_us(now()), id))]
                if there
                else None
            )

        return self.database.read("reading what a message cites", work)

    async def remove_conversation(self, project_id: str, conversation_id: str) -> Removed:
        mine = (project_id, conversation_id)

        def work(db: sqlite3.Connection) -> Removed:
            citations = db.execute(
                """DELETE FROM message_citations WHERE message_id IN
                   (SELECT id FROM messages WHERE project_id = ? AND conversation_id = ?)""",
                mine,
            ).rowcount
            messages = db.execute(
                "DELETE FROM messages WHERE project_id = ? AND conversation_id = ?", mine
            ).rowcount
            db.execute(
                "DELETE FROM conversations WHERE project_id = ? AND conversation_id = ?", mine
            )
            return Removed(messages=messages, citations=citations)

        many = self._counted(project_id, conversation_id) > DELETED_AT_ONCE
        write = self.database.write_aside if many else self.database.write
        return await write("deleting a conversation", work)

    def _counted(self, project_id: str, conversation_id: str) -> int:
        sql = """SELECT message_count FROM conversations
                 WHERE project_id = ? AND conversation_id = ?"""
        values = (project_id, conversation_id)
        row = self.database.read("counting messages", lambda db: db.execute(sql, values).fetchone())
        return int(row[0]) if row else 0

    async def find(self, query: str, scope: Scope, *, limit: int) -> Sequence[Found]:
        words = query_words(query)
        if not words:
            return ()
        here = scope.conversation_id or ""
        inside = _where(MessageFilter(project_id=scope.project_id, conversation_id=here))

        def work(db: sqlite3.Connection) -> list[Found]:
            rows = best(db, "message_words", words, inside, limit)
            return [_found(row, share) for row, share in rows]

        return await search(self.database, "message_words", "searching messages", work)


def _log(db: sqlite3.Connection, draft: MessageDraft, citations: Sequence[Citation]) -> Message:
    row = db.execute(
        """INSERT INTO messages (id, project_id, conversation_id, role, content, agent_name,
               source_tool, metadata, created_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *""",
        (
            new_id("msg"),
            draft.project_id,
            draft.conversation_id,
            draft.role,
            draft.content,
            draft.agent_name,
            draft.source_tool,
            orjson.dumps(draft.metadata).decode(),
            to_us(now()),
        ),
    ).fetchone()
    db.executemany(
        "INSERT INTO message_citations VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (row["id"], rank, one.id, one.file_name, one.version, one.start, one.end, one.score)
            for rank, one in enumerate(citations, start=1)
        ],
    )
    return to_message(row)


def _number(
    db: sqlite3.Connection, project_id: str, cursor: str, conversation_id: str | None = None
) -> int:
    row = db.execute(
        """SELECT number FROM messages WHERE id = ? AND project_id = ?
           AND coalesce(?, conversation_id) = conversation_id""",
        (cursor, project_id, conversation_id),
    ).fetchone()
    if row is None:
        raise NotFound("message to go on after", cursor, "Leave out cursor to begin again.")
    return int(row["number"])


def _where(wanted: MessageFilter) -> tuple[str, list[object]]:
    """Return a predicate over `messages`, and its values."""
    terms: list[tuple[str, object]] = [("project_id = ?", wanted.project_id)]
    if wanted.conversation_id:
        terms.append(("conversation_id = ?", wanted.conversation_id))
    if wanted.role is not None:
        terms.append(("role = ?", wanted.role))
    if wanted.source_tool:
        terms.append(("source_tool = ?", wanted.source_tool))
    if wanted.query:
        terms.append(("message_words MATCH ?", all_of(query_words(wanted.query))))
    return " AND ".join(term for term, _ in terms), [value for _, value in terms]


def _conversation(row: sqlite3.Row) -> Conversation:
    return Conversation(
        conversation_id=row["conversation_id"],
        message_count=row["message_count"],
        first_at=from_us(row["first_us"]),
        last_at=from_us(row["last_us"]),
        last_message_id=row["last_id"],
    )


def _cited(row: sqlite3.Row) -> Cited:
    citation = Citation(
        id=row["document_id"],
        file_name=row["file_name"],
        version=row["version"],
        start=row["start"],
        end=row["stop"],
        score=row["score"],
    )
    return Cited(
        rank=row["rank"], citation=citation, text=row["text"], newest_version=row["newest"]
    )


def _found(row: sqlite3.Row, score: float) -> Found:
    return Found(
        kind="chat",
        id=row["id"],
        title=f"{row['role']} in {row['conversation_id']}",
        text=row["content"],
        score=score,
        created_at=from_us(row["created_us"]),
    )
