"""What is sent again, how often, after which pause; and when nothing is sent at all."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

import pytest

from ltmc_server.letta.errors import LettaRefused, LettaUnavailable
from ltmc_server.letta.repeating import PAUSE_S_MAX, SILENCES
from tests.letta.asking_letta import NOTHING, Asked, asking, client_of
from tests.letta.http_script import Step, answer, half, raw, reset, serving

pytestmark = pytest.mark.anyio

GOOD = answer({"is": "good"})
BUSY = answer({"detail": "busy"}, 503)
LOST = {"500": answer({}, 500), "503": BUSY, "reset": reset, "half": half()}
REFUSED = {
    "404": answer({}, 404),
    "409": answer({}, 409),
    "no JSON": raw(b"HTTP/1.1 200 OK\r\n\r\n<", last=True),
}
Verb = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
VERBS: tuple[Verb, ...] = ("GET", "POST", "PUT", "PATCH", "DELETE")


async def ask(asked: Asked, verb: Verb) -> object:
    if verb == "GET":
        return (await asked.client.get("/v1/x", about="x")).value
    return await asked.client.send(verb, "/v1/x", {"a": 1}, changes=NOTHING)


@contextmanager
def nobody() -> Iterator[str]:
    """Yield an address that nobody listens on, and nobody else gets meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "POST"])
async def test_what_can_be_done_twice_is_sent_again(verb: Verb, lost: Step) -> None:
    async with asking(lost, lost, GOOD) as asked:
        assert await ask(asked, verb) == {"is": "good"}

    assert asked.script.verbs == [verb] * 3
    assert {came.body for came in asked.script.came} == {b"" if verb == "GET" else b'{"a":1}'}
    assert asked.client.figures()["retries_total"] == 2
    first, second = asked.pauses.taken_s
    assert 0 <= first <= 0.2
    assert 0 <= second <= 0.4


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
async def test_what_may_be_done_is_not_done_twice(lost: Step) -> None:
    async with asking(lost, GOOD) as asked:
        with pytest.raises(LettaUnavailable) as caught:
            await ask(asked, "POST")

    assert "may have been done" in (caught.value.hint or "")
    assert asked.script.verbs == ["POST"]


@pytest.mark.parametrize("step", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("verb", VERBS)
async def test_what_would_not_change_is_not_asked_again(verb: Verb, step: Step) -> None:
    async with asking(step, GOOD) as asked:
        with pytest.raises((LettaRefused, LettaUnavailable)):
            await ask(asked, verb)

    assert asked.script.verbs == [verb]


@pytest.mark.parametrize("retries", [0, 1, 5])
async def test_it_is_asked_as_often_as_is_set(retries: int) -> None:
    async with asking(BUSY, letta_retries=retries) as asked:
        with pytest.raises(LettaUnavailable, match="503: busy"):
            await ask(asked, "GET")

    assert len(asked.script.came) == 1 + retries


@pytest.mark.parametrize("verb", VERBS)
async def test_a_server_that_asks_to_wait_is_waited_for(verb: Verb) -> None:
    async with asking(answer({}, 429, Retry_After="3"), GOOD) as asked:
        assert await ask(asked, verb) == {"is": "good"}

    assert asked.pauses.taken_s == [3.0]


async def test_it_may_say_until_when() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=8), usegmt=True)
    async with asking(answer({}, 429, Retry_After=until), GOOD) as asked:
        await ask(asked, "GET")

    assert 2 < asked.pauses.taken_s[0] <= 8


@pytest.mark.parametrize(
    ("wait", "settings"),
    [("11", {}), ("5", {"letta_timeout_s": 4.0}), ("1e999", {}), ("1" * 400, {})],
    ids=["long", "longer than the call", "infinite", "a long number"],
)
async def test_it_is_not_waited_for_too_long(wait: str, settings: dict[str, float]) -> None:
    async with asking(answer({}, 429, Retry_After=wait), GOOD, **settings) as asked:
        with pytest.raises(LettaUnavailable, match="answered 429") as caught:
            await ask(asked, "POST")

    assert caught.value.hint == f"Nothing was changed. Send it again after {float(wait):g} s."
    assert caught.value.details == {"status": 429}
    assert asked.pauses.taken_s == []
    assert len(asked.script.came) == 1


async def test_a_deleted_thing_is_deleted_whatever_the_second_answer_says() -> None:
    async with asking(half(), answer({}, 404)) as asked:
        assert await ask(asked, "DELETE") is None
    async with asking(answer({}, 429), answer({}, 404)) as asked:
        with pytest.raises(LettaRefused):
            await ask(asked, "DELETE")


async def test_a_refusal_after_a_lost_answer_says_that_it_may_be_done() -> None:
    async with asking(half(), answer({"detail": "again?"}, 409)) as asked:
        with pytest.raises(LettaRefused, match="409: again") as caught:
            await ask(asked, "PUT")

    assert "may have done it" in (caught.value.hint or "")


async def test_all_attempts_together_have_the_time_of_one_call() -> None:
    async with asking(BUSY, letta_timeout_s=0.5) as asked:
        asked.script.steps.append(asked.script.never)
        with pytest.raises(LettaUnavailable, match="within"):
            await ask(asked, "GET")

    assert len(asked.script.came) == 2


@pytest.mark.parametrize("verb", VERBS)
async def test_what_reached_nobody_is_sent_again(verb: Verb) -> None:
    with nobody() as url:
        async with client_of(url) as (client, pauses, _):
            with pytest.raises(LettaUnavailable, match="can not be reached") as caught:
                await (
                    client.get("/v1/x", about="x")
                    if verb == "GET"
                    else client.send(verb, "/v1/x", changes=NOTHING)
                )

    assert len(pauses.taken_s) == 2
    assert max(pauses.taken_s) <= PAUSE_S_MAX
    assert "may have been" not in (caught.value.hint or "")


async def test_a_silent_server_is_left_alone_for_a_while() -> None:
    with nobody() as url:
        async with client_of(url) as (client, _, now):
            with pytest.raises(LettaUnavailable, match="can not be reached"):
                await client.get("/v1/x", about="x")
            sent = client.connection.requests
            assert sent == SILENCES
            with pytest.raises(LettaUnavailable, match="was not asked") as left_alone:
                await client.send("PATCH", "/v1/x", changes=NOTHING)
            assert "tried again in 1 s" in (left_alone.value.hint or "")
            assert client.connection.requests == sent

            with pytest.raises(LettaUnavailable, match="can not be reached"):
                await client.get("/v1/health/", about="health", fresh=True)
            assert client.connection.requests == sent + 3

            now.at += 1.5
            tries = [client.get(f"/v1/{at}", about="x") for at in range(3)]
            said = [str(error) for error in await asyncio.gather(*tries, return_exceptions=True)]
            assert sum("was not asked" in one for one in said) == 2
            assert client.connection.requests == sent + 6


async def test_a_server_that_is_back_is_asked_at_once() -> None:
    async with asking(GOOD, letta_retries=2) as asked:
        for _ in range(SILENCES):
            asked.client.repeating._silent("did not answer")  # noqa: SLF001  as three timeouts would
        with pytest.raises(LettaUnavailable, match="was not asked"):
            await ask(asked, "GET")

        await asked.client.get("/v1/health/", about="health", fresh=True)

        assert await ask(asked, "GET") == {"is": "good"}


async def test_slow_answers_in_a_row_are_a_silence_and_a_quick_one_ends_it() -> None:
    async with asking(letta_retries=0) as asked:
        never, patient = asked.script.never, asked.client.settings
        hasty = patient.model_copy(update={"letta_timeout_s": 0.02})
        steps = [never, never, BUSY, never, never, never]
        asked.script.steps += steps
        for step in steps:
            asked.client.settings = patient if step is BUSY else hasty
            with pytest.raises(LettaUnavailable, match=r"within|503"):
                await ask(asked, "GET")
        with pytest.raises(LettaUnavailable, match="was not asked: it did not answer within"):
            await ask(asked, "GET")

    assert len(asked.script.came) == len(steps)


async def test_waiting_for_a_connection_tells_nothing_about_the_server() -> None:
    async with asking(letta_pool_size=1, letta_timeout_s=0.05) as asked:
        asked.script.steps.append(asked.script.never)
        chat = asyncio.create_task(asked.client.message("/v1/m", {}, agent_id="agent-1"))
        async with asyncio.timeout(5):
            while not asked.script.came:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        for _ in range(SILENCES + 1):
            with pytest.raises(LettaUnavailable, match="LTMC_LETTA_POOL_SIZE") as caught:
                await ask(asked, "PATCH")
            assert "Nothing was changed" in (caught.value.hint or "")
        chat.cancel()

    assert asked.script.verbs == ["POST"]


async def test_a_kept_connection_that_died_costs_one_counted_attempt() -> None:
    async with asking(GOOD, reset, GOOD) as asked:
        await ask(asked, "GET")
        await ask(asked, "GET")

    assert asked.client.figures()["requests_total"] == len(asked.script.came) == 3
    assert asked.client.figures()["retries_total"] == 1


async def test_a_server_that_comes_up_meanwhile_is_reached() -> None:
    async with serving(GOOD) as script:
        url = script.url
        async with client_of(url) as (client, pauses, _):
            assert (await client.get("/v1/x", about="x")).value == {"is": "good"}
            assert pauses.taken_s == []
