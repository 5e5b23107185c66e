"""What counts as a time, and what is a failure however fast it came."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from benchmarks.letta.arms.arm import Arm
from benchmarks.letta.arms.mcp import McpStdio
from benchmarks.letta.arms.raw import Raw
from benchmarks.letta.letta_http import LettaHttp
from benchmarks.letta.measuring import Comparison, Plan
from benchmarks.letta.operations import OPERATIONS
from benchmarks.letta.scene import Scene
from benchmarks.letta.steps import Step
from benchmarks.letta.timings import Timings, width

LIAR = Path(__file__).with_name("lying_server.py")
PLAN = Plan((), turns_min=3, turns_max=3, budget_s=20)


class Liar(McpStdio):
    """Says at once that all is done."""

    name: ClassVar[str] = "liar"
    command: ClassVar[Sequence[str]] = (sys.executable, str(LIAR))


class Sometimes(Raw):
    """Writes nothing at the fourth time it is to write."""

    name: ClassVar[str] = "sometimes"
    every: ClassVar[int] = 1
    asked = 0

    def take(self, step: Step) -> object:
        self.asked += step.kind == "insert"
        return {"success": True} if self.asked == 4 else super().take(step)


class Plain(Raw):
    """The same, honest."""

    name: ClassVar[str] = "sdk"
    every: ClassVar[int] = 1


def measured(
    letta: LettaHttp, scene: Scene, arms: Sequence[Arm], *operations: str
) -> dict[str, Timings]:
    said: list[str] = []
    comparison = Comparison(letta, scene, arms, 1, lambda done, what: said.append(what))
    plan = Plan(operations, PLAN.turns_min, PLAN.turns_max, PLAN.budget_s)
    rows = comparison.measure(plan)
    assert said
    return {f"{row.operation} {row.arm}": row for row in rows}


WRITES = ("memory_update", "tool_attach", "archival_insert", "message_send")


def test_success_without_effect_has_no_time(letta: LettaHttp, scene: Scene) -> None:
    with Liar(letta.url) as liar:
        rows = measured(letta, scene, [liar], *WRITES)

    for name in WRITES:
        row = rows[f"{name} liar"]
        assert row.unavailable, name
        assert row.seconds == []
        assert "no effect" in row.unavailable or "lacks" in row.unavailable


def test_a_read_that_answers_with_nothing_has_no_time(letta: LettaHttp, scene: Scene) -> None:
    with Liar(letta.url) as liar:
        rows = measured(letta, scene, [liar], "agent_list", "memory_read")

    assert "lacks" in (rows["agent_list liar"].unavailable or "")
    assert "lacks" in (rows["memory_read liar"].unavailable or "")


def test_an_effect_that_is_missing_once_is_a_failure_of_that_turn(
    letta: LettaHttp, scene: Scene
) -> None:
    with Sometimes(letta.url) as sometimes, Plain(letta.url) as plain:
        rows = measured(letta, scene, [plain, sometimes], "archival_insert")

    row = rows["archival_insert sometimes"]
    # Once apart, then turns 0 to 2: the fourth is turn 2.
    [(turn, why)] = row.failures
    assert turn == 2
    assert "no effect" in why
    assert [second is None for second in row.seconds] == [False, False, True]
    assert all(rows["archival_insert sdk"].seconds)


def test_the_first_call_is_told_apart(letta: LettaHttp, scene: Scene) -> None:
    with Plain(letta.url) as plain:
        rows = measured(letta, scene, [plain], "agent_get")

    row = rows["agent_get sdk"]
    assert row.first_s
    assert len(row.seconds) == PLAN.turns_max
    calls = OPERATIONS["agent_get"].calls * PLAN.turns_max
    assert row.requests == [1] * calls
    assert row.connections == [0] * calls


def test_what_a_turn_wrote_is_taken_back(letta: LettaHttp, scene: Scene) -> None:
    with Plain(letta.url) as plain:
        measured(letta, scene, [plain], "message_send", "tool_attach", "archival_insert")

    path = f"/v1/agents/{scene.agents[0].id}"
    users = [
        one for one in letta.ask("GET", f"{path}/messages") if one["message_type"] == "user_message"
    ]
    tools = [tool["id"] for tool in letta.ask("GET", f"{path}/tools")]
    passages = [passage["text"] for passage in letta.ask("GET", f"{path}/archival-memory")]
    assert users == []
    assert tools == [scene.attached.id]
    assert passages == [scene.passage]


@pytest.mark.parametrize(
    ("ours", "theirs", "narrow"),
    [
        ([1.0] * 10, [2.0] * 10, True),
        ([1.0, 2.0] * 5, [1.0] * 10, False),
        ([1.0, None] * 4, [1.0] * 8, False),  # four pairs say nothing
    ],
)
def test_an_interval_is_as_wide_as_the_turns_differ(
    ours: list[float | None], theirs: list[float | None], narrow: bool
) -> None:
    assert (width(ours, theirs, 1) < 0.05) is narrow
