"""What an OpenAI-compatible server answers, checked before anything is made of it."""

from typing import Final

from pydantic import BaseModel, ValidationError

from ltmc_server.model import Vectors

DIMENSION_MAX: Final = 65_536


class BadAnswer(Exception):
    """The answer is not what was asked for; says in what, without quoting it."""


class _Item(BaseModel):
    embedding: list[float]
    index: int | None = None


class _Answer(BaseModel):
    data: list[_Item]


def vectors_of(content: bytes, count: int, dimension: int | None) -> Vectors:
    """Return the vectors of an answer to `count` texts, in the order of the texts.

    Shapes:  (count, dimension), rows of unit length.
    Raises:  BadAnswer, when one is missing, not finite, zero, or of another length.
    """
    import numpy as np

    try:
        items = _Answer.model_validate_json(content).data
    except ValidationError:
        raise BadAnswer("its server answered with no list of embeddings") from None
    if len(items) != count:
        raise BadAnswer(f"its server made {len(items)} vectors of {count} texts")
    places = [at if item.index is None else item.index for at, item in enumerate(items)]
    if sorted(places) != list(range(count)):
        raise BadAnswer("its server did not say which vector is whose")
    lengths = {len(item.embedding) for item in items}
    if len(lengths) != 1 or not 1 <= (length := lengths.pop()) <= DIMENSION_MAX:
        raise BadAnswer("its server made vectors of different lengths, or of none")
    if dimension not in {None, length}:
        raise BadAnswer(f"its server made {length} numbers of a text, not {dimension}")
    vectors = np.empty((count, length))
    for place, item in zip(places, items, strict=True):
        vectors[place] = item.embedding
    # By the greatest first: the square of a huge number is none.
    greatest = np.abs(vectors).max(axis=1, keepdims=True)
    if not np.isfinite(greatest).all() or not greatest.all():
        raise BadAnswer("its server made a vector that has no direction")
    vectors /= greatest
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit.astype(np.float32)
