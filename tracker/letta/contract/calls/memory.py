"""Core memory: the blocks of an agent, and blocks that are made apart and attached."""

from typing import Any

from tracker.letta.contract.calls.agents import make
from tracker.letta.contract.recorder import NOBODY, Recorder


def labels(page: Any) -> list[str]:  # noqa: ANN401  pages of many kinds
    """Return the labels on a page. Blocks made at once have no order among them."""
    return sorted(each.label for each in page.items)


def count(page: Any) -> int:  # noqa: ANN401  pages of many kinds
    """Return how many are on a page."""
    return len(page.items)


def called(recorder: Recorder) -> None:
    """Make the calls about core memory."""
    agent_id = make(recorder, "remembering").id
    _read(recorder, agent_id)
    _written(recorder, agent_id)
    _attached(recorder, agent_id)


def _read(recorder: Recorder, agent_id: str) -> None:
    blocks = recorder.client.agents.blocks.with_raw_response
    page = recorder.call("blocks.list", lambda: blocks.list(agent_id), labels)
    recorder.call("blocks.list.limit", lambda: blocks.list(agent_id, limit=1), count)
    recorder.call("blocks.list.oldest", lambda: blocks.list(agent_id, order="asc"), labels)
    recorder.call("blocks.list.after", lambda: blocks.list(agent_id, after=page.items[0].id), count)
    recorder.refused("blocks.list.unknown_agent", lambda: blocks.list(f"agent-{NOBODY}"))
    recorder.call(
        "block.get",
        lambda: blocks.retrieve("human", agent_id=agent_id),
        lambda it: [it.label, it.value, it.limit, it.read_only],
    )
    recorder.refused("block.get.unknown", lambda: blocks.retrieve("nope", agent_id=agent_id))
    recorder.request(
        "core_memory.get",
        "GET",
        f"/v1/agents/{agent_id}/core-memory",
        lambda it: sorted(block["label"] for block in it["blocks"]),
    )


def _written(recorder: Recorder, agent_id: str) -> None:
    blocks = recorder.client.agents.blocks.with_raw_response
    recorder.call(
        "block.update",
        lambda: blocks.update("human", agent_id=agent_id, value="Alex"),
        lambda it: it.value,
    )
    recorder.call(
        "block.get.after_update",
        lambda: blocks.retrieve("human", agent_id=agent_id),
        lambda it: it.value,
    )
    recorder.call(
        "block.update.fields",
        lambda: blocks.update("human", agent_id=agent_id, description="who", limit=3),
        lambda it: [it.value, it.description, it.limit],
    )
    recorder.refused(
        "block.update.unknown", lambda: blocks.update("nope", agent_id=agent_id, value="x")
    )
    wrong: Any = 5
    recorder.refused(
        "block.update.wrong_type", lambda: blocks.update("human", agent_id=agent_id, value=wrong)
    )


def _attached(recorder: Recorder, agent_id: str) -> None:
    apart = recorder.client.blocks.with_raw_response
    blocks = recorder.client.agents.blocks.with_raw_response
    label = f"extra_{recorder.token}"
    block = recorder.call(
        "block.create", lambda: apart.create(label=label, value="more"), lambda it: it.value
    )
    twin = recorder.client.blocks.create(label=label, value="same label")
    for name in ("block.attach", "block.attach.again"):
        recorder.call(
            name,
            lambda: blocks.attach(block.id, agent_id=agent_id),
            lambda it: sorted(each.label or "" for each in it.blocks),
        )
    recorder.refused("block.attach.same_label", lambda: blocks.attach(twin.id, agent_id=agent_id))
    # The text of a conflict is the database's own.
    recorder.observed["block.attach.same_label"].pop("effect", None)
    recorder.refused(
        "block.attach.unknown", lambda: blocks.attach(f"block-{NOBODY}", agent_id=agent_id)
    )
    recorder.call("blocks.list.attached", lambda: blocks.list(agent_id), labels)
    recorder.call(
        "block.detach",
        lambda: blocks.detach(block.id, agent_id=agent_id),
        lambda it: sorted(each.label or "" for each in it.blocks),
    )
    recorder.refused("block.detach.again", lambda: blocks.detach(block.id, agent_id=agent_id))
    recorder.call(
        "block.apart.get", lambda: apart.retrieve(block.id), lambda it: [it.label, it.value]
    )
    recorder.call(
        "block.apart.update", lambda: apart.update(block.id, value="less"), lambda it: it.value
    )
    recorder.call("block.apart.list", lambda: apart.list(label=label), lambda it: len(it.items))
    recorder.call("block.apart.delete", lambda: apart.delete(block.id))
    recorder.refused("block.apart.get.deleted", lambda: apart.retrieve(block.id))
