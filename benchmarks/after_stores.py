"""What does a question take shortly after a burst of stores?"""

import tempfile
import time
from typing import ClassVar

from benchmarks.client import Client
from benchmarks.first_question import is_known
from benchmarks.marks import Samples, samples, unit
from benchmarks.workload import texts

EMBEDDINGS = ["hashing", "none"]
TOOL = "memory_action"
TEXTS = 300
"""That are there before the first burst."""

BURSTS = 8
BURST = 30
PAUSE_S = 0.25
QUESTIONS = 5
"""After each burst, none asked twice."""

WORDS = 12
"""Of a question; each is looked for in every part of the index."""


class OfTwelveWords:
    """Thirty texts stored one after the other, a quarter of a second, and then five questions.

    Asks:   does who asks soon after storing wait for what storing has left to do?
    Unit:   seconds a question, over stdio.
    Noise:  follows the machine, see `calibration`; compare with `recall.ByQuery` of the commit.
    """

    version = "1"
    timeout = 120
    param_names: ClassVar = ["embedding"]
    params: ClassVar = [EMBEDDINGS]

    def setup_cache(self) -> dict[str, list[float]]:
        return {embedding: _measured(embedding) for embedding in filter(is_known, EMBEDDINGS)}

    def setup(self, took_s: dict[str, list[float]], embedding: str) -> None:
        if embedding not in took_s:
            # asv skips.
            raise NotImplementedError(f"LTMC_EMBEDDING={embedding}")

    @unit("seconds")
    def track_retrieve(self, took_s: dict[str, list[float]], embedding: str) -> Samples:
        return samples(took_s[embedding])


def _measured(embedding: str) -> list[float]:
    """Return what each question took of a server with such an embedder."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Client(folder, LTMC_EMBEDDING=embedding) as client,
    ):
        client.initialize()
        _store(client, 0, TEXTS)
        # The first question imports what finds.
        _ask(client, TEXTS)
        return [took_s for burst in range(BURSTS) for took_s in _after(client, burst)]


def _after(client: Client, burst: int) -> list[float]:
    """Store a burst, and return what each question after it took."""
    _store(client, TEXTS + burst * BURST, BURST)
    time.sleep(PAUSE_S)
    return [_ask(client, burst * QUESTIONS + number) for number in range(QUESTIONS)]


def _store(client: Client, first: int, count: int) -> None:
    for name, text in texts(count, first=first):
        client.call(TOOL, action="store", file_name=name, content=text)


def _ask(client: Client, number: int) -> float:
    """Ask for words of one of the texts; return how long the answer took."""
    [(_, text)] = texts(1, first=number)
    words = text.rpartition("\n\n")[2].split()[:WORDS]
    return client.call(TOOL, action="retrieve", query=" ".join(words))
