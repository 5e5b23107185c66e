"""Answers that come bit by bit, and files that are sent."""

import asyncio
import json
from contextlib import aclosing
from email import message_from_bytes
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings as examples, strategies as st

from ltmc_server.letta import streaming
from ltmc_server.letta.errors import LettaRefused, LettaUnavailable
from tests.letta.asking_letta import KEY, Asked, asking
from tests.letta.http_script import Came, Step, answer, http, raw, reset

pytestmark = pytest.mark.anyio

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
EVENTS: list[dict[str, Any]] = [{"message_type": "ping"}, {"content": "ü\n"}, {"stop": 1}]
DONE = b"data: [DONE]\n\n"


def event(value: object) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def chunks(*parts: bytes, end: bool = True) -> Step:
    sent = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    return raw(HEAD + sent + (b"0\r\n\r\n" if end else b""), last=not end)


async def told(asked: Asked) -> list[Any]:
    events = asked.client.events("/v1/m", {"input": "hi"}, agent_id="agent-1")
    return [one async for one in events]


async def test_events_come_as_they_are_sent() -> None:
    async with asking() as asked:
        go_on = asyncio.Event()

        async def slowly(came: object, writer: asyncio.StreamWriter) -> None:
            body = b"".join(map(event, EVENTS)) + DONE
            writer.write(http(event(EVENTS[0]), headers={"Content-Length": str(len(body))}))
            await go_on.wait()
            writer.write(body[len(event(EVENTS[0])) :])

        asked.script.steps.append(slowly)
        events = asked.client.events("/v1/m", {"input": "hi"}, agent_id="agent-1")
        assert await anext(events) == EVENTS[0]
        go_on.set()
        assert [one async for one in events] == EVENTS[1:]

    assert asked.script.came[0].body == b'{"input":"hi"}'


@examples(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(1, 80), max_size=6), end=st.sampled_from(["\n", "\r\n"]))
async def test_events_may_be_cut_anywhere(cuts: list[int], end: str) -> None:
    body = (b": a comment\n\n" + b"".join(map(event, EVENTS)) + DONE).replace(b"\n", end.encode())
    places = [0, *sorted(set(cuts)), len(body)]
    parts = [body[start:stop] for start, stop in pairwise(places)]

    async with asking(chunks(*parts)) as asked:
        assert await told(asked) == EVENTS


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (chunks(event(1), end=False), "broke off in the middle"),
        (chunks(event(1)), "broke off in the middle"),
        (chunks(b"data: {\n\n", DONE), "no JSON"),
        (chunks(b"data: \xff\n\n", DONE), "no JSON"),
        (chunks(b'event: error\ndata: {"message": "the model is %b"}\n\n' % KEY.encode()), "is …"),
        (reset, "broke the connection off"),
        (answer({"detail": "no"}, 500), "500: no"),
    ],
)
async def test_a_broken_answer_says_that_it_may_be_done(step: Step, why: str) -> None:
    async with asking(step) as asked:
        with pytest.raises(LettaUnavailable, match=why) as caught:
            await told(asked)

    assert "may have been done" in (caught.value.hint or "")
    assert len(asked.script.came) == 1


async def test_a_refusal_comes_before_any_event() -> None:
    async with asking(answer({"detail": "who?"}, 404)) as asked:
        with pytest.raises(LettaRefused, match="404: who"):
            await told(asked)


async def test_it_is_asked_again_only_where_nothing_began() -> None:
    async with asking(answer({}, 429), chunks(event(1), DONE)) as asked:
        assert await told(asked) == [1]

    assert len(asked.script.came) == 2


async def test_an_answer_must_end_in_time() -> None:
    async with asking(letta_message_timeout_s=0.2) as asked:
        never = asked.script.never

        async def stalls(came: Came, writer: asyncio.StreamWriter) -> None:
            writer.write(http(event(1), headers={"Content-Length": "99"}))
            await never(came, writer)

        asked.script.steps.append(stalls)
        with pytest.raises(LettaUnavailable, match=r"did not end its answer within 0.2 s"):
            await told(asked)


async def test_a_stream_is_read_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "ANSWER_BYTES_MAX", 1_000)
    async with asking(chunks(event("x" * 600), event("x" * 600), DONE)) as asked:
        with pytest.raises(LettaUnavailable, match="more than 1,000 bytes"):
            await told(asked)


async def test_who_stops_listening_gives_the_connection_back() -> None:
    async with asking(letta_pool_size=1) as asked:
        never = asked.script.never

        async def goes_on(came: Came, writer: asyncio.StreamWriter) -> None:
            writer.write(http(event(1) + event(2), headers={"Content-Length": "99"}))
            await never(came, writer)

        asked.script.steps += [goes_on, answer("good")]
        async with aclosing(asked.client.events("/v1/m", {}, agent_id="agent-1")) as events:
            assert await anext(events) == 1
        assert (await asked.client.get("/v1/x", about="x")).value == "good"


async def test_a_file_is_sent_as_a_form() -> None:
    content = bytes(range(256))
    async with asking(answer({}, 429), answer({"agent_ids": ["agent-1"]})) as asked:
        done = await asked.client.upload(
            "/v1/agents/import", "ü.af", content, fields={"name": "n", "suffix": True, "none": None}
        )

    assert done == {"agent_ids": ["agent-1"]}
    for came in asked.script.came:
        head = f"Content-Type: {came.headers['content-type']}\r\n\r\n".encode()
        parts: Any = message_from_bytes(head + came.body).get_payload()
        sent = {
            part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
            for part in parts
        }
        assert sent == {"name": b"n", "suffix": b"true", "file": content}
