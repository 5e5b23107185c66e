"""The actions of blueprint_action on what needs what, and on the order that gives."""

from typing import Any

import pytest

from ltmc_server.errors import CyclicDependency, NotFound
from ltmc_server.tools.blueprint import BlueprintTool
from tests.tools.blueprint.blueprint_tools import blueprint_tool, made, need, refusal

pytestmark = pytest.mark.anyio


@pytest.fixture
def tool() -> BlueprintTool:
    return blueprint_tool()


@pytest.fixture
async def house(tool: BlueprintTool) -> dict[str, str]:
    """Plan a house: walls need ground, roof and paint need walls; a garden needs nothing."""
    minutes = {"paint": 30, "roof": 90, "walls": 60, "ground": 10, "garden": 20}
    house = {
        title: await made(tool, title, estimated_duration_minutes=each)
        for title, each in minutes.items()
    }
    await need(tool, house["walls"], house["ground"])
    await need(tool, house["roof"], house["walls"])
    await need(tool, house["paint"], house["walls"])
    return house


async def run(tool: BlueprintTool, action: str, **arguments: object) -> Any:  # noqa: ANN401
    return await tool.run(action, arguments)


async def titles(tool: BlueprintTool, **arguments: object) -> list[str]:
    found = await run(tool, "resolve_order", **arguments)
    return [one["title"] for one in found["execution_order"]]


async def test_a_dependency_says_what_was_made_and_orders(tool: BlueprintTool) -> None:
    paint, wall = await made(tool, "paint"), await made(tool, "wall")

    told = await run(
        tool,
        "add_dependency",
        dependent_blueprint_id=paint,
        prerequisite_blueprint_id=wall,
        is_critical=True,
    )

    assert (told["dependent_blueprint_id"], told["prerequisite_blueprint_id"]) == (paint, wall)
    assert (told["dependency_type"], told["is_critical"]) == ("blocking", True)
    assert await titles(tool) == ["wall", "paint"]


async def test_what_closes_a_cycle_is_refused_and_the_cycle_named(
    tool: BlueprintTool, house: dict[str, str]
) -> None:
    ground, walls, roof = house["ground"], house["walls"], house["roof"]

    with pytest.raises(CyclicDependency) as caught:
        await need(tool, ground, roof)
    with pytest.raises(CyclicDependency, match=f"{roof} needs {roof}"):
        await need(tool, roof, roof)

    said = str(caught.value)
    assert said.startswith("prerequisite_blueprint_id would close a cycle: ")
    assert f"{ground} needs {roof} needs {walls} needs {ground}" in said
    assert len(await titles(tool)) == 5


async def test_a_dependency_on_an_unknown_id_is_refused(tool: BlueprintTool) -> None:
    wall = await made(tool, "wall")

    with pytest.raises(NotFound, match="bp_none"):
        await need(tool, wall, "bp_none")
    said = await refusal(tool, "add_dependency", dependent_blueprint_id=wall)
    assert "prerequisite_blueprint_id: is required" in said


async def test_a_removed_dependency_orders_no_more(
    tool: BlueprintTool, house: dict[str, str]
) -> None:
    ends = {
        "dependent_blueprint_id": house["walls"],
        "prerequisite_blueprint_id": house["ground"],
    }

    told = await run(tool, "remove_dependency", **ends)

    assert told["prerequisite_blueprint_id"] == house["ground"]
    assert (await titles(tool))[0] == "walls"
    with pytest.raises(NotFound, match=f"{house['walls']} needs {house['ground']}"):
        await run(tool, "remove_dependency", **ends)


async def test_dependencies_are_told_of_either_side_and_as_far_as_asked(
    tool: BlueprintTool, house: dict[str, str]
) -> None:
    async def told(title: str, **arguments: object) -> list[tuple[str, str, int]]:
        page = await run(tool, "get_dependencies", blueprint_id=house[title], **arguments)
        return [
            (one["prerequisite_title"], one["dependent_title"], one["depth"]) for one in page.items
        ]

    assert await told("roof") == [("walls", "roof", 1)]
    assert await told("roof", transitive=True) == [("walls", "roof", 1), ("ground", "walls", 2)]
    waiting = await told("ground", direction="dependents", transitive=True)
    assert waiting == [("ground", "walls", 1), ("walls", "roof", 2), ("walls", "paint", 2)]
    assert len(await told("walls", direction="both")) == 3
    assert await told("roof", transitive=True, limit=1, offset=1) == [("ground", "walls", 2)]
    said = await refusal(tool, "get_dependencies", blueprint_id=house["roof"], direction="up")
    assert "direction: input should be 'prerequisites', 'dependents' or 'both'" in said


async def test_an_order_respects_needs_then_priority_then_age(
    tool: BlueprintTool, house: dict[str, str]
) -> None:
    assert await titles(tool) == ["ground", "walls", "paint", "roof", "garden"]

    await run(tool, "update_metadata", blueprint_id=house["roof"], priority_score=1)
    await run(tool, "update_metadata", blueprint_id=house["garden"], priority_score=0.9)

    assert await titles(tool) == ["garden", "ground", "walls", "roof", "paint"]


async def test_an_order_says_what_can_be_done_at_the_same_time(
    tool: BlueprintTool, house: dict[str, str]
) -> None:
    found = await run(tool, "resolve_order")

    batch = {one["title"]: one["batch"] for one in found["execution_order"]}
    assert batch == {"ground": 1, "garden": 1, "walls": 2, "paint": 3, "roof": 3}
    assert (found["batches"], found["dependency_count"], found["complete"]) == (3, 3, True)


async def test_an_order_of_some_says_what_else_they_need(
    tool: BlueprintTool, house: dict[str, str]
) -> None:
    asked = [house["roof"], house["ground"]]

    found = await run(tool, "resolve_order", blueprint_ids=asked)

    assert [one["title"] for one in found["execution_order"]] == ["ground", "roof"]
    assert (found["needs_also"], found["needs_also_count"]) == ([house["walls"]], 1)


async def test_what_is_done_or_dropped_is_not_waited_for(
    tool: BlueprintTool, house: dict[str, str]
) -> None:
    await run(tool, "update_metadata", blueprint_id=house["walls"], status="done")

    found = await run(tool, "resolve_order")

    batch = {one["title"]: one["batch"] for one in found["execution_order"]}
    assert batch == {"paint": 1, "roof": 1, "ground": 1, "garden": 1}
    assert await titles(tool, blueprint_ids=[house["walls"]]) == ["walls"]


@pytest.mark.parametrize("action", ["resolve_order", "critical_path"])
async def test_a_plan_goes_on_after_its_last_entry(
    tool: BlueprintTool, house: dict[str, str], action: str
) -> None:
    name = "execution_order" if action == "resolve_order" else "schedule"

    first = await run(tool, action, limit=3)
    rest = await run(tool, action, limit=3, cursor=first["next"])

    ids = [one["id"] for one in [*first[name], *rest[name]]]
    assert sorted(ids) == sorted(house.values())
    assert (first["total"], first["has_more"], rest["has_more"]) == (5, True, False)
    with pytest.raises(NotFound, match="bp_none"):
        await run(tool, action, cursor="bp_none")


@pytest.mark.parametrize("action", ["resolve_order", "critical_path"])
async def test_a_plan_of_an_unknown_id_is_refused(tool: BlueprintTool, action: str) -> None:
    with pytest.raises(NotFound, match="bp_none"):
        await run(tool, action, blueprint_ids=["bp_none"])
    assert "at least 1 item" in await refusal(tool, action, blueprint_ids=[])


async def test_the_critical_path_gives_minutes_and_slack(
    tool: BlueprintTool, house: dict[str, str]
) -> None:
    found = await run(tool, "critical_path")

    assert found["critical_path"] == [house["ground"], house["walls"], house["roof"]]
    assert (found["minutes"], found["minutes_one_by_one"]) == (160, 210)
    slack = {one["title"]: one["slack_minutes"] for one in found["schedule"]}
    assert slack == {"ground": 0, "walls": 0, "roof": 0, "paint": 60, "garden": 140}
    starts = {one["title"]: one["starts_earliest_minute"] for one in found["schedule"]}
    assert starts == {"ground": 0, "garden": 0, "walls": 10, "roof": 70, "paint": 70}
    assert [one["title"] for one in found["schedule"] if one["critical"]] == [
        "ground",
        "walls",
        "roof",
    ]


async def test_the_critical_path_of_one_is_of_what_it_needs(
    tool: BlueprintTool, house: dict[str, str]
) -> None:
    found = await run(tool, "critical_path", blueprint_ids=[house["paint"]])

    assert (found["minutes"], found["total"]) == (100, 3)


async def test_a_project_without_blueprints_takes_no_time(tool: BlueprintTool) -> None:
    found = await run(tool, "critical_path")

    assert (found["minutes"], found["critical_path"], found["schedule"]) == (0, [], [])
