"""Vectors are compared by another processor while words are looked for: the answers stay."""

import asyncio
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.model import PassageId
from ltmc_server.retrieval import view
from ltmc_server.retrieval.beside import Beside, is_of_use
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.retrieval.meaning import Meaning
from ltmc_server.retrieval.search import Retriever
from ltmc_server.retrieval.view import VectorView
from ltmc_server.stores.faiss import FaissVectors
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.passages import SqlitePassages
from tests.builders import HERE, draft

pytestmark = pytest.mark.anyio

EMBEDDER = HashingEmbedder()
TEXTS = 120
WORDS = [
    *("tea", "green", "black", "coffee", "water", "cup"),
    *("leaf", "steep", "brew", "PAY-1042", "pay_day", "kettle"),
]
LONGEST_S = 10
"""After so long what should have ended is taken to hang."""


@contextmanager
def beside_from(vectors: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(view, "SHORT", vectors)
        yield


def test_work_is_done_by_another_thread_and_waited_for() -> None:
    goes_on, threads = threading.Event(), list[int]()

    def work() -> None:
        assert goes_on.wait(LONGEST_S)
        threads.append(threading.get_ident())

    beside = Beside(work)
    assert threads == []
    goes_on.set()
    beside.wait()
    beside.wait()

    [thread] = threads
    assert thread != threading.get_ident()


def test_what_goes_wrong_beside_is_raised_to_who_waits_and_ends_nothing() -> None:
    def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Beside(work).wait()

    done = list[int]()
    Beside(lambda: done.append(1)).wait()
    assert done == [1]


def test_a_process_that_was_forked_off_has_a_thread_of_its_own() -> None:
    Beside(lambda: None).wait()

    child = os.fork()
    if child == 0:
        Beside(lambda: None).wait()
        os._exit(0)
    ended, until = 0, time.monotonic() + LONGEST_S
    while not ended and time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        threading.Event().wait(0.01)
    if not ended:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert ended
    assert status == 0


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux")
def test_where_there_is_one_processor_nothing_is_done_beside() -> None:
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(ours)})
    try:
        assert not is_of_use()
    finally:
        os.sched_setaffinity(0, ours)
    assert is_of_use() == (len(ours) > 1)


async def test_answers_are_the_same_whoever_compares_the_vectors(tmp_path: Path) -> None:
    draw = random.Random(1)  # noqa: S311  reproducible, not secret
    with Database.open(tmp_path / "ltmc.db", durability="normal") as database:
        passages = SqlitePassages(database)
        retriever = Retriever(
            passages, VectorView(FaissVectors, passages, passages), Meaning(lambda: EMBEDDER)
        )
        for number in range(TEXTS):
            said = " ".join(draw.choices(WORDS, k=12))
            made = await Indexer(passages, lambda: EMBEDDER).pieces(said, str(number))
            await SqliteDocuments(database).put(
                draft(str(number), said), made.pieces, model=made.model
            )
        for _ in range(60):
            question = " ".join(draw.choices([*WORDS, "nowhere"], k=draw.randint(1, 4)))
            with beside_from(0):
                beside = await retriever.rank(question, HERE, limit=3)
            with beside_from(10**9):
                assert await retriever.rank(question, HERE, limit=3) == beside
            assert beside or question == "nowhere"


async def test_nobody_changes_vectors_that_are_looked_at(tmp_path: Path) -> None:
    """Who is cancelled, or asks for nothing, lets the next in only when the search has ended."""
    with Database.open(tmp_path / "ltmc.db", durability="normal") as database, beside_from(0):
        passages = SqlitePassages(database)
        looked_at = VectorView(FaissVectors, passages, passages)
        made = await Indexer(passages, lambda: EMBEDDER).pieces("green tea", "a")
        await SqliteDocuments(database).put(
            draft("a", "green tea"), made.pieces, model=EMBEDDER.model
        )
        [vector] = await EMBEDDER.embed(["green tea"])
        finding = looked_at.finding(vector, HERE, limit=9, model=EMBEDDER.model)
        async with finding as nearest:
            other = asyncio.ensure_future(
                looked_at.nearest(vector, HERE, limit=9, model=EMBEDDER.model)
            )
            await asyncio.sleep(0)
            assert looked_at.projects[HERE.project_id].turn.locked()
            assert not other.done()
            found = nearest()
            assert nearest() == found
        assert await other == found
        assert [match.id for match in found] == [PassageId(1)]
