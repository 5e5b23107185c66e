"""Data to benchmark on. Seeded and append-only: one commit, one workload, for ever."""

import random
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

SEED = 20_260_101

SYLLABLES = tuple(
    "kalomineruavotepisadazufenoqixabolygehuwijocemyarenosul"[at : at + 2] for at in range(0, 54, 2)
)
"""Words are made of these: as many as needed, none of them in any stop-word list."""

WORDS = 4_000
"""Size of the vocabulary; a few of its words make up most of a text, as in real ones."""

WORDS_PER_TEXT = 90
"""About 600 characters: one passage."""

ENTITIES = 2_000
RELATIONS = ("needs", "tells of", "belongs to", "contradicts", "follows")
"""What links link, and how."""


@cache
def vocabulary() -> list[str]:
    """Return the words, commonest first."""
    draw = random.Random(SEED)  # noqa: S311  reproducible, not secret
    words = dict[str, None]()
    while len(words) < WORDS:
        words["".join(draw.choices(SYLLABLES, k=draw.randint(2, 4)))] = None
    return list(words)


@cache
def frequencies() -> list[float]:
    """Return how often each word stands, summed up: the n-th 1/n as often as the first (Zipf)."""
    return list(accumulate(1 / rank for rank in range(1, WORDS + 1)))


def texts(count: int, *, first: int = 0) -> Iterator[tuple[str, str]]:
    """Yield `count` pairs of file name and text; number n is the same whatever the count."""
    words, summed = vocabulary(), frequencies()
    for number in range(first, first + count):
        draw = random.Random(SEED + 1 + number)  # noqa: S311
        chosen = draw.choices(words, cum_weights=summed, k=WORDS_PER_TEXT)
        yield f"notes/{number:06}.md", f"# Note {number}\n\n{' '.join(chosen)}.\n"


def links(count: int, *, first: int = 0) -> Iterator[tuple[str, str, str]]:
    """Yield sources, targets and relations; number n is the same whatever the count."""
    for number in range(first, first + count):
        draw = random.Random(SEED + 1 + number)  # noqa: S311
        source, target = draw.sample(range(ENTITIES), 2)
        yield f"e{source}", f"e{target}", draw.choice(RELATIONS)


def queries(count: int) -> list[str]:
    """Return questions of four words: two common ones, two rare ones."""
    words = vocabulary()
    draw = random.Random(SEED)  # noqa: S311
    return [
        " ".join([*draw.choices(words[:200], k=2), *draw.choices(words[200:], k=2)])
        for _ in range(count)
    ]


def known(count: int, *, among: int) -> list[tuple[str, str]]:
    """Return names of some of the first texts, and six common words of each.

    Common are those from the fiftieth to the four hundredth: each is in one text of 57 to one of 6.
    """
    common = set(vocabulary()[50:400])
    draw = random.Random(SEED)  # noqa: S311
    chosen: list[tuple[str, str]] = []
    for number in draw.sample(range(among), count):
        [(name, text)] = texts(1, first=number)
        held = sorted(common & set(text.replace(".", " ").split()))
        chosen.append((name, " ".join(draw.sample(held, min(6, len(held))))))
    return chosen
