"""Changes that cost nothing: of these the judge must not say a word."""

from collections.abc import Sequence
from typing import Final

from tracker.evaluation.faults import (
    DISPATCH,
    FINDING,
    IN_RETRIEVE,
    TODOS,
    Edit,
    Fault,
    after,
    before,
)

UNUSED: Final = "".join(
    f'\n\ndef _unused_{number}(value):\n    """Do nothing that anyone asks for."""\n'
    f"    return [value] * {number}\n"
    for number in range(60)
)

VOID: Final[Sequence[Fault]] = (
    Fault(
        name="renamed locals",
        says="locals have other names",
        edits=(
            Edit(
                DISPATCH,
                "        given = dict(arguments)\n        owner, named = self.names[name]\n"
                '        action = given.pop("action", "") if named is None else named\n',
                "        given = dict(arguments)\n        owner, told = self.names[name]\n"
                '        action = given.pop("action", "") if told is None else told\n',
            ),
            Edit(
                TODOS,
                "        todos = rows_of(found, COLUMNS)\n",
                "        rows_found = found\n        todos = rows_of(rows_found, COLUMNS)\n",
            ),
        ),
    ),
    Fault(
        name="unused functions",
        says="sixty functions that nobody calls",
        edits=(
            after(
                TODOS,
                '        score=score,\n        created_at=from_us(row["created_us"]),\n    )\n',
                UNUSED,
            ),
        ),
    ),
    Fault(
        name="comments",
        says="comments, and nothing else",
        edits=(
            before(
                DISPATCH,
                "            done = await outcome(tool, action, given)\n",
                "            # Whatever it raises, the call is counted and timed below.\n",
            ),
            before(FINDING, IN_RETRIEVE, "        # More than are asked for: some share a text.\n"),
        ),
    ),
    Fault(
        name="import order",
        says="two imports have changed places",
        edits=(
            Edit(
                DISPATCH,
                "import orjson\nfrom pydantic_core import to_jsonable_python\n",
                "from pydantic_core import to_jsonable_python\nimport orjson\n",
            ),
            Edit(
                TODOS,
                "from ltmc_server.stores.full_text import query_words\n"
                "from ltmc_server.stores.interfaces import Found\n",
                "from ltmc_server.stores.interfaces import Found\n"
                "from ltmc_server.stores.full_text import query_words\n",
            ),
        ),
    ),
)
