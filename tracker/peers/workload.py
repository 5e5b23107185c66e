"""What every server is given: notes to keep and questions to answer, the same for all."""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

SEED: Final = 20_261_122

WHO: Final = (
    *("The night shift", "Our supplier in Lyon", "The second laboratory", "Nadia's team"),
    *("The archive", "The customs office", "A visitor from Turku", "The winter school"),
    *("The orchard crew", "The harbour master", "The print shop", "Room 14"),
)
DID: Final = (
    *("agreed to replace", "asked for a quote on", "lost the receipt for", "repainted"),
    *("borrowed", "returned", "cannot find a buyer for", "wants to insure", "photographed"),
    *("stopped using", "moved", "is waiting for"),
)
WHAT: Final = (
    *("the oak table", "two crates of seed potatoes", "the spare projector", "a brass sextant"),
    *("the old ferry timetable", "forty metres of rope", "the greenhouse heater", "a cello case"),
    *("the blue delivery van", "three sacks of plaster", "the choir's sheet music", "a dinghy"),
)
WHY: Final = (
    *("because the roof leaks above it", "before the inspection in autumn", "after a long quarrel"),
    *("although nobody had asked", "since the price has doubled", "as the lease ends soon"),
    *("for the exhibition upstairs", "until the road is open again", "to make room for the piano"),
)

Metric = Callable[[Sequence[str], Collection[str]], float]
"""Names found, best first, and names that are right → how good that is, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Note:
    """A text, and the name it is known by."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the names of the notes that answer it; none where nothing does."""

    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Workload:
    """The notes that are stored, in order, the questions, and how answers are judged."""

    notes: Sequence[Note]
    questions: Sequence[Question]
    metrics: Mapping[str, Metric]

    def cut(self, calls: int) -> "Workload":
        """Return so many notes, and no more questions than that."""
        return Workload(self.notes[:calls], self.questions[:calls], self.metrics)

    @property
    def answers_are_there(self) -> bool:
        """Whether every note that answers a question is among the notes."""
        names = {note.name for note in self.notes}
        return all(question.relevant <= names for question in self.questions)


def others(count: int, *, first: int = 0) -> list[Note]:
    """Return notes about something else: plain English, some 110 characters, no two alike.

    Number n is the same whatever the count.
    """
    return [_other(number) for number in range(first, first + count)]


def _other(number: int) -> Note:
    draw = random.Random(SEED + number)  # noqa: S311  reproducible, not secret
    said = " ".join(map(draw.choice, (WHO, DID, WHAT, WHY)))
    return Note(f"other{number}", f"{said}; it is entry {number:05} of the ledger.")
