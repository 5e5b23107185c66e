"""The actions of blueprint_action on blueprints themselves."""

import pytest

from ltmc_server.errors import ConfirmationRequired, NotFound
from ltmc_server.stores.blueprints import BlueprintId
from ltmc_server.tools.blueprint import BlueprintTool
from tests.tools.blueprint.blueprint_tools import blueprint_tool, made, need, refusal

pytestmark = pytest.mark.anyio


@pytest.fixture
def tool() -> BlueprintTool:
    return blueprint_tool()


async def test_a_new_blueprint_is_a_draft_of_medium_complexity(tool: BlueprintTool) -> None:
    one = await tool.create(title="gate", description="paint it")

    assert (one["status"], one["complexity"], one["priority_score"]) == ("draft", "medium", 0.5)
    assert one["id"].startswith("bp_")
    assert "description" not in one
    assert (await tool.get(blueprint_id=one["id"])).description == "paint it"


async def test_nothing_is_made_when_anything_is_out_of_bounds(tool: BlueprintTool) -> None:
    said = await refusal(
        tool,
        "create",
        title="",
        description="x",
        complexity="high",
        priority_score=99,
        estimated_duration_minutes=-1,
    )

    assert "title: string should have at least 1 character" in said
    assert "complexity: input should be 'trivial', 'simple', 'medium', 'complex'" in said
    assert "priority_score: input should be less than or equal to 1" in said
    assert "estimated_duration_minutes: input should be greater than or equal to 0" in said
    assert (await tool.list_project()).total == 0


async def test_a_list_is_narrowed_before_it_is_cut(tool: BlueprintTool) -> None:
    for number in range(3):
        await made(tool, f"plain {number}")
    await made(tool, "wanted", tags="web, api", complexity_score=0.9, priority_score=0)

    page = await tool.list_project(tags=("web",), limit=1)
    hard = await tool.list_project(min_complexity=0.8, limit=1)

    assert ([one.title for one in page.items], page.total) == (["wanted"], 1)
    assert [one.title for one in hard.items] == ["wanted"]
    assert (await tool.list_project(status="done")).total == 0


async def test_a_list_pages_the_greatest_priority_first(tool: BlueprintTool) -> None:
    for title, priority in (("a", 0.1), ("b", 0.9), ("c", 0.1)):
        await made(tool, title, priority_score=priority)

    first = await tool.list_project(limit=2)
    rest = await tool.list_project(limit=2, offset=2)

    assert [one.title for one in [*first.items, *rest.items]] == ["b", "a", "c"]
    assert "limit: input should be less than" in await refusal(tool, "list_project", limit=999)


async def test_an_update_changes_what_is_given_and_says_what(tool: BlueprintTool) -> None:
    id = BlueprintId(await made(tool, "gate"))

    after = await tool.update_metadata(blueprint_id=id, title="fence", status="in_progress")

    assert after["changed"] == ["title", "status"]
    assert (after["title"], after["description"]) == ("fence", "all of it")
    same = await tool.update_metadata(blueprint_id=id, title="fence")
    assert same["changed"] == []


async def test_an_update_out_of_bounds_changes_nothing(tool: BlueprintTool) -> None:
    id = BlueprintId(await made(tool, "gate"))

    said = await refusal(
        tool, "update_metadata", blueprint_id=id, title="fence", status="soon", priority_score=99
    )

    assert "status: input should be 'draft', 'ready', 'in_progress', 'done' or 'dropped'" in said
    assert "priority_score" in said
    assert (await tool.get(blueprint_id=id)).title == "gate"


async def test_a_long_description_is_read_on_from_a_character(tool: BlueprintTool) -> None:
    id = BlueprintId(await made(tool, "gate", description="0123456789"))

    assert (await tool.get(blueprint_id=id, from_char=7)).description == "789"


@pytest.mark.parametrize("action", ["get", "update_metadata", "delete", "get_dependencies"])
async def test_an_id_that_is_not_there_is_named_with_the_way_out(
    tool: BlueprintTool, action: str
) -> None:
    with pytest.raises(NotFound, match="No blueprint is stored as 'bp_none'") as caught:
        await tool.run(action, {"blueprint_id": "bp_none"})

    assert caught.value.hint == "blueprint_action list_project shows what this project has."


async def test_a_blueprint_that_nothing_needs_is_deleted_at_once(tool: BlueprintTool) -> None:
    id = BlueprintId(await made(tool, "gate"))

    gone = await tool.delete(blueprint_id=id)

    assert (gone["title"], gone["dependents"], gone["dependent_count"]) == ("gate", [], 0)
    assert (await tool.list_project()).total == 0


async def test_a_blueprint_that_others_need_is_deleted_when_that_is_confirmed(
    tool: BlueprintTool,
) -> None:
    wall, paint = await made(tool, "wall"), await made(tool, "paint")
    await need(tool, paint, wall)

    with pytest.raises(ConfirmationRequired, match=f"{wall}, needed by {paint}"):
        await tool.delete(blueprint_id=BlueprintId(wall))

    gone = await tool.delete(blueprint_id=BlueprintId(wall), confirm=True)
    assert (gone["dependents"], gone["dependent_count"]) == ([paint], 1)
    assert (await tool.get_dependencies(blueprint_id=BlueprintId(paint))).total == 0


async def test_an_analysis_says_which_words_and_counts_made_it(tool: BlueprintTool) -> None:
    told = await tool.analyze_complexity(
        title="Migrate the database",
        description="Maintain the email list.\n- backup\n- test",
        required_skills=("sql",),
    )

    assert told["words_found"] == {"data": ["backup", "database", "migrate"]}
    assert (told["step_count"], told["heuristic"]) == (2, True)
    assert told["complexity_score"] == pytest.approx(sum(told["parts"].values()))
    assert told["complexity_score"] <= told["levels_end_at"][told["complexity"]]


async def test_an_analysis_of_nothing_is_refused(tool: BlueprintTool) -> None:
    assert "description: is required" in await refusal(tool, "analyze_complexity", title="x")


async def test_projects_do_not_see_each_other(tool: BlueprintTool) -> None:
    id = await made(tool, "secret", project_id="elsewhere")

    assert (await tool.list_project()).total == 0
    assert (await tool.resolve_order())["total"] == 0
    with pytest.raises(NotFound):
        await tool.delete(blueprint_id=BlueprintId(id))
