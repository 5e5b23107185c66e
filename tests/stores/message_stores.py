"""Every store of messages, opened empty, with one document beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ltmc_server.model import DocumentId, Version, now
from ltmc_server.stores.in_memory.messages import InMemoryMessages
from ltmc_server.stores.messages import Citation, Message, MessageDraft
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.messages import SqliteMessages

Store = InMemoryMessages | SqliteMessages
STORES = ("in_memory", "sqlite")
DOCUMENT = DocumentId("mem_1")
CITATION = Citation(id=DOCUMENT, file_name="tea.md", version=1, start=4, end=9, score=0.75)


@dataclass
class Setup:
    """A store of messages, and the one document beside it."""

    store: Store
    texts: list[str] = field(default_factory=list)
    """Of the document, oldest version first."""

    def versions(self, id: DocumentId) -> list[Version]:
        oldest_first = enumerate(self.texts, start=1)
        return [Version(version=n, content=text, created_at=now()) for n, text in oldest_first][
            ::-1
        ]

    def write(self, *texts: str) -> None:
        """Have the document in these versions; with none, delete it."""
        self.texts[:] = texts
        if isinstance(self.store, SqliteMessages):
            db = self.store.database.connection
            db.execute("DELETE FROM documents")
            if texts:
                db.execute(
                    """INSERT INTO documents VALUES (?, 'here', 'tea.md', 'note', NULL, '[]', '{}',
                       ?, 0, 0, x'', 0, 0, NULL, NULL)""",
                    (DOCUMENT, len(texts)),
                )
            rows = [(DOCUMENT, n, text, 0) for n, text in enumerate(texts, start=1)]
            db.executemany("INSERT INTO versions VALUES (?, ?, ?, ?)", rows)


@contextmanager
def opened(kind: str) -> Iterator[Setup]:
    if kind == "in_memory":
        setup = Setup(InMemoryMessages())
        setup.store = InMemoryMessages(setup.versions)
        yield setup
        return
    with TemporaryDirectory() as folder, Database.open(Path(folder) / "ltmc.db") as database:
        yield Setup(SqliteMessages(database))


async def said(
    store: Store,
    content: str,
    *,
    conversation: str = "c1",
    tool: str | None = None,
    project: str = "here",
) -> Message:
    draft = MessageDraft(
        project_id=project,
        conversation_id=conversation,
        role="user",
        content=content,
        source_tool=tool,
    )
    return await store.log(draft)
