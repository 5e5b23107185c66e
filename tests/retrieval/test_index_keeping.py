"""An index that was kept is used where it is of this record, and brought up to date by the log."""

import asyncio
import logging
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from ltmc_server.model import Scope
from tests.builders import HERE, PROJECT
from tests.retrieval.filled_record import MANY, MODEL, STORED, filled, process, ticking

pytestmark = pytest.mark.anyio


async def test_many_vectors_get_a_net_beside_the_calls_and_the_next_process_has_it_at_once(
    tmp_path: Path,
) -> None:
    await filled(tmp_path)

    async with process(tmp_path) as next_one:
        assert await next_one.near(7) == [7]
        assert (next_one.has_net, next_one.passages.pages) == (True, [])
        assert next_one.keeper.job is None, "there is nothing to be done"
        await next_one.assert_true(range(MANY))


async def test_what_was_written_after_a_snapshot_is_found_and_what_was_removed_is_not(
    tmp_path: Path,
) -> None:
    await filled(tmp_path)
    async with process(tmp_path) as writer:
        [first, *_] = await writer.store(range(MANY, MANY + 30))
        await writer.remove([first])
        await writer.store([3], made=STORED[::-1], text="other")

    async with process(tmp_path) as reader:
        assert await reader.near(MANY + 1) == [MANY + 1]
        assert MANY not in await reader.near(MANY, limit=50)
        assert reader.passages.pages == []
        hits = await reader.view.nearest(STORED[-4], HERE, limit=1, model=MODEL)
        [passage] = await reader.passages.get([hit.id for hit in hits])
        assert (passage.text, round(hits[0].strength, 5)) == ("other 3", 1.0)


async def test_processes_that_have_the_same_snapshot_follow_each_other(tmp_path: Path) -> None:
    await filled(tmp_path)
    async with process(tmp_path) as one, process(tmp_path) as other:
        assert (await one.near(1), await other.near(1)) == ([1], [1])
        for number in range(MANY, MANY + 5):
            [id] = await one.store([number])
            assert await other.near(number) == [number]
            await other.remove([id])
            assert number not in await one.near(number, limit=20)


async def test_a_process_that_has_no_net_takes_the_one_that_another_made(tmp_path: Path) -> None:
    async with process(tmp_path) as one, process(tmp_path) as other:
        await one.store(range(150))
        assert await other.near(1) == [1]
        await one.store(range(150, MANY))
        assert await one.near(2) == [2]
        await one.settled()

        assert await other.near(3) == [3]
        await other.settled()
        assert await other.near(4) == [4]

        assert (other.has_net, other.view.seq) == (True, one.view.seq)
        assert other.keeper.written == one.keeper.written
        await other.assert_true(range(MANY))


async def test_questions_that_come_while_it_loads_share_one_load_and_others_have_their_turn(
    tmp_path: Path,
) -> None:
    async with process(tmp_path) as here:
        await here.store(range(150))
        async with ticking() as turns:
            found = await asyncio.gather(*(here.near(number) for number in range(9)))

        assert found == [[number] for number in range(9)]
        assert len(here.passages.pages) == 2
        assert turns[0] >= len(here.passages.pages) - 1


async def test_what_is_written_between_two_pages_of_a_load_is_not_lost(tmp_path: Path) -> None:
    async with process(tmp_path) as here, process(tmp_path) as other:
        [first, *_] = await other.store(range(150))
        asked = asyncio.create_task(here.near(149))
        await here.passages.begun.wait()
        assert len(here.passages.pages) == 1

        await other.remove([first])
        await other.store([20, 140], text="other")
        await other.store([150])

        assert await asked == [149]
        assert len(here.passages.pages) == 2
        await here.assert_true(range(1, 151))


async def test_a_load_whose_question_was_cancelled_is_begun_again(tmp_path: Path) -> None:
    await filled(tmp_path)
    async with process(tmp_path) as here:
        first = asyncio.create_task(here.near(1))
        second = asyncio.create_task(here.near(2))
        await asyncio.sleep(0)
        first.cancel()

        assert await second == [2]
        with suppress(asyncio.CancelledError):
            await first
        await here.assert_true(range(MANY))


async def test_much_that_was_missed_is_done_in_turns_with_others(tmp_path: Path) -> None:
    async with process(tmp_path) as here, process(tmp_path) as other:
        assert await here.near(1) == []
        await other.store(range(2 * MANY))
        async with ticking() as turns:
            assert await here.near(1) == [1]
        assert turns[0] >= 2
        await here.settled()
        await here.assert_true(range(2 * MANY))


async def test_only_what_was_asked_about_is_in_memory(tmp_path: Path) -> None:
    async with process(tmp_path) as here:
        await here.store(range(30))
        await here.store(range(30, 40), project="q")
        assert await here.near(35, scope=Scope(project_id="q")) == [35]
        assert len(here.view) == 10

        assert await here.near(1) == [1]
        assert (len(here.view), set(here.view.projects)) == (40, {PROJECT, "q"})


async def test_stores_and_questions_while_a_net_is_made_see_the_truth(tmp_path: Path) -> None:
    async with process(tmp_path) as here:
        await here.store(range(MANY))
        assert await here.near(0) == [0]
        number = MANY
        while here.keeper.job is not None and not here.keeper.job.done() and number < 2 * MANY:
            await here.store([number])
            assert await here.near(number) == [number]
            await asyncio.sleep(0)
            number += 1
        await here.assert_true(range(number))
        await here.settled()
        await here.assert_true(range(number))
    assert number > MANY, "something was stored while it was made"
    async with process(tmp_path) as next_one:
        await next_one.assert_true(range(number))
        assert next_one.passages.pages == []


async def test_a_folder_that_can_not_be_written_costs_the_snapshot_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with process(tmp_path) as here:
        here.keeper.folder = tmp_path / "gone"
        await here.store(range(MANY))
        assert await here.near(1) == [1]
        await here.settled()

        assert here.has_net
        assert "no snapshot of the vectors was written" in caplog.text
        assert await here.near(2) == [2]


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)


def test_the_pages_of_a_load_are_read_in_the_order_of_an_index(tmp_path: Path) -> None:
    from ltmc_server.stores.sqlite.database import Database
    from ltmc_server.stores.sqlite.vector_log import BEGINNING, PAGE, SPAN

    created, place, passage = BEGINNING
    with Database.open(tmp_path / "ltmc.db") as database:
        values = (MODEL, PROJECT, created, place, place, passage, 10)
        plan = database.connection.execute(f"EXPLAIN QUERY PLAN {PAGE}", values).fetchall()
        said = " ".join(row["detail"] for row in plan)
        assert "TEMP B-TREE" not in said, said
        assert "SCAN" not in said, said
        plan = database.connection.execute(f"EXPLAIN QUERY PLAN {SPAN}").fetchall()
        assert sum("SEARCH changes" in row["detail"] for row in plan) == 2


@pytest.mark.parametrize("after", [205, 330, 440])
async def test_who_is_killed_at_any_moment_leaves_an_index_that_is_true_or_none(
    tmp_path: Path, after: int
) -> None:
    acknowledged = killed(tmp_path, after)
    async with process(tmp_path) as here:
        assert await here.near(acknowledged) == [acknowledged]
        # The one after it may have been stored, and not yet told of.
        assert len(here.view) in (acknowledged + 1, acknowledged + 2)
        await here.assert_true(range(len(here.view)))
        await here.settled()
        await here.assert_true(range(len(here.view)))


def killed(folder: Path, after: int) -> int:
    """Run a process that stores, and kill it then; return the last text that was acknowledged."""
    command = [sys.executable, "-m", "tests.retrieval.index_program", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        for number in range(after + 1):
            assert program.stdout.readline() == f"{number}\n".encode()
        program.kill()
        rest = program.stdout.read().split()
    return int(rest[-1]) if rest else after


FIRST_QUESTION = """
import asyncio, sys
from pathlib import Path
from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.jobs import Jobs
from ltmc_server.model import Scope
from ltmc_server.retrieval.meaning import Meaning
from ltmc_server.retrieval.search import Retriever
from ltmc_server.retrieval.view import VectorView
from ltmc_server.stores.faiss.keeping import FaissKeeper
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.passages import SqlitePassages
from ltmc_server.stores.sqlite.snapshots import SqliteSnapshotMarks
from tests.waiting import until

class Late(HashingEmbedder):
    async def embed(self, texts, *, urgent=False):
        await until(lambda: "faiss" in sys.modules)
        return await super().embed(texts, urgent=urgent)

async def main(folder):
    with Database.open(folder / "ltmc.db", durability="normal") as database:
        async with Jobs.open() as jobs:
            keeper = FaissKeeper(folder, SqliteSnapshotMarks(database), jobs)
            passages, embedder = SqlitePassages(database), Late()
            view = VectorView(keeper.new_index, passages, passages, keeper)
            assert "faiss" not in sys.modules
            retriever = Retriever(passages, view, Meaning(lambda: embedder))
            scope = Scope(project_id="p")
            assert await retriever.rank("tea", scope, limit=1, mode="semantic") == []
            await keeper.aclose()

asyncio.run(main(Path(sys.argv[1])))
"""


def test_vectors_are_made_ready_for_while_the_first_question_is_embedded(tmp_path: Path) -> None:
    """The embedder of that process answers only when FAISS is there."""
    command = [sys.executable, "-c", FIRST_QUESTION, str(tmp_path)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
