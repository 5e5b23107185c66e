"""A neighbourhood that is longer than a response goes on where it was cut."""

import pytest

from ltmc_server.dispatch import Dispatcher
from ltmc_server.observability.metrics import Metrics
from tests.tools.graph.graph_tools import setup

pytestmark = pytest.mark.anyio

LINKS = 120


async def test_every_link_is_seen_once_though_each_response_is_cut() -> None:
    graph = setup().graph
    for number in range(LINKS):
        await graph.link(
            source_id="hub", target_id=f"{number}", relation="to", properties={"note": "x" * 150}
        )
    dispatcher = Dispatcher([graph], metrics=Metrics(), response_bytes_max=15_000)

    seen: list[str] = []
    cursor = ""
    calls = 0
    while True:
        asked = {"action": "query", "entity": "hub", "limit": 200, "cursor": cursor}
        reply = await dispatcher.call("graph_action", asked)
        assert len(reply.text) <= 15_000
        seen += [one["target_id"] for one in reply.payload["relationships"]]
        calls += 1
        if not reply.payload["has_more"]:
            break
        cursor = reply.payload["next"]

    assert seen == [str(number) for number in range(LINKS)]
    assert calls > 1


async def test_nulls_among_properties_are_kept() -> None:
    dispatcher = Dispatcher([setup().graph], metrics=Metrics(), response_bytes_max=15_000)
    link = {"action": "link", "source_id": "a", "target_id": "b", "relation": "to"}

    reply = await dispatcher.call("graph_action", link | {"properties": {"why": None}})

    assert reply.payload["properties"] == {"why": None}
