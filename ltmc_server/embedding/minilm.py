"""MiniLM beside an event loop: one thread of its own, loaded when first needed."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.minilm_model import (
    DIMENSION,
    SHA256,
    MiniLm,
    ModelUnusable,
    batches,
    return_memory,
)
from ltmc_server.errors import EmbedderUnavailable
from ltmc_server.model import Vectors

MODEL: Final = f"minilm-l6-v2-int8-{SHA256[:8]}"

WAIT_S: Final = 30.0
"""Longest wait for one step of the thread, with the loading of the model before it."""

WINDOW: Final = 128
"""Texts that are read into tokens together, so that equally long ones meet: 10 ms."""

STEPS_KEPT: Final = 16
"""Steps after which freed memory is given back; it costs 2 ms and grows to 100 MB without."""


@dataclass(slots=True, eq=False)
class MiniLmEmbedder:
    """An `Embedder` that knows what words mean, some 2 ms a question and 25 ms a long passage.

    All work is done in one thread, in steps of at most `BATCH_TOKENS`. Long work waits for its
    turn before every step and urgent work does not, so a question waits for two steps at most.
    """

    file: Path
    wait_s: float = WAIT_S
    # Not `anyio.to_thread`: when its caller is cancelled another may enter beside the thread.
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="minilm"), repr=False
    )
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """Held by the one piece of long work that is in line for the thread."""
    _loaded: MiniLm | None = None
    _unusable: tuple[object, str] | None = None
    """The state of the file when it did not load, and why."""

    @property
    def model(self) -> str:
        """Its digest is in the name: another file would be another model."""
        return MODEL

    @property
    def dimension(self) -> int:
        return DIMENSION

    @property
    def cosine_share(self) -> float:
        """More than half: it finds what is said in other words."""
        return 0.7

    @property
    def multilingual(self) -> bool:
        """It was made of English texts."""
        return False

    @property
    def is_instant(self) -> bool:
        return False

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        steps = self._steps(texts, urgent=urgent)
        while True:
            async with nullcontext() if urgent else self._turn:
                vectors = await self._in_thread(partial(next, steps))
            if vectors is not None:
                return vectors

    async def _in_thread(self, step: Callable[[], Vectors | None]) -> Vectors | None:
        try:
            async with asyncio.timeout(self.wait_s):
                return await asyncio.wrap_future(self._thread.submit(step))
        except TimeoutError as error:
            why = f"it was not ready within {self.wait_s:g} s"
            raise EmbedderUnavailable(MODEL, why) from error
        except ModelUnusable as error:
            raise EmbedderUnavailable(MODEL, str(error)) from error

    def _steps(self, texts: Sequence[str], *, urgent: bool) -> Iterator[Vectors | None]:
        """Yield after each step, the vectors after the last one. Runs in the thread."""
        model = self._ready()
        import numpy as np

        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        left = len(texts)
        for start in range(0, len(texts), WINDOW):
            ids = [model.read(text) for text in texts[start : start + WINDOW]]
            for step, places in enumerate(batches(ids)):
                vectors[[start + at for at in places]] = model.vectors([ids[at] for at in places])
                if step % STEPS_KEPT == STEPS_KEPT - 1:
                    return_memory()
                if left := left - len(places):
                    yield None
        if not urgent:
            return_memory()
        yield vectors

    async def aclose(self) -> None:
        # Not waited for: it ends after the step it is at.
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _ready(self) -> MiniLm:
        """Return the model; a file that did not load is not tried again until it changes."""
        if self._loaded is None:
            state = _state(self.file)
            if self._unusable and self._unusable[0] == state:
                raise ModelUnusable(self._unusable[1])
            try:
                self._loaded = MiniLm.load(self.file)
            except ModelUnusable as error:
                self._unusable = (state, str(error))
                raise
        return self._loaded


def _state(file: Path) -> object:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
