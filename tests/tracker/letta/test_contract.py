"""One contract, two servers: what the real Letta answers, the stand-in answers too."""

from typing import Protocol

import pytest

from tracker.letta.contract.__main__ import CONTRACT
from tracker.letta.contract.calls import made
from tracker.letta.contract.comparing import differences, unpacked
from tracker.letta.contract.recorder import Observed, Recorder
from tracker.letta.standin import standin

CALLS_MIN = 33
"""Fewer would leave out what the bridge needs."""


class Server(Protocol):
    """One to call."""

    @property
    def base_url(self) -> str: ...
    @property
    def api_key(self) -> str: ...


def contract() -> Observed:
    return unpacked(CONTRACT.read_bytes())


def answered(server: Server) -> Observed:
    with Recorder.open(server.base_url, api_key=server.api_key) as recorder:
        made(recorder)
    return recorder.observed


def test_the_contract_says_enough() -> None:
    calls = contract()

    assert len(calls) >= CALLS_MIN
    assert {kept["status"] for kept in calls.values()} >= {200, 307, 400, 404, 405, 409, 422, 500}


def test_the_stand_in_keeps_the_contract() -> None:
    with standin() as server:
        differing = differences(contract(), answered(server))

    assert not differing, "\n".join(differing)


@pytest.mark.slow
@pytest.mark.timeout(300)  # 10 s alone; 60 on a machine with much else to do
def test_the_real_server_keeps_the_contract(letta: Server) -> None:
    differing = differences(contract(), answered(letta))

    assert not differing, "\n".join(differing)


def test_what_a_run_made_is_gone_after_it() -> None:
    with standin() as server:
        answered(server)

        with Recorder.open(server.base_url) as again:
            agents = again.client.agents.list(limit=100).items
            tools = again.client.tools.list(tool_types=["custom"], limit=100).items
            blocks = again.client.blocks.list(label="extra", limit=100).items

    assert [agents, tools, blocks] == [[], [], []]
