"""What does search by meaning cost, with each of the embedders that users may have?"""

import tempfile
from functools import cache
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import ClassVar

from benchmarks.in_process import Server
from benchmarks.marks import unit
from benchmarks.workload import queries, texts

TEXTS = 100
TOOL = "memory_action"
EMBEDDERS = ("minilm", "static", "hashing")


@cache
def server_with(embedding: str) -> tuple[Server, float]:
    """Return this process's server with some texts embedded, and how many seconds that took."""
    folder = Path(tempfile.mkdtemp(prefix="embedding-", dir=Path.cwd()))
    server = Server(folder, durability="normal", embedding=embedding)
    began = perf_counter()
    for name, content in texts(TEXTS):
        server.call(TOOL, action="store", file_name=name, content=content)
    server.embed_all()
    return server, perf_counter() - began


class ByEmbedder:
    """A store and a question, on 100 texts of 600 characters, in process.

    Asks:   what does a model cost the one who stores, and the one who asks?
    Unit:   seconds a call. A store is acknowledged before MiniLM has embedded its text.
    Noise:  MiniLM follows the machine's speed in matrix products, see `calibration`.
    """

    version = "1"
    repeat = (10, 50, 1.0)
    param_names: ClassVar = ["embedder"]
    params: ClassVar = [EMBEDDERS]

    def setup(self, embedder: str) -> None:
        self.server, self.seconds = server_with(embedder)
        # What was stored by the last call is not to be embedded while this one is timed.
        self.server.embed_all()
        self.name, self.content = f"new/{next(_numbers)}.md", f"{next(_numbers)} {next(_texts)}"
        self.question = f"{next(_numbers)} {next(_questions)}"

    def time_store(self, embedder: str) -> None:
        self.server.call(TOOL, action="store", file_name=self.name, content=self.content)

    def time_retrieve(self, embedder: str) -> None:
        self.server.call(TOOL, action="retrieve", query=self.question, top_k=10)

    @unit("texts/s", less_is_better=False)
    def track_embedded(self, embedder: str) -> float:
        return TEXTS / self.seconds

    def peakmem_retrieve(self, embedder: str) -> None:
        self.server.call(TOOL, action="retrieve", query=self.question, top_k=10)


_numbers = count()
_texts = (text for _ in count() for _, text in texts(TEXTS))
_questions = (query for _ in count() for query in queries(50))
