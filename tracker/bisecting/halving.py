"""The first bad commit of a line of commits, by halving; what cannot be asked is passed over."""

from collections.abc import Callable
from enum import StrEnum


class Answer(StrEnum):
    """What one commit is found to be."""

    GOOD = "good"
    BAD = "bad"
    SKIPPED = "skipped"
    """It cannot be built or run, and says nothing."""


def first_bad(count: int, ask: Callable[[int], Answer]) -> range:
    """Return the places among which the first bad commit is; one place, if nothing was skipped.

    Args:
        count: how many commits there are, oldest first; the first is good, the last is bad.
        ask: what the commit at a place is. Never asked of the first or the last, and of none twice.

    Law:    the last place returned is bad, the one before the first is good, and every one between
            was skipped.
    Cost:   log2(count) questions, and one for each that is skipped.
    Source: `git bisect`, with `git bisect skip`.
    """
    good, bad = 0, count - 1
    skipped: set[int] = set()
    while open_places := [place for place in range(good + 1, bad) if place not in skipped]:
        # Of those left the one nearest to the middle: a skipped one often has broken neighbours,
        # but the middle is still what halves.
        middle = (good + bad) / 2
        place = min(open_places, key=lambda each: abs(each - middle))
        answer = ask(place)
        if answer is Answer.SKIPPED:
            skipped.add(place)
        elif answer is Answer.GOOD:
            good = place
        else:
            bad = place
    return range(good + 1, bad + 1)
