"""How long until a server that was just started has answered its first question?"""

import tempfile
import time
from typing import ClassVar, TypeAlias, TypedDict, get_args

from benchmarks.client import Client
from benchmarks.marks import Samples, samples, unit
from benchmarks.workload import queries, texts

EMBEDDINGS = ["auto", "hashing", "none"]
STARTS = 5
TEXTS = 50


class Measured(TypedDict):
    """One figure a start."""

    answer_s: list[float]
    processor_s: list[float]
    peak_bytes: list[float]


ByEmbedding: TypeAlias = dict[str, Measured]


class OfAStart:
    """Five starts on a folder of fifty texts, each asked what nobody has asked before.

    Asks:   what does a person wait for whose agent starts the server and asks it something?
    Unit:   seconds since the process was started; seconds of its processor time until then;
            bytes, the most that it has held by then.
    Noise:  bytes hardly any; processor time is counted in 10 ms; seconds have as much as the
            machine has other work, so compare the three embedders of one commit.
    """

    version = "1"
    timeout = 120
    param_names: ClassVar = ["embedding"]
    params: ClassVar = [EMBEDDINGS]

    def setup_cache(self) -> ByEmbedding:
        measured: ByEmbedding = {}
        for embedding in filter(is_known, EMBEDDINGS):
            with tempfile.TemporaryDirectory() as folder:
                _fill(folder, embedding)
                starts = [_first(folder, embedding, query) for query in queries(STARTS)]
            answers, processor, peaks = map(list, zip(*starts, strict=True))
            measured[embedding] = Measured(
                answer_s=answers, processor_s=processor, peak_bytes=peaks
            )
        return measured

    def setup(self, measured: ByEmbedding, embedding: str) -> None:
        if embedding not in measured:
            # asv skips.
            raise NotImplementedError(f"LTMC_EMBEDDING={embedding}")

    @unit("seconds")
    def track_answer(self, measured: ByEmbedding, embedding: str) -> Samples:
        return samples(measured[embedding]["answer_s"])

    @unit("seconds")
    def track_processor_time(self, measured: ByEmbedding, embedding: str) -> Samples:
        return samples(measured[embedding]["processor_s"])

    @unit("bytes")
    def track_peak_memory(self, measured: ByEmbedding, embedding: str) -> Samples:
        return samples(measured[embedding]["peak_bytes"])


def is_known(embedding: str) -> bool:
    """Tell whether this commit has such an embedder; at first there was hashing only."""
    from ltmc_server.settings import Settings

    field = Settings.model_fields.get("embedding")
    return embedding in (get_args(field.annotation) if field else ["hashing"])


def _fill(folder: str, embedding: str) -> None:
    """Store texts, and wait until they have their vectors."""
    with Client(folder, LTMC_EMBEDDING=embedding) as client:
        client.initialize()
        for name, text in texts(TEXTS):
            client.call("memory_action", action="store", file_name=name, content=text)
        client.call("memory_action", action="retrieve", query="Is all of it there?")


def _first(folder: str, embedding: str, query: str) -> tuple[float, float, float]:
    """Start a server, ask it; return seconds since its start, of its processor, and bytes."""
    with Client(folder, LTMC_EMBEDDING=embedding) as client:
        client.initialize()
        client.call("memory_action", action="retrieve", query=query)
        answered_s = time.perf_counter() - client.started_s
        return answered_s, client.processor_s(), client.peak_memory_bytes()
