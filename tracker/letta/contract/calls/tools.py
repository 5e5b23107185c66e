"""Tools: made from source, found, attached to an agent, detached, deleted."""

from tracker.letta.contract.calls.agents import make, names
from tracker.letta.contract.recorder import NOBODY, Recorder

SOURCE = '''def {name}(times: int, word: str = "tea") -> str:
    """Say a word {how}.

    Args:
        times (int): How often.
        word (str): What to say.

    Returns:
        str: The words.
    """
    return word * times
'''


def source(recorder: Recorder, name: str, how: str = "often") -> str:
    """Return the source of a tool of this run."""
    return SOURCE.format(name=f"{name}_{recorder.token}", how=how)


def called(recorder: Recorder) -> None:
    """Make the calls about tools."""
    first, second = _made(recorder)
    _found(recorder, first)
    _attached(recorder, first, second)
    _deleted(recorder, first)


def _made(recorder: Recorder) -> tuple[str, str]:
    tools = recorder.client.tools.with_raw_response
    made = recorder.call(
        "tool.create",
        lambda: tools.create(source_code=source(recorder, "say"), tags=["words"]),
        lambda it: [it.name, it.description, it.tool_type, it.tags],
    )
    again = recorder.call(
        "tool.upsert",
        lambda: tools.upsert(source_code=source(recorder, "say", how="twice")),
        lambda it: [it.name, it.description],
    )
    recorder.effect("tool.upsert", [made.id == again.id, again.description])
    second = recorder.client.tools.upsert(source_code=source(recorder, "shout"))
    recorder.refused("tool.create.no_function", lambda: tools.create(source_code="x = 1"))
    recorder.refused("tool.create.no_python", lambda: tools.create(source_code="def x(:"))
    recorder.request("tool.create.no_source", "PUT", "/v1/tools/")
    return made.id, second.id


def _found(recorder: Recorder, first: str) -> None:
    tools = recorder.client.tools.with_raw_response
    mine = recorder.token
    recorder.call("tool.get", lambda: tools.retrieve(first), lambda it: it.name)
    recorder.refused("tool.get.unknown", lambda: tools.retrieve(f"tool-{NOBODY}"))
    recorder.refused("tool.get.malformed", lambda: tools.retrieve("x"))
    # Those of others may be there too, so only the server's own are compared.
    recorder.call(
        "tools.list",
        lambda: tools.list(exclude_tool_types=["custom"], limit=100),
        lambda it: sorted(names(it)),
    )
    recorder.call("tools.list.name", lambda: tools.list(name=f"say_{mine}"), names)
    recorder.call("tools.list.name.part", lambda: tools.list(name="say"), names)
    recorder.call(
        "tools.list.names", lambda: tools.list(names=[f"say_{mine}", "no_such_tool"]), names
    )
    recorder.call("tools.list.search", lambda: tools.list(search=mine.upper()), names)
    recorder.call("tools.list.search.limit", lambda: tools.list(search=mine, limit=1), names)
    newest = recorder.client.tools.list(search=mine).items[0].id
    recorder.call("tools.list.search.after", lambda: tools.list(search=mine, after=newest), names)
    recorder.call("tools.list.oldest", lambda: tools.list(search=mine, order="asc"), names)
    recorder.call("tools.list.base", lambda: tools.list(name="memory_insert"), names)


def _attached(recorder: Recorder, first: str, second: str) -> None:
    agent_id = make(recorder, "working").id
    tools = recorder.client.agents.tools.with_raw_response
    recorder.call("agent.tools.none", lambda: tools.list(agent_id), names)
    recorder.call("tool.attach", lambda: tools.attach(first, agent_id=agent_id))
    recorder.call("tool.attach.again", lambda: tools.attach(first, agent_id=agent_id))
    recorder.call("agent.tools", lambda: tools.list(agent_id), names)
    recorder.client.agents.tools.attach(second, agent_id=agent_id)
    recorder.call("agent.tools.two", lambda: tools.list(agent_id), names)
    recorder.call("agent.tools.oldest", lambda: tools.list(agent_id, order="asc", limit=1), names)
    recorder.refused(
        "tool.attach.unknown", lambda: tools.attach(f"tool-{NOBODY}", agent_id=agent_id)
    )
    recorder.refused(
        "tool.attach.unknown_agent", lambda: tools.attach(first, agent_id=f"agent-{NOBODY}")
    )
    recorder.refused("agent.tools.unknown_agent", lambda: tools.list(f"agent-{NOBODY}"))
    recorder.call("tool.detach", lambda: tools.detach(first, agent_id=agent_id))
    recorder.call("tool.detach.again", lambda: tools.detach(first, agent_id=agent_id))
    recorder.call("agent.tools.after_detach", lambda: tools.list(agent_id), names)
    recorder.request(
        "legacy.tool.detach",
        "PATCH",
        f"/v1/agents/{agent_id}/tools/detach/{second}",
        lambda it: [len(it["tools"]), len(it["blocks"])],
    )


def _deleted(recorder: Recorder, first: str) -> None:
    tools = recorder.client.tools.with_raw_response
    recorder.call("tool.delete", lambda: tools.delete(first))
    recorder.refused("tool.delete.again", lambda: tools.delete(first))
    recorder.refused("tool.get.deleted", lambda: tools.retrieve(first))
