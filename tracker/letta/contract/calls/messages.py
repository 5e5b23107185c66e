"""Messages: sent, streamed, listed; the tools they make the model call; what they used."""

from functools import partial
from typing import Any

from tracker.letta.contract.calls.agents import make
from tracker.letta.contract.recorder import NOBODY, Recorder


def kinds(page: Any) -> list[str]:  # noqa: ANN401  pages of many kinds
    """Return the types of messages on a page, in its order."""
    return [each.message_type for each in page.items]


def called(recorder: Recorder) -> None:
    """Make the calls about messages."""
    agent_id = make(recorder, "talking").id
    _sent(recorder, agent_id)
    _listed(recorder, agent_id)
    _used(recorder, agent_id)
    _streamed(recorder, agent_id)
    _worked(recorder)


def _sent(recorder: Recorder, agent_id: str) -> None:
    messages = recorder.client.agents.messages.with_raw_response
    said: list[Any] = [{"role": "user", "content": "hello"}]
    sent = recorder.call("message.create", lambda: messages.create(agent_id, messages=said))
    again = recorder.call("message.create.input", lambda: messages.create(agent_id, input="hello"))
    for name, answer in (("message.create", sent), ("message.create.input", again)):
        last: Any = answer.messages[-1]
        types = [each.message_type for each in answer.messages]
        recorder.effect(name, [types, bool(last.content), answer.stop_reason.stop_reason])
    recorder.refused(
        "message.create.unknown_agent", lambda: messages.create(f"agent-{NOBODY}", input="x")
    )
    recorder.refused("message.create.empty", lambda: messages.create(agent_id, messages=[]))
    recorder.refused("message.create.nothing", lambda: messages.create(agent_id))


def _listed(recorder: Recorder, agent_id: str) -> None:
    messages = recorder.client.agents.messages.with_raw_response
    page = recorder.call("messages.list", lambda: messages.list(agent_id), kinds)
    ids = [each.id for each in page.items]

    def places(page: Any) -> list[int]:  # noqa: ANN401
        return [ids.index(each.id) for each in page.items]

    asked: dict[str, dict[str, Any]] = {
        "limit": {"limit": 2},
        "oldest": {"limit": 2, "order": "asc"},
        "before": {"limit": 2, "before": ids[3]},
        "before.all": {"before": ids[2]},
        "after": {"limit": 2, "after": ids[0]},
        "after.oldest": {"limit": 2, "after": ids[0], "order": "asc"},
        "after.last": {"after": ids[-1]},
    }
    for name, options in asked.items():
        recorder.call(f"messages.list.{name}", partial(messages.list, agent_id, **options), places)
    recorder.refused(
        "messages.list.unknown_cursor", lambda: messages.list(agent_id, after=f"message-{NOBODY}")
    )
    recorder.refused("messages.list.unknown_agent", lambda: messages.list(f"agent-{NOBODY}"))
    search = recorder.client.messages.with_raw_response
    recorder.refused("messages.search", lambda: search.search(query="hello"))


def _used(recorder: Recorder, agent_id: str) -> None:
    client = recorder.client
    runs = recorder.call(
        "runs.list",
        lambda: client.runs.with_raw_response.list(agent_id=agent_id),
        lambda it: [each.status for each in it.items],
    )
    run = runs.items[0].id
    recorder.call(
        "run.usage",
        lambda: client.runs.usage.with_raw_response.retrieve(run),
        lambda it: it.total_tokens == (it.prompt_tokens or 0) + (it.completion_tokens or 0),
    )
    recorder.call(
        "run.steps",
        lambda: client.runs.steps.with_raw_response.list(run),
        lambda it: [each.status for each in it.items],
    )
    recorder.refused(
        "run.usage.unknown", lambda: client.runs.usage.with_raw_response.retrieve(f"run-{NOBODY}")
    )
    recorder.refused(
        "steps.list", lambda: client.steps.with_raw_response.list(agent_id=agent_id, limit=1)
    )


def _streamed(recorder: Recorder, agent_id: str) -> None:
    path = f"/v1/agents/{agent_id}/messages"
    whole = recorder.stream("message.stream", path, {"input": "hi", "streaming": True})
    told = recorder.stream(
        "message.stream.tokens", path, {"input": "hi", "streaming": True, "stream_tokens": True}
    )
    recorder.stream("message.stream.route", f"{path}/stream", {"input": "hi"})
    recorder.stream(
        "message.stream.no_pings",
        path,
        {"input": "hi", "streaming": True, "include_pings": False},
    )
    events = recorder.client.agents.messages.create(
        agent_id, input="hi", streaming=True, stream_tokens=True
    )
    spoken = "".join(
        str(event.content) for event in events if event.message_type == "assistant_message"
    )
    recorder.observed["message.stream.sdk"] = {
        "status": 200,
        "effect": [bool(whole), told == whole, spoken == whole],
    }


def _worked(recorder: Recorder) -> None:
    agent_id = make(recorder, "tooled", include_base_tools=True).id
    client = recorder.client
    # The model that the server asks is a stub that does as it is told.
    order = 'CALL memory_insert {"label": "human", "new_string": "likes tea"}'
    recorder.call(
        "message.create.tool_call",
        lambda: client.agents.messages.with_raw_response.create(agent_id, input=order),
        lambda it: [each.message_type for each in it.messages],
    )
    recorder.call(
        "block.get.after_tool_call",
        lambda: client.agents.blocks.with_raw_response.retrieve("human", agent_id=agent_id),
        lambda it: it.value,
    )
    recorder.call(
        "messages.list.after_tool_call",
        lambda: client.agents.messages.with_raw_response.list(agent_id),
        kinds,
    )
    recorder.stream(
        "message.stream.tool_call",
        f"/v1/agents/{agent_id}/messages",
        {"input": order, "streaming": True},
    )
    recorder.call(
        "messages.reset",
        lambda: client.agents.messages.with_raw_response.reset(agent_id),
    )
