"""Making, finding, changing and deleting agents."""

import pytest

from tests.tools.letta.letta_tools import MODEL, NOBODY, Bridge, unique

pytestmark = pytest.mark.anyio


async def test_agents_are_listed_small_the_newest_first(bridge: Bridge) -> None:
    tag = unique("tag")
    first, second = bridge.agent("old", tags=[tag]), bridge.agent("new", tags=[tag])

    told = await bridge.call("list_agents", tags=[tag])

    assert [each["id"] for each in told["items"]] == [second.id, first.id]
    assert (told["returned"], told["has_more"]) == (2, False)
    newest = told["items"][0]
    assert newest["name"] == "new"
    assert newest["model"] == MODEL
    assert newest["system_chars"] == len(second.system)
    assert newest["messages_in_context"] == 1
    assert "description" not in newest


async def test_a_list_goes_on_at_its_cursor_and_ends(bridge: Bridge) -> None:
    tag = unique("tag")
    made = [bridge.agent(f"a{number}", tags=[tag]).id for number in range(3)]

    first = await bridge.call("list_agents", tags=[tag], limit=2)
    rest = await bridge.call("list_agents", tags=[tag], limit=2, cursor=first["next"])

    assert first["has_more"]
    assert [each["id"] for each in first["items"] + rest["items"]] == made[::-1]
    assert not rest["has_more"]
    assert "next" not in rest


async def test_agents_are_found_by_a_part_of_the_name_and_all_the_tags(bridge: Bridge) -> None:
    name, tag = unique("earlgrey"), unique("tag")
    both = bridge.agent(name, tags=[tag, "black"])
    bridge.agent(name, tags=[tag])

    told = await bridge.call("list_agents", query=name[:12].upper(), tags=f"{tag}, black")

    assert [each["id"] for each in told["items"]] == [both.id]


async def test_a_list_without_a_bound_is_refused(bridge: Bridge) -> None:
    error = await bridge.refused("list_agents", limit=201, cursor="yesterday")

    assert error["code"] == "invalid_arguments"
    assert "limit: input should be less than or equal to 200" in error["message"]
    assert "cursor: " in error["message"]


async def test_a_created_agent_has_what_was_asked_for(bridge: Bridge) -> None:
    name = unique("matcha")
    blocks = [
        {"label": "human", "value": "Likes green tea."},
        {"label": "tea", "value": "sencha", "description": "What is in the tin."},
    ]
    told = await bridge.call(
        "create_agent",
        name=name,
        description="Knows tea.",
        blocks=blocks,
        tools=["core_memory_append"],
        base_tools=False,
        tags=["green"],
    )
    bridge.made.append(told["id"])

    there = bridge.direct.agents.retrieve(
        told["id"], include=["agent.blocks", "agent.tools", "agent.tags"]
    )
    assert (there.name, there.description, there.tags) == (name, "Knows tea.", ["green"])
    assert there.model == told["model"] == MODEL
    assert {each.label: each.value for each in there.blocks} == {
        "human": "Likes green tea.",
        "tea": "sencha",
    }
    assert [each.name for each in there.tools] == ["core_memory_append"]
    assert told["tools"] == [{"id": there.tools[0].id, "name": "core_memory_append"}]
    assert "system" not in told


async def test_tools_are_attached_by_id_too_and_letta_adds_its_own(bridge: Bridge) -> None:
    [tool] = bridge.direct.tools.list(name="core_memory_replace").items
    told = await bridge.call("create_agent", name="by id", tools=[tool.id])
    bridge.made.append(told["id"])

    there = bridge.direct.agents.tools.list(told["id"]).items

    assert tool.id in {each.id for each in there}
    assert len(there) > 1


async def test_no_agent_is_made_with_a_model_that_is_none(bridge: Bridge) -> None:
    name = unique("none")

    error = await bridge.refused("create_agent", name=name, model="no/such")

    assert (error["code"], error["status"]) == ("letta_refused", 404)
    assert "no/such" in error["message"]
    assert "letta_list_models" in error["hint"]
    assert bridge.direct.agents.list(name=name).items == []


async def test_no_agent_is_made_of_what_letta_would_take_amiss(bridge: Bridge) -> None:
    name = unique("amiss")
    twice = [{"label": "a", "value": "1"}, {"label": "a", "value": "2"}]

    labels = await bridge.refused("create_agent", name=name, blocks=twice)
    slash = await bridge.refused("create_agent", name=f"{name}/x")
    path = await bridge.refused(
        "create_agent", name=name, blocks=[{"label": "../human", "value": ""}]
    )

    assert "blocks: labels are used more than once: a" in labels["message"]
    assert "name: string should match pattern" in slash["message"]
    assert "blocks.0.label: string should match pattern" in path["message"]
    assert bridge.direct.agents.list(query_text=name).items == []


async def test_a_tool_that_does_not_exist_is_named(bridge: Bridge) -> None:
    name = unique("toolless")

    error = await bridge.refused("create_agent", name=name, tools=["no_such_tool"])

    if bridge.is_real:
        assert (error["code"], error["status"]) == ("letta_refused", 400)
        assert "no_such_tool" in error["message"]
    else:
        # The stand-in leaves the tool out; that is seen in its answer.
        assert error["code"] == "letta_inconsistent"
        assert "does not show as asked: tools" in error["message"]
        bridge.made += [each.id for each in bridge.direct.agents.list(name=name).items]


async def test_an_agent_is_told_with_the_parts_asked_for(bridge: Bridge) -> None:
    made = bridge.agent("parts", description="All of it.", tags=["black"])

    small = await bridge.call("get_agent", agent_id=made.id)
    whole = await bridge.call(
        "get_agent", agent_id=made.id, include=["blocks", "tools", "tags", "system"]
    )

    assert not {"blocks", "tools", "tags", "system", "cached_s"} & small.keys()
    assert small["description"] == "All of it."
    assert whole["tags"] == ["black"]
    assert whole["tools"] == []
    assert whole["system"] == made.system
    assert {each["label"]: each["value"] for each in whole["blocks"]} == {
        "human": "Drinks tea.",
        "persona": "A cook.",
    }


async def test_an_agent_that_is_not_there_is_named_with_the_way_out(bridge: Bridge) -> None:
    error = await bridge.refused("get_agent", agent_id=NOBODY)

    assert (error["code"], error["status"]) == ("letta_refused", 404)
    assert NOBODY in error["message"]
    assert error["hint"] == "letta_list_agents with query finds an agent by a part of its name."


async def test_an_id_or_a_part_that_is_none_is_refused(bridge: Bridge) -> None:
    error = await bridge.refused("get_agent", agent_id="agent-1", include=["soul"])

    assert "agent_id: string should match pattern" in error["message"]
    assert "include.0: input should be 'blocks', 'tools', 'tags' or 'system'" in error["message"]


async def test_an_update_changes_what_is_given_and_nothing_else(bridge: Bridge) -> None:
    made = bridge.agent("before", description="Kept.", tags=["old"])

    told = await bridge.call(
        "update_agent", agent_id=made.id, name="after", system="Be brief.", tags=["new"]
    )

    assert told["changed"] == ["name", "system", "tags"]
    assert (told["name"], told["tags"]) == ("after", ["new"])
    there = bridge.direct.agents.retrieve(made.id, include=["agent.blocks", "agent.tags"])
    assert (there.name, there.system, there.description) == ("after", "Be brief.", "Kept.")
    assert there.tags == ["new"]
    assert len(there.blocks) == 2


async def test_an_update_moves_to_another_model(bridge: Bridge) -> None:
    made = bridge.agent("moves")

    await bridge.call("update_agent", agent_id=made.id, model="openai-proxy/gpt-4o")

    assert bridge.direct.agents.retrieve(made.id).model == "openai-proxy/gpt-4o"


async def test_an_update_of_nothing_or_of_nobody_is_refused(bridge: Bridge) -> None:
    nothing = await bridge.refused("update_agent", agent_id=NOBODY)
    nobody = await bridge.refused("update_agent", agent_id=NOBODY, name="ghost")

    assert "one of name, description, system, tags, model, embedding" in nothing["message"]
    assert (nobody["code"], nobody["status"]) == ("letta_refused", 404)
    assert "letta_list_agents" in nobody["hint"]


async def test_an_agent_is_deleted_only_when_that_is_meant(bridge: Bridge) -> None:
    made = bridge.agent("doomed")

    error = await bridge.refused("delete_agent", agent_id=made.id)

    assert error["code"] == "confirmation_required"
    assert f"the agent 'doomed' ({made.id})" in error["message"]
    assert bridge.is_there(made.id)

    told = await bridge.call("delete_agent", agent_id=made.id, confirm=True)

    assert told == {"deleted": made.id}
    assert not bridge.is_there(made.id)


async def test_an_agent_is_not_deleted_twice(bridge: Bridge) -> None:
    error = await bridge.refused("delete_agent", agent_id=NOBODY, confirm=True)

    assert (error["code"], error["status"]) == ("letta_refused", 404)
