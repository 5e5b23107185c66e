"""The real Letta server, as its client meets it."""

import contextlib
import json
import os
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from letta_client import Letta

from tracker.errors import LettaUnreachable
from tracker.letta.server import LettaServer, letta as letta_given

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_600)]


@pytest.fixture
def client(letta: LettaServer) -> Iterator[Letta]:
    with Letta(base_url=letta.base_url, api_key=letta.api_key, max_retries=0) as client:
        yield client


@pytest.fixture
def agent(letta: LettaServer, client: Letta) -> Iterator[str]:
    made = client.agents.create(
        name="of-a-test",
        model=letta.model,
        embedding=letta.embedding,
        memory_blocks=[{"label": "human", "value": "Sam"}],
        include_base_tools=False,
    )
    yield made.id
    client.agents.delete(made.id)


@pytest.fixture
def ours(letta: LettaServer) -> LettaServer:
    """Return the server if it was started here; one of LETTA_BASE_URL counts nothing."""
    if not letta.pids:
        pytest.skip("LETTA_BASE_URL names a server that was not started here")
    return letta


def asked(url: str) -> Any:  # noqa: ANN401  JSON
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def test_an_agent_is_made_and_answers(client: Letta, agent: str) -> None:
    said = client.agents.messages.create(agent, messages=[{"role": "user", "content": "hi"}])

    assert agent in [each.id for each in client.agents.list(name="of-a-test").items]
    assert said.messages[-1].message_type == "assistant_message"
    assert str(said.messages[-1].content).startswith("stub-reply:")


def test_a_block_is_updated(client: Letta, agent: str) -> None:
    client.agents.blocks.update("human", agent_id=agent, value="Alex")

    assert client.agents.blocks.retrieve("human", agent_id=agent).value == "Alex"


def test_archival_search_finds_the_passage_that_shares_words(client: Letta, agent: str) -> None:
    for text in ("cats eat fish", "the sky is blue today", "trains are late"):
        client.agents.passages.create(agent, text=text)

    found = client.agents.passages.search(agent, query="what is blue", top_k=2).results

    assert found[0].content == "the sky is blue today"


def test_a_tool_that_the_message_asks_for_is_called(client: Letta, agent: str) -> None:
    tool = client.tools.list(name="conversation_search").items[0]
    client.agents.tools.attach(tool.id, agent_id=agent)

    call = 'CALL conversation_search {"query": "tea"}'
    said = client.agents.messages.create(agent, messages=[{"role": "user", "content": call}])

    kinds = [each.message_type for each in said.messages]
    assert kinds[-3:] == ["tool_call_message", "tool_return_message", "assistant_message"]


def test_requests_are_counted_by_route_and_connections_by_use(
    ours: LettaServer, client: Letta, agent: str
) -> None:
    counters = f"{ours.base_url}/_counters"
    before = asked(counters)
    for _ in range(3):
        client.agents.retrieve(agent)
    with contextlib.suppress(OSError):
        asked(f"{ours.base_url}/nowhere/at/all")
    after = asked(counters)

    more = {
        route: count - before["requests"].get(route, 0)
        for route, count in after["requests"].items()
        if count != before["requests"].get(route, 0)
    }
    assert more == {"GET /v1/agents/{agent_id}": 3, "GET (no route)": 1}
    # The client's has been counted when the agent was made; those that ask the counters are not.
    assert after["connections"] == before["connections"] + 1


def test_every_answer_says_how_long_the_server_took(
    ours: LettaServer, client: Letta, agent: str
) -> None:
    begun_s = time.perf_counter()
    answer = client.agents.with_raw_response.retrieve(agent)
    took_ms = (time.perf_counter() - begun_s) * 1e3

    assert 0 < float(answer.headers["x-server-ms"]) < took_ms


def test_it_listens_on_loopback_only_and_knows_nothing_of_the_user(ours: LettaServer) -> None:
    for name, pid in ours.pids.items():
        process = psutil.Process(pid)
        listening = [each for each in process.net_connections("inet") if each.status == "LISTEN"]
        addresses = {each.laddr.ip for each in listening}
        assert addresses == (set() if name == "postgres" else {"127.0.0.1"})
        same = process.environ().items() & os.environ.items()
        # Of NO_PROXY it has its own, which may be ours as well.
        assert {key for key, _ in same} <= {"PATH", "LANG", "LC_ALL", "TZ", "NO_PROXY"}
    assert psutil.Process(ours.pids["letta"]).environ()["HOME"] == str(ours.folder)


def test_a_server_that_is_named_is_asked_and_none_started(
    letta: LettaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LETTA_BASE_URL", f"{letta.base_url}/")
    monkeypatch.setenv("LETTA_API_KEY", "mine")

    with letta_given() as given:
        assert (given.base_url, given.version) == (letta.base_url, letta.version)
        assert (given.api_key, given.pids, given.folder) == ("mine", {}, None)
    assert asked(f"{letta.base_url}/v1/health/")["status"] == "ok"


def test_an_address_where_no_letta_answers_is_named(
    letta: LettaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in (f"{letta.base_url}/nowhere", "http://127.0.0.1:9", "no address"):
        monkeypatch.setenv("LETTA_BASE_URL", url)
        with pytest.raises(LettaUnreachable, match="LETTA_API_KEY"), letta_given():
            pytest.fail("it was believed")
