"""The labelled sets put to a server, each in a data folder of its own."""

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Final

from benchmarks.in_process import Server
from benchmarks.labelled.loading import NONE, Labelled, Query, labelled
from benchmarks.labelled.metrics import CUT, METRICS

TOOL: Final = "memory_action"
MODES: Final = ("hybrid", "semantic", "keyword")

INDEXED_WITHIN_S: Final = 60.0
"""Longest wait for embeddings that follow their texts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server found for one question."""

    query: Query
    found: Sequence[str]
    confident: bool

    @property
    def is_answerable(self) -> bool:
        """Whether any text of the set answers."""
        return self.query.kind != NONE


def answers(name: str) -> dict[str, list[Answer]]:
    """Store a set in a new data folder, ask all of its questions; return answers by mode."""
    asked = labelled(name)
    with (
        tempfile.TemporaryDirectory(prefix="labelled-") as folder,
        Server(Path(folder), durability="normal", embedding=None) as server,
    ):
        server.require(TOOL, "retrieve")
        _fill(server, asked)
        return {mode: [_ask(server, query, mode) for query in asked.queries] for mode in MODES}


def quality(some: Sequence[Answer]) -> dict[str, float]:
    """Return the mean of each metric over the questions that have an answer."""
    asked = [each for each in some if each.is_answerable]
    return {
        name: fmean(metric(each.found, each.query.relevant) for each in asked)
        for name, metric in METRICS.items()
    }


def confidence(some: Sequence[Answer]) -> dict[str, float]:
    """Return how far `confident` is to be believed.

    Precision is of the answers said to be confident, how many are to questions that have one;
    recall is of those questions, how many were; and of the questions that nothing answers, how
    many were refused.
    """
    said = [each for each in some if each.confident]
    there = [each for each in some if each.is_answerable]
    empty = [each for each in some if not each.is_answerable]
    return {
        "precision": _share(said, lambda each: each.is_answerable),
        "recall": _share(there, lambda each: each.confident),
        "refused": _share(empty, lambda each: not each.confident),
    }


def by_kind(some: Sequence[Answer]) -> Iterator[tuple[str, list[Answer]]]:
    """Yield each kind of question that has answers, with them."""
    for kind in dict.fromkeys(each.query.kind for each in some):
        if kind != NONE:
            yield kind, [each for each in some if each.query.kind == kind]


def _fill(server: Server, asked: Labelled) -> None:
    for name, text in asked.texts.items():
        server.call(TOOL, action="store", file_name=name, content=text)
    server.embed_all()


def _ask(server: Server, query: Query, mode: str) -> Answer:
    found, confident = _names(server, query=query.text, mode=mode)
    return Answer(query, found, confident)


def _names(server: Server, **asked: str) -> tuple[Sequence[str], bool]:
    reply = server.call(TOOL, action="retrieve", top_k=CUT, **asked)
    found = [document["file_name"] for document in reply["documents"]]
    return found, reply.get("confident", True)


def _share(some: Collection[Answer], holds: Callable[[Answer], bool]) -> float:
    return fmean(map(holds, some)) if some else 1.0


Measured = Mapping[str, Mapping[str, Sequence[Answer]]]
"""Answers by set and mode."""
