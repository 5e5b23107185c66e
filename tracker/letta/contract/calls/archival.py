"""Archival memory: passages inserted, listed, searched, deleted."""

from functools import partial
from typing import Any

from tracker.letta.contract.calls.agents import make
from tracker.letta.contract.recorder import NOBODY, Recorder


def texts(passages: Any) -> list[str]:  # noqa: ANN401  what the SDK calls a response
    """Return the texts of passages, in their order."""
    return [each.text for each in passages]


def called(recorder: Recorder) -> None:
    """Make the calls about archival memory."""
    agent_id = make(recorder, "archiving").id
    passages = recorder.client.agents.passages.with_raw_response
    recorder.call("passages.list.none", lambda: passages.list(agent_id), texts)
    made = recorder.call(
        "passage.create",
        lambda: passages.create(agent_id, text="the sky is blue", tags=["a", "b"]),
        lambda it: [it[0].text, sorted(it[0].tags or [])],
    )
    recorder.call(
        "passage.create.no_tags", lambda: passages.create(agent_id, text="grass is green"), texts
    )
    recorder.client.agents.passages.create(agent_id, text="the sea is deep", tags=["b"])
    recorder.refused(
        "passage.create.unknown_agent", lambda: passages.create(f"agent-{NOBODY}", text="x")
    )
    wrong: Any = None
    recorder.refused("passage.create.no_text", lambda: passages.create(agent_id, text=wrong))
    _listed(recorder, agent_id)
    _searched(recorder, agent_id)
    first = made[0].id or ""
    recorder.call("passage.delete", lambda: passages.delete(first, agent_id=agent_id))
    recorder.refused("passage.delete.again", lambda: passages.delete(first, agent_id=agent_id))
    recorder.call("passages.list.after_delete", lambda: passages.list(agent_id), texts)


def _listed(recorder: Recorder, agent_id: str) -> None:
    passages = recorder.client.agents.passages.with_raw_response
    page = recorder.call("passages.list", lambda: passages.list(agent_id), texts)
    asked: dict[str, dict[str, Any]] = {
        "limit": {"limit": 1},
        "newest": {"ascending": False},
        "search": {"search": "SKY"},
        "after": {"after": page[0].id},
        "before": {"before": page[2].id},
    }
    for name, options in asked.items():
        recorder.call(f"passages.list.{name}", partial(passages.list, agent_id, **options), texts)


def _searched(recorder: Recorder, agent_id: str) -> None:
    passages = recorder.client.agents.passages.with_raw_response
    recorder.call(
        "passages.search",
        lambda: passages.search(agent_id, query="the sky is blue", top_k=1),
        lambda it: [it.count, it.results[0].content],
    )
    recorder.call(
        "passages.search.all",
        lambda: passages.search(agent_id, query="the sky is blue"),
        lambda it: [it.count, sorted(each.content for each in it.results)],
    )
    tagged: dict[str, dict[str, Any]] = {
        "any_tag": {"tags": ["a", "b"]},
        "all_tags": {"tags": ["a", "b"], "tag_match_mode": "all"},
        "no_such_tag": {"tags": ["c"]},
    }
    for name, options in tagged.items():
        recorder.call(
            f"passages.search.{name}",
            partial(passages.search, agent_id, query="sea", **options),
            lambda it: sorted(each.content for each in it.results),
        )
    recorder.refused(
        "passages.search.unknown_agent", lambda: passages.search(f"agent-{NOBODY}", query="x")
    )
    recorder.call(
        "passages.search.everywhere",
        lambda: recorder.client.passages.with_raw_response.search(query="sky", agent_id=agent_id),
        lambda it: sorted(each.passage.text for each in it),
    )
