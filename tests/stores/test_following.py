"""The graph on another server is where the record is, whatever was done and whoever did it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given, settings, strategies as st

from ltmc_server.model import DocumentId
from ltmc_server.stores.bolt.comparing import Comparison, compare
from ltmc_server.stores.bolt.connection import Bolt, Transaction
from ltmc_server.stores.bolt.graph import Behind
from ltmc_server.stores.bolt.view import BoltView
from ltmc_server.stores.following import Follower
from ltmc_server.stores.graph import LinkId
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.graph import SqliteGraph
from ltmc_server.stores.sqlite.link_changes import SqliteLinkChanges
from tests.bolt_server import BoltServer
from tests.builders import MODEL, PROJECT, draft, pieces
from tests.stores.graph_stores import arrow

pytestmark = pytest.mark.anyio


class Process:
    """What a server process has open: the record, and a follower that runs when it is told to."""

    def __init__(self, database: Database, bolt: Bolt) -> None:
        self.database = database
        self.documents = SqliteDocuments(database)
        self.links = SqliteGraph(database)
        self.changes = SqliteLinkChanges(database)
        self.follower = Follower(self.changes, bolt)

    async def store(self, name: str) -> DocumentId:
        stored = await self.documents.put(draft(name), pieces(name), model=MODEL)
        return stored.document.id

    async def link(self, *arrows: str, weight: float = 1.0) -> list[LinkId]:
        drafts = [arrow(each, project=PROJECT, weight=weight) for each in arrows]
        return [one.link.id for one in await self.links.put(drafts)]

    async def catch_up(self) -> None:
        """Follow to the end; another that fills the view is waited for."""
        with anyio.fail_after(20):
            while not await self.follower.catch_up():
                await checkpoint()

    @property
    def view(self) -> BoltView:
        assert self.follower.view is not None
        return self.follower.view

    async def compared(self) -> Comparison:
        await self.catch_up()
        return await compare(self.changes, self.view)

    def logged(self) -> int:
        sql = "SELECT count(*) FROM graph_changes"
        return int(self.database.connection.execute(sql).fetchone()[0])


@asynccontextmanager
async def process(folder: Path, server: BoltServer) -> AsyncIterator[Process]:
    bolt = Bolt(server.address)
    with Database.open(folder / "ltmc.db", durability="normal") as database:
        try:
            yield Process(database, bolt)
        finally:
            await bolt.close()


@pytest.fixture
async def one(tmp_path: Path, bolt: BoltServer) -> AsyncIterator[Process]:
    async with process(tmp_path, bolt) as opened:
        yield opened


async def assert_equal(process: Process, *, links: int, memories: int) -> None:
    compared = await process.compared()
    assert (compared.links, compared.memories) == (links, memories)
    assert (compared.differing_links, compared.differing_memories) == ({}, {})
    assert compared.left_over == []


async def test_what_was_there_before_the_view_is_in_it(one: Process) -> None:
    await one.store("tea.md")
    await one.link("a>b", "b>c")

    await assert_equal(one, links=2, memories=1)
    assert one.logged() == 0


async def test_changes_are_followed(one: Process) -> None:
    await one.catch_up()
    memory = await one.store("tea.md")
    first, second = await one.link(f"{memory}>b", "b>c")
    await assert_equal(one, links=2, memories=1)

    await one.link("b>c", weight=0.25)
    await one.links.remove(PROJECT, second)
    [third] = await one.link("b>c", weight=0.75)
    await assert_equal(one, links=2, memories=1)
    found = [link async for _, link in one.view.every_link() if link]
    assert {link.id: link.weight for link in found} == {first: 1.0, third: 0.75}

    await one.documents.remove([memory])
    await assert_equal(one, links=1, memories=0)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("store"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("forget"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("link"), st.integers(0, 4), st.integers(0, 4)),
        st.tuples(st.just("unlink"), st.integers(0, 4), st.integers(0, 4)),
        st.tuples(st.just("follow"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(steps=steps)
async def test_any_history_is_followed_to_the_same_end(
    bolt: BoltServer, steps: list[tuple[str, int, int]]
) -> None:
    with TemporaryDirectory() as folder:
        async with process(Path(folder), bolt) as one:
            await one.catch_up()
            for number, (what, x, y) in enumerate(steps):
                await step(one, what, (x, y), weight=number / 100)
            compared = await one.compared()

    assert compared.are_equal
    assert compared.left_over == []


async def step(one: Process, what: str, ends: tuple[int, int], weight: float) -> None:
    """Do one thing to memories `m0` to `m3`; entities 0 to 3 are these, while they are there."""
    there: dict[int, DocumentId] = {}
    for number in range(4):
        found = await one.documents.get(PROJECT, file_name=f"m{number}")
        there[number] = found.id if found else DocumentId(f"e{number}")
    source, target = (there.get(end, f"e{end}") for end in ends)
    if what == "store":
        await one.store(f"m{ends[0]}")
    elif what == "forget":
        await one.documents.remove([there[ends[0]]])
    elif what == "link":
        await one.link(f"{source}>{target}", weight=weight)
    elif what == "unlink":
        await one.links.remove_entity(PROJECT, source)
    else:
        await one.catch_up()


async def test_two_processes_that_follow_at_once_do_each_change_once(
    tmp_path: Path, bolt: BoltServer
) -> None:
    async with process(tmp_path, bolt) as one, process(tmp_path, bolt) as other:
        await one.catch_up()
        for number in range(6):
            [id] = await one.link("a>b", weight=number / 10)
            await other.link(f"b>{number}")
            if number % 2:
                await other.links.remove(PROJECT, id)
            async with anyio.create_task_group() as both:
                both.start_soon(one.catch_up)
                both.start_soon(other.catch_up)

        await assert_equal(one, links=6, memories=0)
        await assert_equal(other, links=6, memories=0)


async def test_two_processes_that_fill_at_once_fill_it_once(
    tmp_path: Path, bolt: BoltServer
) -> None:
    async with process(tmp_path, bolt) as one, process(tmp_path, bolt) as other:
        await one.link(*(f"a>{number}" for number in range(120)))
        async with anyio.create_task_group() as both:
            both.start_soon(one.catch_up)
            both.start_soon(other.catch_up)

        await assert_equal(one, links=120, memories=0)


async def test_a_stale_batch_is_not_done(one: Process) -> None:
    """Whoever read changes, slept, and comes back after others did more, changes nothing."""
    await one.catch_up()
    [id] = await one.link("a>b")
    stale = one.changes.since(one.follower.position)
    await one.links.remove(PROJECT, id)
    await one.catch_up()

    assert stale is not None
    assert not await one.view.apply(stale)

    await assert_equal(one, links=0, memories=0)


async def test_a_walk_under_which_the_view_moves_is_not_believed(one: Process) -> None:
    await one.link("a>b")
    await one.catch_up()
    graph = one.view.graph.at(one.follower.position)

    async def walk(transaction: Transaction) -> str:
        await one.link("b>c")
        await one.catch_up()
        return "half before, half after"

    with pytest.raises(Behind):
        await one.follower.bolt.run("walking", graph.settled(walk))


async def test_a_view_that_is_further_behind_than_the_log_is_made_anew(one: Process) -> None:
    [id] = await one.link("a>b")
    await one.catch_up()
    await one.links.remove(PROJECT, id)
    await one.link("c>d", "d>e")
    one.database.connection.execute("DELETE FROM graph_changes WHERE id = ?", (id,))

    await assert_equal(one, links=2, memories=0)


async def test_a_view_that_was_lost_is_made_anew(one: Process, bolt: BoltServer) -> None:
    await one.link("a>b")
    await one.catch_up()
    await forget_everything(one)
    await one.link("b>c")

    await assert_equal(one, links=2, memories=0)


async def forget_everything(one: Process) -> None:
    """Do to the other server what a fresh installation of it would."""

    async def work(transaction: object) -> None:
        for label in ("LtmcEntity", "LtmcView"):
            text = f"MATCH (n:{label}) WHERE $view IN [n.view, n.id] DETACH DELETE n"
            await transaction.run(text, view=one.view.id)  # type: ignore[attr-defined]

    await one.follower.bolt.run("forgetting", work, writes=True)


async def test_a_record_that_was_set_back_is_shown_as_it_is(one: Process) -> None:
    await one.catch_up()
    await one.link("a>b")
    await one.catch_up()
    # As after a restore: the log is shorter than what the view has followed.
    one.database.connection.execute("DELETE FROM links")
    one.database.connection.execute("DELETE FROM graph_changes")
    one.database.connection.execute("UPDATE sqlite_sequence SET seq = 0")
    one.follower.doubt()

    await assert_equal(one, links=0, memories=0)


async def test_views_of_two_records_in_one_database_do_not_meet(
    tmp_path: Path, bolt: BoltServer
) -> None:
    async with process(tmp_path / "1", bolt) as one, process(tmp_path / "2", bolt) as other:
        await one.link("a>b")
        await other.link("a>b", "b>c")

        await assert_equal(one, links=1, memories=0)
        await assert_equal(other, links=2, memories=0)
        await one.links.remove_entity(PROJECT, "b")
        await assert_equal(one, links=0, memories=0)
        await assert_equal(other, links=2, memories=0)


async def test_without_a_view_nothing_is_logged_and_the_log_has_a_bound(one: Process) -> None:
    await one.store("tea.md")
    await one.link("a>b")
    assert one.logged() == 0

    await one.changes.register("a view that never comes")
    await one.link("b>c")
    assert one.logged() == 1
    one.database.connection.execute(
        """INSERT INTO graph_changes (kind, id)
           WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100500)
           SELECT 'link', i FROM n"""
    )
    assert one.logged() == 100_000
