"""How well a passage answers a question, from what the views say of it."""

from collections.abc import Mapping
from math import tanh
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.model import Mode

AGREEMENT: Final = 3.0
"""How much of a question words must hold to count beside meaning: the more it is believed, the
more. At 0.7 a passage with half of the words' weight has a quarter of the words' part, and one
with all of it the whole."""

NOT_EMBEDDED: Final = 0.5
"""The cosine that a passage is given which has all of a question's words and no vector yet."""

LATIN_END: Final = "\u0250"
"""The first letter behind the Latin ones that languages are written in."""

CONFIDENT: Final[Mapping[Mode, float]] = {"hybrid": 0.2, "keyword": 0.2, "semantic": 0.3}
"""A best score from here on is believed to be an answer."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the views say of one passage; None where a view did not name it."""

    cosine: float | None = None
    strength: float | None = None
    """`Holding.strength`: how well it has the question's words."""
    held: float | None = None
    """`Holding.share`: how much of them it has."""

    @property
    def matched_by(self) -> list[str]:
        """Name the views that found it."""
        by_words = ["keyword"] if self.strength is not None else []
        return by_words + (["semantic"] if (self.cosine or 0) > 0 else [])


def rated(
    cosine: float | None,
    strength: float | None,
    held: float | None,
    mode: Mode,
    cosine_share: float,
) -> float:
    """Return how well a passage answers, in [0, 1]: on one scale for every question of a mode.

    `hybrid` is a convex sum of the cosine and of what the words say. A few words in common are
    chance, and must not put a passage before one that means what was asked; so the words' part is
    multiplied by the share of them that is there, to a power that grows with `cosine_share`.

    Args:
        cosine: what is known of the passage, as `Signals` says; None if it is not known.
        strength: the same.
        held: the same.
        mode: which signals count.
        cosine_share: what the embedder's cosine is worth for this question, `share_of_meaning`.
    """
    # In one piece, of plain numbers: it is called for each of some hundred passages.
    meant = 0.0
    if cosine is not None and cosine > 0.0:
        meant = min(1.0, cosine)
    if mode == "semantic":
        return round(meant, 4)
    worded = tanh(strength) if strength is not None and strength > 0.0 else 0.0
    if mode == "keyword":
        return round(worded, 4)
    share = 0.0
    if held is not None and held > 0.0:
        share = min(1.0, held)
    if cosine is None:
        meant = NOT_EMBEDDED * share
    if worded:
        worded *= share ** (AGREEMENT * cosine_share)
    return round(cosine_share * meant + (1 - cosine_share) * worded, 4)


def meant(cosine: float, worth: float) -> float:
    """Return what `rated` does where nothing but the cosine is known, for what it is worth."""
    return round(worth * min(1.0, cosine), 4) if cosine > 0.0 else 0.0


def share_of_meaning(question: str, cosine_share: float, *, multilingual: bool) -> float:
    """Return what an embedder's cosine is worth for a question: less where it can not read it.

    A model for English makes a vector of a Chinese question as of any other, but of its few known
    letters only.
    """
    if multilingual:
        return cosine_share
    letters = [letter for letter in question if letter.isalpha()]
    if not letters:
        return cosine_share
    return cosine_share * sum(letter < LATIN_END for letter in letters) / len(letters)
