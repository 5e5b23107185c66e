"""Which reads are one request, which answers are given again, and what ends that."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from ltmc_server.letta import reading
from ltmc_server.letta.asking import Answer
from ltmc_server.letta.errors import LettaRefused, LettaUnavailable
from ltmc_server.letta.interfaces import EVERY_AGENT, Got
from ltmc_server.letta.reading import Reads, Writes
from tests.letta.asking_letta import asking
from tests.letta.http_script import answer, held
from tests.waiting import until

pytestmark = pytest.mark.anyio

A, B = "agent-a", "agent-b"


async def test_nothing_is_kept_unless_it_is_set() -> None:
    async with asking(answer(1), answer(2)) as asked:
        assert (await asked.client.get("/v1/x", about="x")) == Got(1)
        assert (await asked.client.get("/v1/x", about="x")) == Got(2)


async def test_an_answer_is_kept_as_long_as_is_set() -> None:
    async with asking(answer(1), answer(2), letta_cache_s=10) as asked:
        read = asked.client.get
        assert await read("/v1/x", {"a": 1}, about="x") == Got(1)
        asked.now.at += 9
        assert await read("/v1/x", {"a": 1}, about="x") == Got(1, 9.0)
        assert await read("/v1/x", {"a": 2}, about="x") == Got(2)
        asked.now.at += 1
        assert await read("/v1/x", {"a": 1}, about="x") == Got(2)

    assert asked.client.figures()["cache_hits_total"] == 1


async def test_a_fresh_one_passes_by_and_renews() -> None:
    async with asking(answer(1), answer(2), letta_cache_s=10) as asked:
        assert await asked.client.get("/v1/x", about="x") == Got(1)
        asked.now.at += 6
        assert await asked.client.get("/v1/x", about="x", fresh=True) == Got(2)
        asked.now.at += 6
        assert await asked.client.get("/v1/x", about="x") == Got(2, 6.0)


@pytest.mark.parametrize(
    ("about", "changes", "is_ended"),
    [
        (A, {A}, True),
        (A, {B}, False),
        (A, {B, A}, True),
        (A, {EVERY_AGENT}, True),
        ("agents", {EVERY_AGENT}, True),
        ("agents", {A}, False),
        ("tools", {EVERY_AGENT}, False),
    ],
)
async def test_a_write_ends_what_it_changes(about: str, changes: set[str], is_ended: bool) -> None:
    async with asking(answer(1), answer(None), answer(2), letta_cache_s=10) as asked:
        await asked.client.get("/v1/x", about=about)
        await asked.client.send("PATCH", "/v1/y", changes=frozenset(changes))

        assert (await asked.client.get("/v1/x", about=about)).value == (2 if is_ended else 1)


async def test_a_write_that_failed_ends_it_too() -> None:
    async with asking(answer(1), answer({}, 500), answer(2), letta_cache_s=10) as asked:
        await asked.client.get("/v1/x", about=A)
        with pytest.raises(LettaUnavailable):
            await asked.client.send("POST", "/v1/y", changes=frozenset({A}))

        assert await asked.client.get("/v1/x", about=A) == Got(2)


async def test_a_message_and_an_import_end_what_they_may_change() -> None:
    steps = [answer(at) for at in range(9)]
    async with asking(*steps, letta_cache_s=10) as asked:
        client = asked.client
        await client.get("/v1/x", about=B)
        await client.message("/v1/m", {}, agent_id=A)
        assert await client.get("/v1/x", about=B) == Got(2)
        await client.get("/v1/x", about="agents")
        with suppress(LettaUnavailable):
            async for _ in client.events("/v1/m", {}, agent_id=A):
                pass
        assert await client.get("/v1/x", about=B) == Got(4)
        await client.get("/v1/agents/", about="agents")
        await client.upload("/v1/i", "f", b"", fields={})
        assert await client.get("/v1/agents/", about="agents") == Got(7)


async def test_equal_reads_under_way_are_one_request() -> None:
    go = asyncio.Event()
    async with asking(held(go, answer(7))) as asked:
        reads = [asyncio.create_task(asked.client.get("/v1/x", about="x")) for _ in range(20)]
        other = asyncio.create_task(asked.client.get("/v1/y", about="x"))
        await until(lambda: len(asked.script.came) == 2)
        go.set()
        assert await asyncio.gather(*reads) == [Got(7)] * 20
        await other

    assert asked.client.figures() == {
        "requests_total": 2,
        "retries_total": 0,
        "cache_hits_total": 0,
        "coalesced_total": 19,
    }


async def test_a_fresh_read_asks_for_itself() -> None:
    go = asyncio.Event()
    async with asking(held(go, answer(1)), held(go, answer(2))) as asked:
        first = asyncio.create_task(asked.client.get("/v1/x", about="x"))
        await until(lambda: len(asked.script.came) == 1)
        fresh = asyncio.create_task(asked.client.get("/v1/x", about="x", fresh=True))
        await until(lambda: len(asked.script.came) == 2)
        joining = asyncio.create_task(asked.client.get("/v1/x", about="x"))
        await asyncio.sleep(0)
        go.set()
        assert [got.value for got in await asyncio.gather(first, fresh, joining)] == [1, 2, 2]


async def test_the_others_get_it_when_the_first_gives_up() -> None:
    go = asyncio.Event()
    async with asking(held(go, answer(7))) as asked:
        first, second = (
            asyncio.create_task(asked.client.get("/v1/x", about="x")) for _ in range(2)
        )
        await until(lambda: len(asked.script.came) == 1)
        first.cancel()
        await asyncio.wait([first])
        go.set()
        assert await second == Got(7)

    assert first.cancelled()
    assert len(asked.script.came) == 1


async def test_it_ends_when_all_give_up() -> None:
    async with asking() as asked:
        asked.script.steps += [asked.script.never, answer(2)]
        reads = [asyncio.create_task(asked.client.get("/v1/x", about="x")) for _ in range(3)]
        await until(lambda: len(asked.script.came) == 1)
        for read in reads:
            read.cancel()
        await asyncio.wait(reads)
        flights = asked.client.reads._flights  # noqa: SLF001  the point of the test
        assert flights == {}
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "letta /v1/x"]
        assert await asked.client.get("/v1/x", about="x") == Got(2)


async def test_all_that_wait_are_told_of_a_failure_and_it_is_not_kept() -> None:
    go = asyncio.Event()
    async with asking(held(go, answer({}, 404)), answer(2), letta_cache_s=10) as asked:
        reads = [asyncio.create_task(asked.client.get("/v1/x", about="x")) for _ in range(3)]
        await until(lambda: len(asked.script.came) == 1)
        go.set()
        ended = await asyncio.gather(*reads, return_exceptions=True)
        assert [type(one) for one in ended] == [LettaRefused] * 3
        assert await asked.client.get("/v1/x", about="x") == Got(2)


async def test_what_waits_is_told_when_the_server_stops() -> None:
    async with asking() as asked:
        asked.script.steps.append(asked.script.never)
        read = asyncio.create_task(asked.client.get("/v1/x", about="x"))
        await until(lambda: len(asked.script.came) == 1)
        await asked.client.aclose()
        with pytest.raises(LettaUnavailable, match="not waited"):
            await read


async def test_little_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "KEPT_BYTES_MAX", 40 * reading.ENTRY_BYTES)
    reads = Reads(ttl_s=60)

    async def made(size: int) -> Answer:
        return Answer("x", size)

    for at in range(500):
        await reads.get(f"/{at}", lambda: made(10), about="x")
    await reads.get("/large", lambda: made(3 * reading.ENTRY_BYTES), about="x")

    kept = reads._kept  # noqa: SLF001  the point of the test
    assert 30 < len(kept) <= 40
    assert "/large" not in kept
    assert "/499" in kept


@given(st.lists(st.sets(st.sampled_from([A, B, "agents", "tools", EVERY_AGENT]), max_size=3)))
def test_a_stamp_changes_with_each_write_and_never_returns(writes: list[set[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "TOPICS_MAX", 2)
        counted, topics = Writes(), [A, B, "agents", "tools"]
        seen = {topic: [counted.of(topic)] for topic in topics}
        for changes in writes:
            counted.add(changes)
            for topic in topics:
                stamp, before = counted.of(topic), seen[topic][-1]
                if topic in changes or (EVERY_AGENT in changes and topic != "tools"):
                    assert stamp > before
                assert stamp == before or stamp not in seen[topic]
                seen[topic].append(stamp)
            assert len(counted._last) <= 2  # noqa: SLF001  the bound


@pytest.mark.parametrize("between", ["a write", "a fresh read"])
async def test_an_answer_that_comes_late_takes_no_newer_ones_place(between: str) -> None:
    go = asyncio.Event()
    steps = [held(go, answer("late")), answer("new"), answer("new"), answer("asked again")]
    async with asking(*steps, letta_cache_s=10) as asked:
        late = asyncio.create_task(asked.client.get("/v1/x", about=A))
        await until(lambda: len(asked.script.came) == 1)
        asked.now.at += 1
        if between == "a write":
            await asked.client.send("PATCH", "/v1/y", changes=frozenset({A}))
        await asked.client.get("/v1/x", about=A, fresh=between != "a write")
        go.set()
        assert await late == Got("late")

        assert await asked.client.get("/v1/x", about=A) == Got("new", 0.0)
