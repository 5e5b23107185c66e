"""Are the snapshots of vectors beside the record of any use, and is in them what the record has?"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ltmc_server.commands import record_checks
from ltmc_server.commands.report import Check, judged
from ltmc_server.stores.sqlite.rows import batches, marks
from ltmc_server.stores.sqlite.snapshots import mark
from ltmc_server.stores.sqlite.vector_log import span
from ltmc_server.vectors import from_blobs, to_blobs

if TYPE_CHECKING:
    from ltmc_server.stores.faiss.part import Part
    from ltmc_server.stores.faiss.snapshots import Stamp

TOUCHED: Final = "SELECT DISTINCT passage_id FROM changes WHERE seq > ?"

UNTOUCHED: Final = f"""
    SELECT count(*) FROM vectors JOIN passages ON passages.id = passage_id
    JOIN documents ON documents.id = document_id
    WHERE project_id = ? AND model = ? AND passage_id NOT IN ({TOUCHED})"""  # noqa: S608  ours


def snapshots(database: Path) -> Check:
    """Say whether each snapshot can be used, and whether its vectors are those of the record."""
    files = _files(database.parent)
    wrong = [f"{file.name}: {why}" for file, why in broken(database)]
    right = f"{len(files)}, with the vectors of the record" if files else "there is none"
    return judged("snapshots", wrong, right, more=f"{len(wrong)} of {len(files)} are of no use")


def broken(database: Path) -> Iterator[tuple[Path, str]]:
    """Yield the snapshots that no server would use, or none should, and why."""
    for file in _files(database.parent):
        if why := _why_broken(database, file):
            yield file, why


def useless(database: Path) -> Sequence[Path]:
    """Return the snapshots that no server would use, or none should."""
    return [file for file, _ in broken(database)]


def _files(folder: Path) -> Sequence[Path]:
    from ltmc_server.stores.faiss.snapshots import PATTERN

    return sorted(folder.glob(PATTERN))


def _why_broken(database: Path, file: Path) -> str:
    from ltmc_server.stores.faiss.snapshots import SnapshotUnusable, check, read

    began = file.stat().st_ino if file.exists() else None
    try:
        stamp, part = read(file)
        # The record as it is now: a server may have marked this one a moment ago.
        with record_checks.opened(database) as db:
            check(stamp, _wanted(db, stamp, file.name), span(db)[0])
            return _difference(db, stamp, part)
    except (SnapshotUnusable, OSError) as error:
        is_another = not file.exists() or file.stat().st_ino != began
        return "" if is_another else str(error)


def _wanted(db: sqlite3.Connection, stamp: "Stamp", name: str) -> "Stamp":
    """Return what the stamp has to say to be of this record, now."""
    owner = db.execute("SELECT id FROM record").fetchone()["id"]
    return replace(stamp, record=owner, seq=span(db)[1], mark=mark(db, name) or "")


def _difference(db: sqlite3.Connection, stamp: "Stamp", part: "Part") -> str:
    """Say which vectors differ from those of the record, of passages that did not change since."""
    touched = {row[0] for row in db.execute(TOUCHED, (stamp.seq,))}
    rows = {
        int(part.ids[row]): row
        for row in range(part.count)
        if part.alive[row] and int(part.ids[row]) not in touched
    }
    differing = list(_differing(db, stamp, part, rows))
    if differing:
        return f"{len(differing)} vectors are not those of the record, such as of {differing[0]}"
    values = (stamp.project_id, stamp.model, stamp.seq)
    count = db.execute(UNTOUCHED, values).fetchone()[0]
    return "" if count == len(rows) else f"it has {len(rows)} vectors, the record {count}"


def _differing(
    db: sqlite3.Connection, stamp: "Stamp", part: "Part", rows: dict[int, int]
) -> Iterator[int]:
    import numpy as np

    for some in batches(list(rows)):
        sql = f"""SELECT passage_id, vector FROM vectors
                  WHERE model = ? AND passage_id IN ({marks(len(some))})"""  # noqa: S608
        found = db.execute(sql, (stamp.model, *some)).fetchall()
        blobs = {row["passage_id"]: row["vector"] for row in found}
        kept = part.flat.reconstruct_batch(np.array([rows[id] for id in some], dtype=np.int64))
        for id, vector in zip(some, to_blobs(kept), strict=True):
            if not _is_kept_as(vector, blobs.get(id)):
                yield id


def _is_kept_as(vector: bytes, blob: bytes | None) -> bool:
    """Tell whether an index that is given the vector of the record would keep this one."""
    import numpy as np

    with np.errstate(all="ignore"):
        return blob is not None and to_blobs(from_blobs([blob]))[0] == vector
