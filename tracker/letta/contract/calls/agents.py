"""Agents: made, listed, read, changed, deleted; and how wrong requests are refused."""

from functools import partial
from typing import Any

from letta_client.types import AgentState

from tracker.letta.contract.recorder import EMBEDDING, MODEL, NOBODY, Recorder


def names(page: Any) -> list[str]:  # noqa: ANN401  pages of many kinds
    """Return the names on a page, in its order."""
    return [each.name for each in page.items]


def make(recorder: Recorder, name: str, **fields: Any) -> AgentState:  # noqa: ANN401
    """Make an agent of this run with two blocks and no tools."""
    return recorder.client.agents.create(**new(recorder, name, **fields))


def new(recorder: Recorder, name: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return what such an agent is made of."""
    blocks = [{"label": "human", "value": "Sam"}, {"label": "persona", "value": "Patient."}]
    return {
        "name": f"{name}_{recorder.token}",
        "model": MODEL,
        "embedding": EMBEDDING,
        "memory_blocks": blocks,
        "include_base_tools": False,
        "tags": [recorder.token],
    } | fields


def called(recorder: Recorder) -> None:
    """Make the calls about agents."""
    _server(recorder)
    first = _created(recorder)
    _listed(recorder, first)
    _read(recorder, first)
    _changed(recorder, first)
    _deleted(recorder, first)


def _server(recorder: Recorder) -> None:
    client = recorder.client
    recorder.call("health", client.with_raw_response.health, lambda it: it.status)
    recorder.call(
        "models.list",
        client.models.with_raw_response.list,
        lambda it: MODEL in [each.handle for each in it],
    )
    recorder.call(
        "embeddings.list",
        client.models.embeddings.with_raw_response.list,
        lambda it: EMBEDDING in [each.handle for each in it],
    )
    recorder.request("route.unknown", "GET", "/v1/nothing-here")
    recorder.request("route.wrong_method", "PUT", "/v1/agents/")
    recorder.request("route.without_slash", "GET", "/v1/agents")


def _created(recorder: Recorder) -> AgentState:
    agents = recorder.client.agents.with_raw_response
    first = recorder.call(
        "agent.create",
        lambda: agents.create(**new(recorder, "first")),
        lambda it: [it.name, it.agent_type, it.model, it.embedding, it.tags],
    )
    recorder.call(
        "agent.create.base_tools",
        lambda: agents.create(**new(recorder, "second", include_base_tools=True)),
        lambda it: sorted(tool.name or "" for tool in it.tools),
    )
    make(recorder, "third", tags=[recorder.token, f"rare_{recorder.token}"])
    recorder.refused("agent.create.unknown_model", lambda: agents.create(model="nope/x"))
    recorder.refused("agent.create.no_model", lambda: agents.create(name="none"))
    recorder.refused(
        "agent.create.unknown_embedding", lambda: agents.create(model=MODEL, embedding="nope/x")
    )
    wrong: Any = 5
    recorder.refused("agent.create.wrong_type", lambda: agents.create(name=wrong))
    return first


def _listed(recorder: Recorder, first: AgentState) -> None:
    agents = recorder.client.agents.with_raw_response
    tags = [recorder.token]
    page = recorder.call("agents.list", lambda: agents.list(tags=tags), names)
    second = page.items[1].id
    rare = f"rare_{recorder.token}"
    asked: dict[str, dict[str, Any]] = {
        "limit": {"limit": 1},
        "after": {"after": second},
        "before": {"before": second},
        "oldest_first": {"order": "asc"},
        "oldest_first.after": {"order": "asc", "after": second},
        "oldest_first.limit": {"order": "asc", "limit": 2},
        "query_text": {"query_text": "FIRST"},
        "name": {"name": f"first_{recorder.token}"},
        "name.part": {"name": "first"},
        "any_tag": {"tags": [recorder.token, rare]},
        "all_tags": {"tags": [recorder.token, rare], "match_all_tags": True},
        "include": {"include": ["agent.tags", "agent.blocks"], "limit": 1},
    }
    for name, options in asked.items():
        recorder.call(
            f"agents.list.{name}", partial(agents.list, **{"tags": tags} | options), names
        )
    wrong: Any = "sideways"
    recorder.refused("agents.list.wrong_order", lambda: agents.list(order=wrong))
    recorder.request("agents.count", "GET", f"/v1/agents/count?tags={recorder.token}", int)
    recorder.request(
        "legacy.agents.list",
        "GET",
        f"/v1/agents/?tags={recorder.token}&name={first.name}",
        lambda it: [len(it[0]["blocks"]), it[0]["tags"]],
    )


def _read(recorder: Recorder, first: AgentState) -> None:
    agents = recorder.client.agents.with_raw_response
    recorder.call(
        "agent.get",
        lambda: agents.retrieve(first.id),
        lambda it: [it.name, len(it.blocks), it.tags],
    )
    recorder.call(
        "agent.get.include",
        lambda: agents.retrieve(first.id, include=["agent.blocks", "agent.tools", "agent.tags"]),
        lambda it: [sorted(block.label or "" for block in it.blocks), it.tags],
    )
    recorder.call(
        "agent.get.include_tags",
        lambda: agents.retrieve(first.id, include=["agent.tags"]),
        lambda it: [len(it.blocks), it.tags],
    )
    recorder.refused("agent.get.unknown", lambda: agents.retrieve(f"agent-{NOBODY}"))
    recorder.refused("agent.get.malformed", lambda: agents.retrieve("agent-xyz"))
    recorder.request("legacy.agent.get", "GET", f"/v1/agents/{first.id}")


def _changed(recorder: Recorder, first: AgentState) -> None:
    agents = recorder.client.agents.with_raw_response
    recorder.call(
        "agent.update",
        lambda: agents.update(
            first.id,
            description="kept",
            name=f"renamed_{recorder.token}",
            metadata={"color": "green"},
        ),
        lambda it: [it.description, it.name, it.metadata, len(it.blocks), it.tags],
    )
    rules: list[Any] = [
        {"type": "run_first", "tool_name": "look"},
        {"type": "exit_loop", "tool_name": "stop"},
        {"type": "constrain_child_tools", "tool_name": "look", "children": ["stop"]},
        {"type": "max_count_per_step", "tool_name": "look", "max_count_limit": 2},
        {"type": "requires_approval", "tool_name": "stop"},
    ]
    recorder.call(
        "agent.update.tool_rules",
        lambda: agents.update(first.id, tool_rules=rules),
        lambda it: [[rule.type, rule.tool_name] for rule in it.tool_rules or []],
    )
    recorder.call(
        "agent.get.after_update",
        lambda: agents.retrieve(first.id),
        lambda it: [it.description, it.name, len(it.tool_rules or [])],
    )
    recorder.call(
        "agent.update.nothing",
        lambda: agents.update(first.id, description=None),
        lambda it: it.description,
    )
    wrong: Any = [{"type": "no-such-rule", "tool_name": "look"}]
    recorder.refused("agent.update.wrong_rule", lambda: agents.update(first.id, tool_rules=wrong))
    recorder.refused("agent.update.unknown", lambda: agents.update(f"agent-{NOBODY}", name="x"))
    recorder.refused("agent.update.unknown_model", lambda: agents.update(first.id, model="nope/x"))


def _deleted(recorder: Recorder, first: AgentState) -> None:
    agents = recorder.client.agents.with_raw_response
    recorder.call("agent.delete", lambda: agents.delete(first.id))
    recorder.refused("agent.delete.again", lambda: agents.delete(first.id))
    recorder.refused("agent.get.deleted", lambda: agents.retrieve(first.id))
    recorder.call("agents.list.after_delete", lambda: agents.list(tags=[recorder.token]), names)
