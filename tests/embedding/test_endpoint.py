"""An embedding server that is good, slow, broken or rude: vectors, or an error that says why."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import anyio.to_thread
import numpy as np
import pytest
from hypothesis import given, strategies as st
from pydantic import SecretStr

from ltmc_server.embedding.answers import BadAnswer, vectors_of
from ltmc_server.embedding.endpoint import BATCH, EndpointEmbedder, Patience
from ltmc_server.errors import EmbedderUnavailable
from ltmc_server.retry_after import retry_after_s
from tests.embedding.embedding_server import (
    Answer,
    Asked,
    Behaviour,
    EmbeddingServer,
    embeddings,
    good,
    refusing,
    serving,
    vector,
)

pytestmark = pytest.mark.anyio

KEY = "sk-do-not-say-this"
TEXT = "a secret text"
QUICK = Patience(pause_s=0, request_s=5)


@asynccontextmanager
async def asking(
    *behaviours: Behaviour, patience: Patience = QUICK, given: int | None = None
) -> AsyncIterator[tuple[EndpointEmbedder, EmbeddingServer]]:
    """Open an embedder on a server that behaves in these ways, one request after the other."""
    with serving(*behaviours) as server:
        embedder = EndpointEmbedder(
            url=server.url, name="m:1", key=SecretStr(KEY), given=given, patience=patience
        )
        try:
            yield embedder, server
        finally:
            server.closing.set()
            await embedder.aclose()


async def test_vectors_are_asked_for_in_batches_and_made_unit_vectors() -> None:
    texts = ["x" * (1 + at % 9) for at in range(2 * BATCH + 3)]
    async with asking(good) as (embedder, server):
        made = await embedder.embed(texts)

    expected = np.array([vector(text) for text in texts], dtype=np.float32)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert made.dtype == np.float32
    assert np.abs(made - expected).max() < 1e-6
    assert [len(asked.texts) for asked in server.asked] == [BATCH, BATCH, 3]
    assert {(asked.path, asked.key, asked.model) for asked in server.asked} == {
        ("/v1/embeddings", f"Bearer {KEY}", "m:1")
    }


async def test_the_dimension_is_that_of_the_first_answer() -> None:
    async with asking(good) as (embedder, _):
        with pytest.raises(EmbedderUnavailable, match="not answered yet"):
            _ = embedder.model
        await embedder.embed([TEXT])

        assert embedder.dimension == 3
        assert embedder.model == "endpoint:m:1:3"
        assert (await embedder.embed([])).shape == (0, 3)


async def test_vectors_are_put_in_the_order_of_the_texts() -> None:
    def turned(asked: Asked) -> Answer:
        body = (
            good(asked)
            .body.replace(b'"index": 0', b'"index": 9')
            .replace(b'"index": 1', b'"index": 0')
        )
        return Answer(body.replace(b'"index": 9', b'"index": 1'))

    async with asking(good, turned) as (embedder, _):
        first = await embedder.embed(["a", "bbbb"])
        second = await embedder.embed(["bbbb", "a"])

    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    "trouble",
    [
        refusing(429),
        refusing(429, Retry_After="0"),
        refusing(500),
        refusing(503, Retry_After="0.01"),
        lambda asked: Answer(good(asked).body[:20], promised=100),
    ],
    ids=["429", "429 with Retry-After", "500", "503 with Retry-After", "half an answer"],
)
async def test_what_passes_is_tried_again(trouble: Behaviour) -> None:
    async with asking(trouble, trouble, good) as (embedder, server):
        assert len(await embedder.embed([TEXT])) == 1

    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("trouble", "attempts", "said"),
    [
        (refusing(500), 4, "HTTP 500"),
        (refusing(429), 4, "HTTP 429"),
        (refusing(429, Retry_After="3600"), 1, "HTTP 429"),
        (refusing(401), 1, "HTTP 401"),
        (refusing(404), 1, "HTTP 404"),
        (refusing(307, Location="/elsewhere"), 1, "HTTP 307"),
        (lambda asked: Answer(good(asked).body[:20], promised=9), 4, "RemoteProtocolError"),
        (lambda asked: Answer(b"<html>busy</html>"), 1, "no list of embeddings"),
        (lambda asked: Answer(b'{"data": [{"embedding": "AAAA"}]}'), 1, "no list of embeddings"),
        (lambda asked: embeddings([]), 1, "made 0 vectors of 1 texts"),
        (lambda asked: embeddings([[1.0], [2.0]]), 1, "made 2 vectors of 1 texts"),
        (lambda asked: embeddings([[]]), 1, "of different lengths, or of none"),
        (lambda asked: embeddings([[1.0, float("nan")]]), 1, "no direction"),
        (lambda asked: embeddings([[1.0, float("inf")]]), 1, "no direction"),
        (lambda asked: embeddings([[0.0, 0.0]]), 1, "no direction"),
        (
            lambda asked: Answer(b'{"data": [{"embedding": [1.0], "index": 1}]}'),
            1,
            "which vector is whose",
        ),
    ],
)
async def test_what_does_not_pass_is_said_without_the_key_or_the_text(
    trouble: Behaviour, attempts: int, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with asking(trouble) as (embedder, server):
        with pytest.raises(EmbedderUnavailable, match=said) as raised:
            await embedder.embed([TEXT])

    assert len(server.asked) == attempts
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("ltmc")]
    for heard in (str(raised.value), str(raised.value.hint), repr(embedder), *ours):
        assert KEY not in heard
        assert TEXT not in heard


async def test_another_length_than_given_is_an_error() -> None:
    async with asking(good, given=4) as (embedder, _):
        assert embedder.dimension == 4
        with pytest.raises(EmbedderUnavailable, match="made 3 numbers of a text, not 4"):
            await embedder.embed([TEXT])


async def test_a_change_of_length_is_an_error() -> None:
    async with asking(good, lambda asked: embeddings([[1.0, 2.0]])) as (embedder, _):
        await embedder.embed([TEXT])
        with pytest.raises(EmbedderUnavailable, match="made 2 numbers of a text, not 3"):
            await embedder.embed([TEXT])


async def test_a_server_that_does_not_answer_is_not_waited_for() -> None:
    with serving(good) as server:
        patience = Patience(attempts=2, pause_s=0, request_s=0.05)
        server.behaviours = [server.never]
        embedder = EndpointEmbedder(url=server.url, name="m", patience=patience)
        with pytest.raises(EmbedderUnavailable, match=r"no answer within 0\.05 s"):
            await embedder.embed([TEXT])
        await embedder.aclose()

    assert len(server.asked) == 2


async def test_the_whole_of_the_attempts_has_a_bound() -> None:
    with serving(good) as server:
        server.behaviours = [server.never]
        patience = Patience(whole_s=0.05)
        embedder = EndpointEmbedder(url=server.url, name="m", patience=patience)
        with pytest.raises(EmbedderUnavailable, match=r"no answer within 0\.05 s"):
            await embedder.embed([TEXT])
        await embedder.aclose()


async def test_no_server_is_said_to_be_none() -> None:
    with serving(good) as server:
        pass
    embedder = EndpointEmbedder(url=server.url, name="m", patience=QUICK)

    with pytest.raises(EmbedderUnavailable, match="ConnectError"):
        await embedder.embed([TEXT])
    await embedder.aclose()


async def test_a_question_does_not_wait_for_long_work() -> None:
    """Long work has one request under way, and the server does not answer it."""
    with serving(good) as server:
        server.behaviours = [server.never, good]
        embedder = EndpointEmbedder(url=server.url, name="m", patience=QUICK)
        long_work = [asyncio.create_task(embedder.embed(["x"] * 200)) for _ in range(5)]
        assert await anyio.to_thread.run_sync(server.reached.wait, 5)

        assert len(await embedder.embed([TEXT], urgent=True)) == 1

        assert len(server.asked) == 2
        for task in long_work:
            task.cancel()
        await asyncio.gather(*long_work, return_exceptions=True)
        assert len(await embedder.embed([TEXT])) == 1
        server.closing.set()
        await embedder.aclose()


async def test_what_servers_refuse_is_not_sent() -> None:
    async with asking(good) as (embedder, server):
        await embedder.embed(["", "\ud800x"])

    assert server.asked[0].texts == [" ", "?x"]


@pytest.mark.parametrize(
    ("said", "seconds"), [(None, None), ("3", 3), ("0.5", 0.5), ("-1", 0), ("soon", None)]
)
def test_a_pause_is_read(said: str | None, seconds: float | None) -> None:
    assert retry_after_s(said) == seconds


def test_a_pause_until_a_date_is_read() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)

    assert 50 < (retry_after_s(later) or 0) <= 60
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") == 0


@given(content=st.binary(max_size=100), count=st.integers(1, 3))
def test_no_answer_is_more_than_refused(content: bytes, count: int) -> None:
    with pytest.raises(BadAnswer):
        vectors_of(content, count, None)


@given(
    numbers=st.lists(
        st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5
    ).filter(any)
)
def test_any_vector_with_a_direction_becomes_a_unit_vector(numbers: list[float]) -> None:
    [unit] = vectors_of(embeddings([numbers]).body, 1, None)

    assert abs(float(np.linalg.norm(unit)) - 1) < 1e-5
