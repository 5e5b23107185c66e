"""Every store of todos, opened empty."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ltmc_server.stores.in_memory.todos import InMemoryTodos
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.todos import SqliteTodos
from ltmc_server.stores.todos import Priority, Todo, TodoDraft, TodoId

Store = InMemoryTodos | SqliteTodos
STORES = ("in_memory", "sqlite")


@contextmanager
def opened(kind: str) -> Iterator[Store]:
    if kind == "in_memory":
        yield InMemoryTodos()
        return
    with TemporaryDirectory() as folder, Database.open(Path(folder) / "ltmc.db") as database:
        yield SqliteTodos(database)


async def added(
    store: Store,
    title: str,
    *,
    priority: Priority = "medium",
    needs: tuple[TodoId, ...] = (),
    project: str = "here",
) -> Todo:
    return await store.add(
        TodoDraft(project_id=project, title=title, priority=priority, depends_on=needs)
    )
