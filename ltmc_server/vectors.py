"""Vectors as they are kept: float16, little endian, half the room and no worse to search."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ltmc_server.model import Vectors


def to_blobs(vectors: "Vectors") -> list[bytes]:
    """Return one blob a row of `vectors`, shape (n, dimension)."""
    return [row.tobytes() for row in vectors.astype("<f2")]


def from_blobs(blobs: Sequence[bytes]) -> "Vectors":
    """Return the rows that `to_blobs` wrote, as float32 of unit length.

    Raises:
        ValueError: the blobs are not all of one length, or none was given.
    """
    import numpy as np

    rows = np.frombuffer(b"".join(blobs), dtype="<f2").reshape(len(blobs), -1)
    vectors = rows.astype(np.float32)
    # Rounding to 11 bits has left them a ten-thousandth too long or too short.
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors
