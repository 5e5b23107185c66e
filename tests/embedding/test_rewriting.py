"""The graph of MiniLM on whole numbers: what is in the package, and what its scales promise."""

import hashlib
from collections.abc import Mapping

import numpy as np
import onnx
import pytest
from onnxruntime import InferenceSession, SessionOptions

from ltmc_server.embedding import minilm_model, rewriting
from ltmc_server.embedding.minilm_model import DIMENSION, GRAPH, GRAPH_SHA256, WEIGHTS
from ltmc_server.embedding.rewriting import MIDDLE, MOST, Floats, rewritten
from ltmc_server.embedding.wordpiece import tokenizer

STRANGE = (
    "",
    "the " * 300,
    "\U0001f375" * 300,
    "금요일 배포",
    "? ! . , ; :" * 30,
    "0123456789 " * 60,
    "xqzzt kkkkkkk ÿ ｆｕｌｌ",
)


@pytest.fixture(scope="module")
def content() -> bytes:
    file = minilm_model.packaged_file()
    assert file is not None
    return file.read_bytes()


def test_the_graph_in_the_package_is_what_is_written(content: bytes) -> None:
    graph = GRAPH.read_bytes()

    assert rewritten(content) == graph
    assert hashlib.sha256(graph).hexdigest() == GRAPH_SHA256


def test_no_text_brings_a_number_that_is_cut(content: bytes) -> None:
    """None is further from the middle than the scales leave room for, the rest among them."""
    model = onnx.load(GRAPH, load_external_data=False)
    rounded = [node.output[0] for node in model.graph.node if node.op_type == "QuantizeLinear"]
    seen = values(content, model, rounded, [*STRANGE, *texts_of_random_tokens()])

    for name in rounded:
        low, high = seen[name]
        assert MIDDLE - MOST <= low < high <= MIDDLE + MOST, name


def test_a_scale_has_room_for_the_worst_that_a_norm_lets_through() -> None:
    random = np.random.default_rng(7)
    evened = rewriting.Evened("x", random.normal(size=DIMENSION), random.normal(size=DIMENSION))
    matrix, bias = random.normal(size=(DIMENSION, 20)), random.normal(size=20)

    def of(normal: Floats) -> Floats:
        normal = normal / np.linalg.norm(normal) * np.sqrt(DIMENSION)
        numbers: Floats = evened.gain * normal + evened.offset
        return numbers

    worst = [of(sign * evened.gain * column) for column in matrix.T for sign in (-1, 1)]
    single = [of(sign * one) for one in np.eye(DIMENSION) for sign in (-1, 1)]

    assert np.max(np.abs(worst @ matrix + bias)) == pytest.approx(evened.most_after(matrix, bias))
    assert np.max(np.abs(single)) == pytest.approx(evened.most)


def texts_of_random_tokens() -> list[list[int]]:
    random = np.random.default_rng(3)
    return [random.integers(0, 30_522, size).tolist() for size in (1, 2, 30, 256)]


def values(
    content: bytes, model: onnx.ModelProto, names: list[str], texts: list[str | list[int]]
) -> Mapping[str, tuple[int, int]]:
    """Return the least and the greatest of each value inside the graph, over all texts."""
    model.graph.output.extend(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.UINT8, None) for name in names
    )
    options = SessionOptions()
    options.add_external_initializers_from_files_in_memory([WEIGHTS], [content], [len(content)])
    session = InferenceSession(model.SerializeToString(), options)
    found: dict[str, list[int]] = {name: [] for name in names}
    for text in texts:
        ids = tokenizer().read(text, most=256) if isinstance(text, str) else text
        for name, made in zip(names, session.run(names, {"ids": [ids]}), strict=True):
            found[name] += [int(np.min(made)), int(np.max(made))]
    return {name: (min(some), max(some)) for name, some in found.items()}
