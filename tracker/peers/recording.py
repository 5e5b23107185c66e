"""Real answers of a server, for the tests of how they are read: after a version has changed.

What `found` should be is for whoever records to check: it is what the dialect reads of them.
"""

import json
from pathlib import Path
from typing import Final

from tracker.peers.contender import Contender
from tracker.peers.workload import Note, others

NOTES: Final = 4
REST_S: Final = 20.0

MISSING: Final = Note("missing", "A sentence about a volcano that nobody has stored.")


def record(contender: Contender, folder: Path) -> Path:
    """Store, ask and look, and write the answers to a file of the dialect's name; return it."""
    dialect, notes = contender.dialect, others(NOTES)
    home = contender.home()
    try:
        with contender.connect(home) as server:
            server.initialize()
            stored = [server.call(dialect.store(note)) for note in notes]
            server.tree.rest(REST_S)
            answers = {
                "store": stored[0],
                "retrieve": server.call(dialect.retrieve(notes[1].text)),
                "fetch": server.call(dialect.fetch(notes[2])),
                "fetch_of_missing": server.call(dialect.fetch(MISSING)),
            }
        said = {"note": notes[2].name, "found": dialect.found(answers["retrieve"]), **answers}
        content = json.dumps(said, indent=1, ensure_ascii=False).replace(str(home), "{home}")
    finally:
        contender.clean()
    file = folder / f"{dialect.name}.json"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(content + "\n", "utf-8")
    return file
