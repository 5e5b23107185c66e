"""Archival memory: passages inserted, listed, searched, deleted."""

import functools
import hashlib
import re
import struct
from typing import Any, Final

import orjson

from tracker.letta.standin.answers import Body, like, new_id, now
from tracker.letta.standin.requests import (
    Anywhere,
    Asked,
    PassageFields,
    PassagePage,
    PassageSearch,
    Refused,
)
from tracker.letta.standin.state import PER_AGENT_MAX, Agent, State, make_room, page

PAGE: Final = 100
DIMENSION: Final = 1536
DIMENSION_SENT: Final = 4096
"""The server pads its vectors with zeros."""


def create(state: State, asked: Asked) -> list[Body]:
    """Insert a passage."""
    fields = asked.content(PassageFields)
    agent = state.agent(asked.path["agent_id"])
    make_room(len(agent.passages), PER_AGENT_MAX, "passages of an agent")
    time = now()
    times = {"created_at": fields.created_at or time, "updated_at": time}
    passage = like("passage", id=new_id("passage"), text=fields.text, tags=fields.tags, **times)
    agent.passages.append(passage)
    return [_sent(passage)]


def all(state: State, asked: Asked) -> list[Body]:
    """Return a page of an agent's passages, oldest first unless asked otherwise."""
    which = asked.page(PassagePage)
    which.order = "asc" if which.ascending else "desc"
    if not which.ascending:
        # Here `before` means older and `after` newer, whatever the order; elsewhere the order.
        which.before, which.after = which.after, which.before
    which.limit = which.limit or None
    agent = state.agents.get(asked.path["agent_id"])
    held = sorted(agent.passages if agent else (), key=lambda it: it["created_at"])
    sought = (which.search or "").lower()
    found = {each["id"]: each for each in held if sought in each["text"].lower()}
    return [_sent(found[id]) for id in page([*found], which, PAGE)]


def search(state: State, asked: Asked) -> Body:
    """Return the passages most like a query, best first."""
    which = asked.page(PassageSearch)
    agent = state.agent(asked.path["agent_id"])
    every = which.tag_match_mode == "all"
    found = _ranked(agent, which.query, which.tags, every=every) if which.query else []
    results = [
        {
            "id": each["id"],
            "timestamp": each["created_at"].replace("Z", "+00:00"),
            "content": each["text"],
            "tags": each["tags"] or [],
        }
        for each in found[: which.top_k or len(found)]
    ]
    return {"results": results, "count": len(results)}


def search_anywhere(state: State, asked: Asked) -> list[Body]:
    """Return the passages most like a query, of one agent or of all."""
    which = asked.content(Anywhere)
    owners = [agent for id, agent in state.agents.items() if which.agent_id in (None, id)]
    found = [each for agent in owners for each in _ranked(agent, which.query or "", which.tags)]
    return [{"passage": _sent(each), "score": 0.0, "metadata": {}} for each in found[: which.limit]]


def delete(state: State, asked: Asked) -> Body:
    """Delete a passage."""
    agent, id = state.agent(asked.path["agent_id"]), asked.path["memory_id"]
    kept = [each for each in agent.passages if each["id"] != id]
    if len(kept) == len(agent.passages):
        raise Refused(404, f"Passage with id {id} not found in database.")
    agent.passages[:] = kept
    return {"message": f"Memory id={id} successfully deleted"}


def _ranked(agent: Agent, query: str, tags: list[str], *, every: bool = False) -> list[Body]:
    """Return passages by how many words they share with a query; the real server asks a model."""
    words, wanted = _words(query), set(tags)

    def fits(passage: Body) -> bool:
        has = wanted.intersection(passage["tags"] or ())
        return not wanted or (has == wanted if every else bool(has))

    def likeness(passage: Body) -> float:
        own = _words(passage["text"])
        return len(words & own) / len(words | own) if words | own else 0.0

    return sorted(filter(fits, agent.passages), key=likeness, reverse=True)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _sent(passage: Body) -> Body:
    return passage | {"embedding": _embedding()}


@functools.cache
def _embedding() -> Any:  # noqa: ANN401  JSON that is written already
    """Return a vector as long in bytes as a real one: it is most of an answer with passages."""
    digest = hashlib.shake_256(b"embedding").digest(4 * DIMENSION)
    parts = [(each / 2**32 - 0.5) / 16 for each in struct.unpack(f"<{DIMENSION}I", digest)]
    vector = struct.unpack(f"<{DIMENSION}f", struct.pack(f"<{DIMENSION}f", *parts))
    return orjson.Fragment(orjson.dumps([*vector, *[0.0] * (DIMENSION_SENT - DIMENSION)]))
