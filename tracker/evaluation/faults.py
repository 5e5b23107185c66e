"""Small changes of the real server: mistakes to be named, and changes to be passed over.

Each is a list of edits of the source as it is today. An edit whose place is gone fails loudly, and
a test applies every one, so that a refactoring brings its faults along.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.evaluation.errors import FaultOutdated

DISPATCH: Final = "ltmc_server/dispatch.py"
FINDING: Final = "ltmc_server/tools/memory/finding.py"
KEEPING: Final = "ltmc_server/tools/memory/keeping.py"
TODO: Final = "ltmc_server/tools/todo.py"
TODOS: Final = "ltmc_server/stores/sqlite/todos.py"
MESSAGES: Final = "ltmc_server/stores/sqlite/messages.py"
COMMITS: Final = "ltmc_server/stores/sqlite/commits.py"

TODO_LIST: Final = "tools.todo.At500.time_list"
TODO_ADD: Final = "tools.todo.At500.time_add"
CONVERSATIONS: Final = "tools.chat.At1k.time_list_conversations"
RETRIEVE: Final = "tools.memory.At1k.time_retrieve"
STORE: Final = "tools.memory.At1k.time_store"
MEMORY_GET: Final = "tools.memory.At1k.time_get"
CONVERSATION: Final = "tools.chat.At1k.time_get_conversation"
LOG: Final = "tools.chat.At1k.time_log"

SELECTION: Final = (
    *(TODO_LIST, TODO_ADD, RETRIEVE, STORE),
    *(MEMORY_GET, CONVERSATION, CONVERSATIONS, LOG),
)
"""Reads and writes, short and long, of the three tools that are used most."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One piece of one file, and what takes its place."""

    file: str
    piece: str
    """It is there exactly once."""
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A change, and what it has to be named by."""

    name: str
    says: str
    edits: tuple[Edit, ...]
    benchmarks: tuple[str, ...] = ()
    """That pay for it: one of them is to be named first."""
    counters: tuple[str, ...] = ()
    """One of them has to move; without any it shows in time alone."""

    @property
    def is_void(self) -> bool:
        """Say whether it changes nothing that anyone could pay for."""
        return not self.benchmarks

    def apply(self, root: Path) -> None:
        """Change the files below `root`.

        Raises:
            FaultOutdated: a piece is not there once; nothing was changed.
        """
        texts: dict[Path, str] = {}
        for edit in self.edits:
            file = root / edit.file
            text = texts.get(file) or (file.read_text("utf-8") if file.is_file() else "")
            if text.count(edit.piece) != 1:
                raise FaultOutdated(self.name, edit.file, text.count(edit.piece))
            texts[file] = text.replace(edit.piece, edit.instead)
        for file, text in texts.items():
            file.write_text(text, "utf-8")


def before(file: str, piece: str, added: str) -> Edit:
    """Put something before a piece."""
    return Edit(file, piece, added + piece)


def after(file: str, piece: str, added: str) -> Edit:
    """Put something after a piece."""
    return Edit(file, piece, piece + added)


IN_LIST: Final = (
    "        wanted = TodoFilter(\n            project_id=project_id or self.project,\n"
    '            status=None if status == "all" else status,\n            priority'
)
IN_RETRIEVE: Final = (
    "        ranked = await self.retriever.rank(query, scope, limit=top_k, mode=mode)\n"
)
IN_STORE: Final = "        draft = Draft(\n            project_id=project_id or self.project,\n"
IN_CONVERSATION: Final = (
    "            after = _number(db, project_id, cursor, conversation_id) if cursor else 0\n"
)

PLACES: Final = {
    TODO_LIST: (TODO, IN_LIST, 8),
    RETRIEVE: (FINDING, IN_RETRIEVE, 8),
    STORE: (KEEPING, IN_STORE, 8),
    CONVERSATION: (MESSAGES, IN_CONVERSATION, 12),
}
"""Where work can be added to what a benchmark calls: file, piece, indentation."""


def more_work(benchmark: str, units: int, *, counted: bool) -> Fault:
    """Return a fault that adds pure work to the action that a benchmark calls.

    Args:
        benchmark: one of `PLACES`.
        units: turns of a loop.
        counted: as a Python loop, whose instructions are counted; else as one call into C, which
            takes time and next to no instructions.
    """
    file, piece, indentation = PLACES[benchmark]
    work = f"for _unit in range({units}):\n" if counted else f"sum(range({units}))\n"
    margin = " " * indentation
    body = f"{margin}    pass\n" if counted else ""
    return Fault(
        name=f"work {benchmark}",
        says="more work of the processor",
        edits=(before(file, piece, f"{margin}{work}{body}"),),
        benchmarks=(benchmark,),
        counters=("opcodes",) if counted else (),
    )
