"""Full-text search over texts in a dictionary."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from ltmc_server.stores.full_text import holds, share, weight

_Key = TypeVar("_Key")


def shares(words: Sequence[str], texts: Mapping[_Key, str]) -> dict[_Key, float]:
    """Return how much of a query's weight each text holds; those that hold none are left out."""
    held = {key: [word for word in words if holds(text, word)] for key, text in texts.items()}
    counts = {word: sum(word in some for some in held.values()) for word in words}
    weights = {word: weight(total=len(texts), holding=counts[word]) for word in words}
    return {key: share(weights, some) for key, some in held.items() if some}
