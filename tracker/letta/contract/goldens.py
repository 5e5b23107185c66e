"""Which parts of the recorded answers the stand-in answers with."""

from typing import Any

from tracker.letta.contract.shapes import Json


def golden(bodies: dict[str, Json]) -> dict[str, Any]:
    """Return the golden answers, without embeddings and without what one run made."""
    said: dict[str, Any] = bodies
    agent = said["agent.create"]
    return {
        "health": said["health"],
        "models": said["models.list"],
        "embeddings": said["embeddings.list"],
        "agent": agent | {"blocks": [], "memory": agent["memory"] | {"blocks": []}, "tags": []},
        "core_memory": agent["memory"] | {"blocks": []},
        "agent_tools": [tool["name"] for tool in said["agent.create.base_tools"]["tools"]],
        "block": said["block.create"],
        "block_descriptions": {each["label"]: each["description"] for each in agent["blocks"]},
        "base_tools": said["tools.list"],
        "tool": said["tool.create"],
        "messages": {
            message["message_type"]: message for message in said["messages.list.after_tool_call"]
        },
        "send": said["message.create"] | {"messages": []},
        "ping": said["message.stream"][0],
        "stream_usage": said["message.stream.tokens"][-1],
        "run": said["runs.list"][0],
        "run_usage": said["run.usage"],
        "step": said["run.steps"][0],
        "passage": said["passage.create"][0] | {"embedding": None, "tags": None},
        "export": _exported(said["agent.export"]),
    }


def _exported(file: Any) -> dict[str, Any]:  # noqa: ANN401
    agent = file["agents"][0]
    one = agent | {"messages": agent["messages"][:1]}
    return {**file, "agents": [one], "blocks": file["blocks"][:1], "tools": []}
