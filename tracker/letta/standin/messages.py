"""Messages: sent to an agent, which answers as the stub of a model would; listed; counted."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tracker.letta.standin.agents import shown, start
from tracker.letta.standin.answers import Body, golden, like, new_id, now, now_s
from tracker.letta.standin.memory import by_label
from tracker.letta.standin.requests import Asked, Page, Refused, RunPage, Searched, Sent
from tracker.letta.standin.state import PER_AGENT_MAX, Agent, State, absent, make_room

PAGE: Final = 100
MESSAGES: Final = 4
"""A message makes so many at most: itself, a call, what that gave, a text."""
PIECE: Final = 8
"""Characters of text in an event, when tokens are streamed; of arguments it is ARGUMENTS."""
ARGUMENTS: Final = 16
CALL: Final = re.compile(r"CALL (\w+) (\{.*\})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Events:
    """An answer that comes in events: those at once, and those when the model has answered."""

    at_once: list[Body]
    later: list[Body]


def create(state: State, asked: Asked) -> Body | Events:
    """Send a message to an agent; return its answer, whole or in events."""
    sent = asked.content(Sent)
    if sent.streaming:
        if not asked.modern:
            raise Refused(422, "streaming=true is only supported for SDK v1.0+ clients.")
        return stream(state, asked)
    answered = _answer(state, asked, sent)
    usage = golden()["send"]["usage"] | _usage(answered)
    return like("send", messages=answered, usage=usage)


def stream(state: State, asked: Asked) -> Events:
    """Send a message to an agent; return its answer in events."""
    sent = asked.content(Sent)
    answered = _answer(state, asked, sent)
    run = answered[0]["run_id"]
    ping = golden()["ping"] | {"id": new_id("ping"), "date": now_s(), "run_id": run}
    events = [
        event for each in answered for event in (_pieces(each) if sent.stream_tokens else [each])
    ]
    # Streamed tokens are counted without what a cache saved.
    counted = golden()["stream_usage"] if sent.stream_tokens else golden()["send"]["usage"]
    usage = counted | _usage(answered)
    return Events(
        [ping] if sent.include_pings else [], [*events, golden()["send"]["stop_reason"], usage]
    )


def all(state: State, asked: Asked) -> list[Body]:
    """Return a page of an agent's messages. They come oldest first, whatever is asked for."""
    which = asked.page(Page)
    held = state.owner(asked.path["agent_id"]).messages
    ids = [each["id"] for each in held]
    for cursor in (which.before, which.after):
        if cursor is not None and cursor not in ids:
            agent_id = asked.path["agent_id"]
            raise Refused(404, f"No message found with id '{cursor}' for agent '{agent_id}'.")
    first = ids.index(which.after) + 1 if which.after else 0
    last = ids.index(which.before) if which.before else len(ids)
    limit = PAGE if which.limit is None else which.limit
    found = held[first:last]
    return found[:limit] if which.order == "asc" else found[max(0, len(found) - limit) :]


def reset(state: State, asked: Asked) -> Body:
    """Forget an agent's messages but the first."""
    agent = state.row(asked.path["agent_id"])
    start(agent)
    return shown(state, agent)


def search(_: State, asked: Asked) -> Body:
    """Refuse as a server without a search engine does."""
    asked.content(Searched)
    needs = "message embedding, OpenAI, and Turbopuffer"
    raise Refused(400, f"Message search requires {needs} to be enabled.")


def steps(_: State, __: Asked) -> Body:
    """Refuse as the real server does, always: a defect of its."""
    kind = "typing.Optional[str]; is False of type <class 'bool'>"
    raise Refused(400, f"Argument order does not match type {kind}")


def runs(state: State, asked: Asked) -> list[Body]:
    """Return the runs of an agent or of all, newest first."""
    which = asked.page(RunPage)
    found = [
        run
        for id, agent in state.agents.items()
        if which.agent_id in {None, id}
        for run in agent.runs
    ]
    found.sort(key=lambda it: it["created_at"], reverse=which.order == "desc")
    return [_without_usage(run) for run in found[: which.limit or PAGE]]


def usage(state: State, asked: Asked) -> Body:
    """Return what a run used."""
    return like("run_usage", **_run(state, asked)["usage"])


def run_steps(state: State, asked: Asked) -> list[Body]:
    """Return the steps of a run: one, here."""
    run = _run(state, asked)
    ids = {"id": run["step_id"], "run_id": run["id"], "agent_id": run["agent_id"]}
    return [like("step", **ids, **run["usage"])]


def _run(state: State, asked: Asked) -> Body:
    id = asked.path["run_id"]
    for agent in state.agents.values():
        for run in agent.runs:
            if run["id"] == id:
                return run
    raise absent("run", id)


def _without_usage(run: Body) -> Body:
    return {key: value for key, value in run.items() if key not in {"usage", "step_id"}}


def _answer(state: State, asked: Asked, sent: Sent) -> list[Body]:
    """Keep what was said, and return the messages that answer it."""
    if sent.input is None and not sent.messages:
        raise Refused(422, "Messages must not be empty")
    agent = state.agent(asked.path["agent_id"])
    make_room(len(agent.messages), PER_AGENT_MAX, "messages of an agent", more=MESSAGES)
    content = sent.messages[-1].content if sent.messages else sent.input
    text = content if isinstance(content, str) else _text(content or [])
    ids = {"step_id": new_id("step"), "run_id": new_id("run"), "date": now_s()}
    said = _message("user_message", ids, content=text)
    answered = [*_called(state, agent, text, ids)]
    reply = answered[-1]["tool_return"] if answered else text
    digest = hashlib.sha256(reply.encode()).hexdigest()[:8]
    answered.append(_message("assistant_message", ids, content=f"stub-reply:{digest}"))
    agent.messages += [said, *answered]
    agent.fields["message_ids"] = [each["id"] for each in agent.messages]
    agent.fields["last_stop_reason"] = "end_turn"
    time = now()
    agent.runs.append(
        like("run", id=ids["run_id"], agent_id=asked.path["agent_id"], created_at=time)
        | {"completed_at": time.removesuffix("Z"), "step_id": ids["step_id"]}
        | {"usage": _tokens(answered)}
    )
    del agent.runs[:-PER_AGENT_MAX]
    return answered


def _called(state: State, agent: Agent, text: str, ids: Body) -> Iterator[Body]:
    """Yield the call of a tool and what it gave, if the text orders one the agent has."""
    ordered = CALL.search(text)
    names = {state.tools[id]["name"] for id in agent.tools}
    if ordered is None or ordered[1] not in names:
        return
    try:
        arguments, _ = json.JSONDecoder().raw_decode(ordered[2])
    except ValueError:
        return
    call_id = f"call_{new_id('')[1:9]}"
    call = {"name": ordered[1], "arguments": json.dumps(arguments), "tool_call_id": call_id}
    yield _message("tool_call_message", ids, tool_call=call, tool_calls=[call])
    gave = {"tool_return": _done(state, agent, ordered[1], arguments), "tool_call_id": call_id}
    message = _message("tool_return_message", ids, name=ordered[1], **gave)
    yield message | {"tool_returns": [message["tool_returns"][0] | gave]}


def _done(state: State, agent: Agent, name: str, arguments: Body) -> str:
    """Do what a tool of memory does; of other tools only the call is shown."""
    id = by_label(state, agent, str(arguments.get("label")))
    if id is None or name not in {"memory_insert", "memory_replace", "core_memory_append"}:
        return "None"
    value = state.blocks[id]["value"]
    if name == "memory_replace":
        value = value.replace(str(arguments.get("old_string")), str(arguments.get("new_string")))
    else:
        more = arguments.get("new_string", arguments.get("content", ""))
        value = f"{value}\n{more}"
    state.blocks[id] = state.blocks[id] | {"value": value}
    return str(value)


def _message(kind: str, ids: Body, **fields: Any) -> Body:  # noqa: ANN401
    id = new_id("message")
    otid = id.removeprefix("message-")[:-2] + "00"
    message: Body = golden()["messages"][kind] | ids | {"id": id, "otid": otid} | fields
    return message


def _text(parts: list[dict[str, Any]]) -> str:
    return " ".join(str(part.get("text", "")) for part in parts)


def _pieces(message: Body) -> Iterator[Body]:
    """Yield a message in pieces, as the tokens of a model come."""
    if message["message_type"] == "assistant_message":
        text = message["content"]
        for start in range(0, len(text), PIECE):
            yield message | {"content": text[start : start + PIECE]}
    elif message["message_type"] == "tool_call_message":
        call = message["tool_call"]
        same = {"tool_call_id": call["tool_call_id"]}
        said = call["arguments"]
        starts = range(0, len(said), ARGUMENTS)
        parts = [{"arguments": said[start : start + ARGUMENTS]} | same for start in starts]
        for part in ({"name": call["name"]} | same, *parts):
            yield message | {"tool_call": part, "tool_calls": part}
    else:
        yield message


def _tokens(answered: list[Body]) -> Body:
    completion = sum(max(1, len(str(each.get("content") or "")) // 4) for each in answered)
    prompt = golden()["send"]["usage"]["prompt_tokens"]
    return {
        "completion_tokens": completion,
        "prompt_tokens": prompt,
        "total_tokens": prompt + completion,
    }


def _usage(answered: list[Body]) -> Body:
    return _tokens(answered) | {"step_count": 1 + (len(answered) > 1)}
