"""Every arm does every operation, the same work with the same effect."""

from collections.abc import Iterator, Sequence

import pytest
from mcp import Client, StdioServerParameters

from benchmarks.letta.arms.arm import Arm, StepFailed
from benchmarks.letta.arms.every import ARMS
from benchmarks.letta.arms.mcp import CALLS, McpStdio, McpStdioWarm, settings
from benchmarks.letta.effects import Effects
from benchmarks.letta.letta_http import LettaHttp, between
from benchmarks.letta.operations import OPERATIONS, SEVERAL, Turn, texts
from benchmarks.letta.scene import Scene
from benchmarks.letta.steps import Step, as_data, from_data
from tests.wire import SERVER, environment

OURS = [name for name in ARMS if name not in {"letta_mcp_server", "sdk_cold"}]
"""The peer has tests of its own; a cold process takes a second for what arm sdk does, too."""
REQUESTS = {
    "agent_chat": 6,
    "tool_attach": 2,
    "dealer_workflow": 6,
    "dealer_workflow_batch": 6,
    "workflow_reads": 5,
    "workflow_reads_batch": 5,
    "several_agents": SEVERAL,
}
"""What an operation costs Letta; one that is not here costs one request."""


@pytest.fixture(scope="module", params=OURS)
def arm(request: pytest.FixtureRequest, letta: LettaHttp) -> Iterator[Arm]:
    with ARMS[request.param](letta.url) as opened:
        yield opened


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_done_and_has_its_effect(
    arm: Arm, name: str, letta: LettaHttp, scene: Scene
) -> None:
    done(arm, name, letta, scene)
    assert arm.received or arm.name == "mcp_memory"


@pytest.mark.parametrize("name", ["memory_update", "dealer_workflow_batch", "several_agents"])
def test_a_cold_process_does_the_same(name: str, letta: LettaHttp, scene: Scene) -> None:
    with ARMS["sdk_cold"](letta.url) as cold:
        done(cold, name, letta, scene)


def done(arm: Arm, name: str, letta: LettaHttp, scene: Scene) -> None:
    """Do an operation, and ask Letta whether it is done and what it took."""
    turn = Turn(scene, scene.agents[list(ARMS).index(arm.name)], texts(1, name, 0))
    steps = OPERATIONS[name].steps(turn)
    before = letta.counted()
    effects = Effects(letta)

    try:
        answers = arm.go(steps, OPERATIONS[name].way)
        spent = between(before, letta.counted())

        missing = [
            effects.missing(step, said)
            for step, said in zip(steps, said(arm, answers, steps), strict=True)
        ]
        assert not any(missing), missing
        if arm.name != McpStdioWarm.name:  # which may ask for less
            assert spent.requests == REQUESTS.get(name, 1)
            assert spent.server_s
            assert spent.server_s > 0
    finally:
        for step in steps:
            effects.undo(step)


def said(arm: Arm, answers: Sequence[object], steps: Sequence[Step]) -> list[str]:
    each = [arm.said(answer) for answer in answers]
    return each if len(each) == len(steps) else ["".join(each)] * len(steps)


def test_an_arm_says_when_letta_refuses(arm: Arm) -> None:
    nobody = Step(kind="get_agent", agent="agent-00000000-0000-4000-8000-000000000000")

    with pytest.raises(Exception, match=r"(?i)not.?found|letta"):
        arm.go([nobody], "in turn")


def test_a_long_lived_client_opens_no_connection_and_a_new_one_does(
    letta: LettaHttp, scene: Scene
) -> None:
    step = Step(kind="get_agent", agent=scene.agents[0].id)
    opened = {}
    for name in ("sdk", "raw", "mcp_stdio", "sdk_new_client"):
        with ARMS[name](letta.url) as arm:
            arm.take(step)
            before = letta.counted()
            arm.take(step)
            opened[name] = between(before, letta.counted()).connections

    assert opened == {"sdk": 0, "raw": 0, "mcp_stdio": 0, "sdk_new_client": 1}


def test_steps_survive_the_way_to_another_process() -> None:
    steps = [Step(kind="send", agent="a", text="é", evidence=("x", "y"))]

    [carried] = from_data(as_data(steps))

    assert carried == steps[0]


@pytest.mark.anyio
async def test_the_light_client_is_told_what_the_client_of_the_sdk_is(
    letta: LettaHttp, scene: Scene, tmp_path_factory: pytest.TempPathFactory
) -> None:
    step = Step(kind="read_memory", agent=scene.agents[0].id)
    with McpStdio(letta.url) as light:
        answer = light.take(step)
    folder = tmp_path_factory.mktemp("record")
    variables = environment(folder) | settings(letta.url)
    command = StdioServerParameters(command=SERVER[0], args=list(SERVER[1:]), env=variables)
    async with Client(command) as client:
        tool, arguments = CALLS[step.kind](step)
        result = await client.call_tool(tool, arguments)

    assert isinstance(answer, dict)
    assert answer["structuredContent"] == result.structured_content


def test_a_letta_that_is_not_there_is_a_failure_and_no_time() -> None:
    with McpStdio("http://127.0.0.1:9") as arm, pytest.raises(StepFailed, match="letta_unavail"):
        arm.take(Step(kind="health"))
