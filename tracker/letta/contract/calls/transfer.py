"""Agents written to a file and made from one."""

from typing import Any

import orjson

from tracker.letta.contract.calls.agents import make
from tracker.letta.contract.calls.tools import source
from tracker.letta.contract.recorder import NOBODY, Recorder


def called(recorder: Recorder) -> None:
    """Make the calls about agent files."""
    client = recorder.client
    agents = client.agents.with_raw_response
    agent_id = make(recorder, "travelling").id
    tool = client.tools.upsert(source_code=source(recorder, "travel"))
    client.agents.tools.attach(tool.id, agent_id=agent_id)
    client.agents.messages.create(agent_id, input="hello")

    def inside(_: object) -> list[Any]:
        file: Any = recorder.bodies["agent.export"]
        agent = file["agents"][0]
        return [
            *(agent["name"], agent["tags"], len(agent["messages"]), len(agent["tool_ids"])),
            *(sorted(block["label"] for block in file["blocks"]), file["tools"][0]["name"]),
        ]

    recorder.call("agent.export", lambda: agents.export_file(agent_id), inside)
    recorder.refused("agent.export.unknown", lambda: agents.export_file(f"agent-{NOBODY}"))
    file = orjson.dumps(recorder.bodies["agent.export"])
    _imported(recorder, "agent.import", file)
    _imported(
        recorder,
        "agent.import.name",
        file,
        name=f"arrived_{recorder.token}",
        append_copy_suffix=False,
    )
    recorder.refused("agent.import.no_agent", lambda: agents.import_file(file=("x.af", b"{}")))
    recorder.refused("agent.import.no_json", lambda: agents.import_file(file=("x.af", b"zz")))
    recorder.request("agent.import.no_file", "POST", "/v1/agents/import")


def _imported(recorder: Recorder, call: str, file: bytes, **options: Any) -> None:  # noqa: ANN401
    agents = recorder.client.agents
    made = recorder.call(
        call,
        lambda: agents.with_raw_response.import_file(file=("agent.af", file), **options),
        lambda it: len(it.agent_ids),
    )
    recorder.call(
        f"{call}.agent",
        lambda: agents.with_raw_response.retrieve(
            made.agent_ids[0], include=["agent.blocks", "agent.tools", "agent.tags"]
        ),
        lambda it: [
            *(it.name, it.tags, sorted(block.label or "" for block in it.blocks)),
            [tool.name for tool in it.tools],
        ],
    )
    recorder.call(
        f"{call}.messages",
        lambda: agents.messages.with_raw_response.list(made.agent_ids[0]),
        lambda it: [each.message_type for each in it.items],
    )
