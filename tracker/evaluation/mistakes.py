"""Mistakes that are made: each small, each in the real server, each with the counter that tells."""

from collections.abc import Sequence
from typing import Final

from tracker.evaluation.faults import (
    COMMITS,
    CONVERSATION,
    DISPATCH,
    FINDING,
    IN_CONVERSATION,
    IN_RETRIEVE,
    LOG,
    MESSAGES,
    RETRIEVE,
    SELECTION,
    STORE,
    TODO_ADD,
    TODO_LIST,
    TODOS,
    Edit,
    Fault,
    after,
    before,
)

TODOS_READ: Final = (
    '        todos.sort(key=lambda row: (row["priority"], row["number"]), reverse=True)\n'
)

MISTAKES: Final[Sequence[Fault]] = (
    Fault(
        name="sleep",
        says="a sleep of half a millisecond in each retrieve",
        edits=(
            before(FINDING, "from collections.abc import Callable\n", "import time\n"),
            before(FINDING, IN_RETRIEVE, "        time.sleep(0.0005)\n"),
        ),
        benchmarks=(RETRIEVE,),
        counters=("sleeps",),
    ),
    Fault(
        name="n+1",
        says="one more query for each todo of a list",
        edits=(
            after(
                TODOS,
                TODOS_READ,
                '        ids = [(wanted.project_id, row["id"]) for row in todos]\n'
                '        self.database.read("", lambda db: [_stored(db, *id) for id in ids])\n',
            ),
        ),
        benchmarks=(TODO_LIST,),
        counters=("statements",),
    ),
    Fault(
        name="one statement",
        says="a conversation is counted twice",
        edits=(
            before(
                MESSAGES,
                IN_CONVERSATION,
                '            db.execute("SELECT count(*) FROM messages WHERE project_id = ?'
                ' AND conversation_id = ?", mine).fetchone()\n',
            ),
        ),
        benchmarks=(CONVERSATION,),
        counters=("statements",),
    ),
    Fault(
        name="json",
        says="each result goes through JSON once more than it needs",
        edits=(
            before(DISPATCH, "import time\n", "import json\n"),
            Edit(
                DISPATCH,
                "            text = orjson.dumps(done.payload)\n",
                "            text = orjson.dumps(json.loads(json.dumps(done.payload)))\n",
            ),
        ),
        benchmarks=SELECTION,
        counters=("opcodes", "calls", "allocated_bytes"),
    ),
    Fault(
        name="deepcopy",
        says="the todos of a list are copied deeply",
        edits=(
            before(TODOS, "import sqlite3\n", "import copy\n"),
            after(
                TODOS,
                TODOS_READ,
                "        todos = copy.deepcopy(todos)\n",
            ),
        ),
        benchmarks=(TODO_LIST,),
        counters=("opcodes",),
    ),
    Fault(
        name="fsync",
        says="each write is carried over into the main file at once",
        edits=(
            after(
                COMMITS,
                "            result = work(self.connection)\n"
                '            self.connection.execute("COMMIT")\n',
                '            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")\n',
            ),
        ),
        benchmarks=(TODO_ADD, STORE, LOG),
        counters=("fsyncs",),
    ),
    Fault(
        name="dropped index",
        says="the messages of a conversation are no longer indexed",
        edits=(
            Edit(
                "ltmc_server/stores/sqlite/schema/0003-messages.sql",
                "CREATE INDEX messages_of_conversation ON messages"
                " (project_id, conversation_id, number);\n",
                "",
            ),
        ),
        benchmarks=(CONVERSATION,),
        counters=("vm_steps",),
    ),
    Fault(
        name="log flush",
        says="a line of a log is written and flushed in each call",
        edits=(
            before(DISPATCH, "import time\n", "import tempfile\n"),
            before(
                DISPATCH,
                "\n\n@dataclass(frozen=True, slots=True)\nclass Reply:\n",
                '\n_LOG = tempfile.TemporaryFile("w")  # noqa: SIM115\n',
            ),
            before(
                DISPATCH,
                "            done = await outcome(tool, action, given)\n",
                "            print(name, action, file=_LOG, flush=True)\n",
            ),
        ),
        benchmarks=SELECTION,
        counters=("writes",),
    ),
    Fault(
        name="payload",
        says="each hit comes with the scores of all that were looked at",
        edits=(
            before(
                FINDING,
                '            "total_found": len(best),\n',
                '            "scores": [each.score for each in ranked],\n',
            ),
        ),
        benchmarks=(RETRIEVE,),
        counters=("opcodes", "calls"),
    ),
    Fault(
        name="leak",
        says="a list keeps every result",
        edits=(
            before(
                DISPATCH,
                "\n\n@dataclass(frozen=True, slots=True)\nclass Reply:\n",
                "\n_SEEN = []\n",
            ),
            after(
                DISPATCH,
                "            done = await outcome(tool, action, given)\n",
                "            _SEEN.append(done.payload)\n",
            ),
        ),
        benchmarks=SELECTION,
        counters=("kept_bytes", "kept_blocks"),
    ),
)
