"""Has every passage the vector it should have?"""

import sqlite3
from collections.abc import Iterator
from typing import Final

from ltmc_server.commands.report import NAMED_MAX, Check, judged
from ltmc_server.dataclass import dataclass

NORM_OFF_MAX: Final = 0.005
"""How far from 1 the length of a vector may be: float16 has moved it by a ten-thousandth or so."""

AT_ONCE: Final = 1_000

VECTORS: Final = """
    SELECT passages.id, vector FROM passages
    LEFT JOIN vectors ON passage_id = passages.id AND model = ?
    WHERE passages.id > ? ORDER BY passages.id LIMIT ?"""

LENGTHS: Final = """
    SELECT length(vector) / 2 FROM vectors WHERE model = ?
    GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Made:
    """What made the vectors that the record is searched by."""

    model: str
    dimension: int | None = None
    """None where the model is not to be had: then most vectors are taken to be of the right length.
    """


def broken(db: sqlite3.Connection, made: Made) -> Iterator[tuple[int, str]]:
    """Yield the passages without a good vector of this model, and what is wrong with it."""
    waiting, after, dimension = _pending(db), 0, _dimension(db, made)
    while rows := db.execute(VECTORS, (made.model, after, AT_ONCE)).fetchall():
        after = rows[-1]["id"]
        missing = [row["id"] for row in rows if row["vector"] is None]
        yield from ((id, "missing") for id in missing if id not in waiting)
        there = [(row["id"], row["vector"]) for row in rows if row["vector"] is not None]
        yield from _misshapen(there, dimension)


def vectors(db: sqlite3.Connection, made: Made) -> Check:
    """Say whether each passage has a vector of the right length and of unit norm."""
    wrong = [f"passage {id}: {why}" for id, why in broken(db, made)]
    pending = len(_pending(db))
    right = "there are none"
    if made.model:
        right = f"of {made.model}, {_dimension(db, made)} numbers each, of unit length"
    right += f"; {pending} are still to be made" if pending else ""
    return judged("vectors", wrong, right, more=_sorted_out(wrong))


def _sorted_out(wrong: list[str]) -> str:
    kinds = [line.partition(": ")[2] for line in wrong]
    counted = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    return ", ".join(f"{count} {kind}" for kind, count in list(counted.items())[:NAMED_MAX])


def _misshapen(rows: list[tuple[int, bytes]], dimension: int) -> Iterator[tuple[int, str]]:
    import numpy as np

    right = [(id, blob) for id, blob in rows if len(blob) == 2 * dimension]
    lengths = {id: len(blob) for id, blob in rows}
    yield from (
        (id, "of another length") for id, length in lengths.items() if length != 2 * dimension
    )
    if right:
        flat = np.frombuffer(b"".join(blob for _, blob in right), dtype="<f2")
        with np.errstate(all="ignore"):
            norms = np.linalg.norm(flat.reshape(len(right), -1).astype(np.float64), axis=1)
        # Written so that a norm that is no number counts as wrong.
        off = ~(np.abs(norms - 1) <= NORM_OFF_MAX)
        yield from ((right[at][0], "not of unit norm") for at in np.flatnonzero(off))


def _dimension(db: sqlite3.Connection, made: Made) -> int:
    if made.dimension is not None:
        return made.dimension
    row = db.execute(LENGTHS, (made.model,)).fetchone()
    return row[0] if row else 0


def _pending(db: sqlite3.Connection) -> set[int]:
    """Return the passages that a server knows it has yet to embed."""
    return {row[0] for row in db.execute("SELECT passage_id FROM unembedded")}
