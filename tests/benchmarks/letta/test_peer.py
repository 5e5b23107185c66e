"""letta-mcp-server does what it can, and has no time for what it can not."""

import pytest

from benchmarks.letta.arms.peer import LettaMcpServer
from benchmarks.letta.letta_http import LettaHttp
from benchmarks.letta.measuring import Comparison, Plan
from benchmarks.letta.scene import Scene

WORKS = ("agent_get", "tool_list", "message_send")
FAILS = ("agent_list", "memory_read", "memory_update", "tool_attach", "archival_insert")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_peer_has_times_for_what_works_only(letta: LettaHttp, scene: Scene) -> None:
    with LettaMcpServer(letta.url) as peer:
        comparison = Comparison(letta, scene, [peer], 1, lambda done, what: None)
        rows = comparison.measure(Plan((*WORKS, *FAILS), 2, 2, budget_s=60))

    available = {row.operation for row in rows if row.unavailable is None}
    assert available == set(WORKS)
    # It takes part in the first of three turns.
    assert all(row.seconds[0] for row in rows if row.operation in WORKS)
    assert all(row.seconds == [] for row in rows if row.operation in FAILS)
