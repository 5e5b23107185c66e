"""Whatever a server sends: the JSON of it, or an error that says why, never the key."""

import asyncio
import gzip
import traceback

import pytest

from ltmc_server.errors import LtmcError
from ltmc_server.letta import connection
from ltmc_server.letta.asking import json_of
from ltmc_server.letta.errors import LettaRefused, LettaUnavailable
from ltmc_server.letta.saying import said
from tests.letta.asking_letta import KEY, NOTHING, asking
from tests.letta.http_script import Step, answer, half, http, raw, reset

pytestmark = pytest.mark.anyio

PYDANTIC = (
    "[{'type': 'string_type', 'loc': ('body', 'name'), 'msg': 'Input should be a valid string', "
    "'input': 3}]"
)


async def failing(*steps: Step, verb: str = "GET", **settings: object) -> LtmcError:
    """Return the error of one request, after a look that it does not hold the key."""
    async with asking(*steps, **settings) as asked:
        client = asked.client
        with pytest.raises((LettaRefused, LettaUnavailable)) as caught:
            await (
                client.get("/v1/x", about="x")
                if verb == "GET"
                else client.send("POST", "/v1/x", {}, changes=NOTHING)
            )
    error = caught.value
    assert KEY not in f"{error} {error.hint} {''.join(traceback.format_exception(error))}"
    return error


@pytest.mark.parametrize(
    ("status", "body", "message", "hint"),
    [
        (401, {"detail": f"no such key: {KEY}"}, "no such key: …", "LTMC_LETTA_API_KEY"),
        (403, {"detail": "Forbidden"}, "Forbidden", "LTMC_LETTA_API_KEY"),
        (404, {"detail": "Agent with ID x not found"}, "Agent with ID x not found", "letta_list_"),
        (409, {"detail": "busy"}, "busy", "busy"),
        (422, {"detail": [{"loc": ["body", "a", 1], "msg": "wrong"}]}, "a.1: wrong", "UUID"),
        (422, {"detail": PYDANTIC}, "name: Input should be a valid string", "UUID"),
        (400, {"error": {"message": "too long"}}, "too long", None),
        (405, None, "null", "version"),
        (413, "", "no reason is given", "less"),
        (402, {"detail": {"message": "pay"}}, "pay", None),
    ],
)
async def test_a_refusal_says_what_letta_said(
    status: int, body: object, message: str, hint: str | None
) -> None:
    error = await failing(answer(body, status))

    assert isinstance(error, LettaRefused)
    assert str(error) == f"Letta answered {status}: {message}"
    assert error.details == {"status": status}
    assert error.hint is None if hint is None else hint in (error.hint or "")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    async with asking(answer("elsewhere")) as other:
        error = await failing(answer("", status, Location=f"{other.script.url}/?key={KEY}"))

        assert isinstance(error, LettaRefused)
        assert "LTMC_LETTA_BASE_URL" in (error.hint or "")
        assert other.script.came == []


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (answer({"detail": f"broken {KEY}"}, 500), "answered 500: broken …"),
        (raw(http(b"<html>bad gateway</html>", 502)), "answered 502: <html>bad gateway</html>"),
        (answer({"detail": "x" * 10_000}, 503), "answered 503: " + "x" * 499 + "…"),
        (answer({}, 429), "answered 429: {}"),
        (reset, "broke the connection off"),
        (half(), "broke off in the middle"),
        (raw(http(b"<html>welcome</html>")), "what is no JSON"),
        (raw(http(b'{"a": 1')), "what is no JSON"),
        (raw(http(b"\xff\xfe\x00")), "what is no JSON"),
        (raw(b"SSH-2.0-OpenSSH\r\n\r\n", last=True), "broke the connection off"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", last=True), "broke the connection"),
        (raw(http(b"no gzip", headers={"Content-Encoding": "gzip"})), "broke off in the middle"),
    ],
)
@pytest.mark.parametrize("verb", ["GET", "POST"])
async def test_what_is_no_answer_says_why(step: Step, why: str, verb: str) -> None:
    error = await failing(step, verb=verb, letta_retries=0)

    assert isinstance(error, LettaUnavailable)
    assert why in str(error)
    if verb == "POST" and "429" not in why:
        assert "may have been done" in (error.hint or "")
    elif verb == "POST":
        assert "Nothing was changed" in (error.hint or "")


async def test_an_answer_is_waited_for_no_longer_than_is_said() -> None:
    async with asking(letta_timeout_s=0.05) as asked:
        asked.script.steps.append(asked.script.never)
        with pytest.raises(LettaUnavailable, match=r"did not answer within 0.05 s") as read:
            await asked.client.get("/v1/x", about="x")
        with pytest.raises(LettaUnavailable, match="within") as written:
            await asked.client.send("PATCH", "/v1/x", {}, changes=NOTHING)

    assert "may" not in (read.value.hint or "")
    assert "may have been done" in (written.value.hint or "")
    assert asked.script.verbs == ["GET", "PATCH"]


@pytest.mark.parametrize("packed", [False, True])
async def test_an_answer_is_read_up_to_a_bound(
    packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ANSWER_BYTES_MAX", 1_000)
    fits, too_long = b'"' + b"x" * 998 + b'"', b'"' + b"x" * 999 + b'"'
    pack = gzip.compress if packed else bytes
    headers = {"Content-Encoding": "gzip"} if packed else {}

    async with asking(raw(http(pack(fits), headers=headers))) as asked:
        assert len((await asked.client.get("/v1/x", about="x")).value) == 998
    error = await failing(raw(http(pack(too_long), headers=headers)))

    assert "more than 1,000 bytes" in str(error)


async def test_an_answer_without_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "ANSWER_BYTES_MAX", 100_000)
    chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    endless = raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 100)

    async with asyncio.timeout(5):
        error = await failing(endless)

    assert "more than 100,000 bytes" in str(error)


@pytest.mark.parametrize("content", [b"", b"null"])
async def test_an_empty_answer_is_none(content: bytes) -> None:
    async with asking(raw(http(content))) as asked:
        assert await asked.client.send("PATCH", "/v1/x", changes=NOTHING) is None


def test_any_json_can_be_sent() -> None:
    assert json_of({"a": "ü"}) == '{"a":"ü"}'.encode()
    assert json_of({"a": "\ud800", "b": 2**70}) == b'{"a": "\\ud800", "b": 1180591620717411303424}'
    assert json_of(None) is None


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"[{", b'{"detail": "[{"}', b'{"detail": "[{1: 2}]"}', b"\xff", b"[[[[1]]]]"),
        b'{"detail":' * 900 + b"1" + b"}" * 900,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b'{"detail": "[{1: \'\\\\ud800\'}]"}',
        b'{"detail": "[{1: ' + b"(" * 5_000 + b'}]"}',
    ],
)
def test_any_body_is_words(body: bytes) -> None:
    assert said(body, "")


def test_a_short_key_is_not_looked_for() -> None:
    assert said(b'{"detail": "next"}', "x") == "next"
