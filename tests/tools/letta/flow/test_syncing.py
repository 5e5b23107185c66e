"""letta_sync_memory: blocks and passages of an agent, and records of the memory, in step."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from ltmc_server.observability.progress import reporting
from tests.tools.letta.flow.conftest import Both, at, changes

pytestmark = pytest.mark.anyio

HUMAN, PERSONA = "blocks/human.md", "blocks/persona.md"


async def test_blocks_become_records_and_are_then_in_step(both: Both) -> None:
    assert await changes(both) == [("human", "pull"), ("persona", "pull")]
    assert await both.text(HUMAN) == "likes green tea"

    again = await both.sync()
    assert (again["changes"], again["conflicts"], again["held"]) == ([], [], [])
    assert again["in_step"] == 2
    assert not again["has_more"]


async def test_what_a_record_says_goes_to_letta(both: Both) -> None:
    await both.sync()
    await both.store(HUMAN, "likes white tea 🍵")

    assert await changes(both) == [("human", "push")]
    assert both.block("human") == "likes white tea 🍵"
    assert await changes(both) == []


async def test_what_changes_in_letta_is_a_new_version_here(both: Both) -> None:
    await both.sync()
    await both.memory(
        "store", file_name=both.file_name(HUMAN), content="likes green tea", tags=["mine"]
    )
    both.write_block("human", "likes black tea")

    assert await changes(both) == [("human", "pull")]
    record = await both.memory("get", file_name=both.file_name(HUMAN))
    assert (record["content"], record["version"]) == ("likes black tea", 2)
    assert record["tags"] == ["mine"]


async def test_what_both_changed_is_left_and_named(both: Both) -> None:
    await both.sync()
    await both.store(HUMAN, "likes white tea")
    both.write_block("human", "likes black tea")

    said = await both.sync()

    assert said["changes"] == []
    [conflict] = said["conflicts"]
    assert (conflict["name"], conflict["why"]) == ("human", "both have changed")
    assert conflict["letta"]["chars"] == conflict["memory"]["chars"] == len("likes white tea")
    assert conflict["letta"]["sha256"] != conflict["memory"]["sha256"]
    assert "prefer" in said["resolve"]
    assert both.block("human") == "likes black tea"
    assert await both.text(HUMAN) == "likes white tea"


async def test_the_text_that_has_to_go_is_kept(both: Both) -> None:
    await both.sync()
    await both.store(HUMAN, "likes white tea")
    both.write_block("human", "likes black tea")
    await both.store(PERSONA, "mine")
    both.write_block("persona", "theirs")

    pushed = await both.sync(prefer="memory", block_labels=["human"])
    pulled = await both.sync(prefer="letta", block_labels=["persona"])

    [change] = pushed["changes"]
    kept = await both.memory("get", file_name=change["kept_as"])
    assert (both.block("human"), kept["content"]) == ("likes white tea", "likes black tea")
    assert [each["change"] for each in pulled["changes"]] == ["pull"]
    old = await both.memory("get", file_name=both.file_name(PERSONA), version=2)
    assert (await both.text(PERSONA), old["content"]) == ("theirs", "mine")
    assert await changes(both) == []


async def test_a_direction_writes_on_one_side_only(both: Both) -> None:
    pushed = await both.sync(direction="push")
    assert pushed["changes"] == []
    assert {each["name"] for each in pushed["held"]} == {"human", "persona"}

    await both.sync()
    await both.store(HUMAN, "likes white tea")
    pulled = await both.sync(direction="pull")
    assert pulled["changes"] == []
    assert "pull writes nothing in Letta" in pulled["held"][0]["why"]
    assert both.block("human") == "likes green tea"


async def test_what_is_deleted_on_one_side_stays_on_the_other(both: Both) -> None:
    await both.sync()
    await both.memory("delete", file_name=both.file_name(HUMAN))
    block = both.sdk.agents.blocks.retrieve("persona", agent_id=both.agent_id)
    both.sdk.agents.blocks.detach(block.id or "", agent_id=both.agent_id)

    said = await both.sync()

    assert said["changes"] == []
    assert {each["name"]: each["why"].split(";")[0] for each in said["held"]} == {
        "human": "its document was deleted here",
        "persona": "it was deleted in Letta",
    }
    assert await both.text(PERSONA) == "a dealer in tea"
    assert await changes(both, prefer="letta") == [("human", "pull")]


async def test_a_dry_run_changes_nothing(both: Both) -> None:
    await both.sync()
    await both.store(HUMAN, "likes white tea")
    await both.store("passages/new.md", "new here")
    both.write_block("persona", "theirs")
    both.write_passage("new there")
    before = everything(both)

    dry = await both.sync(dry_run=True)

    assert everything(both) == before
    assert dry["dry_run"]
    wet = await both.sync()
    assert dry["changes"] == wet["changes"]
    assert len(wet["changes"]) == 4


def everything(both: Both) -> tuple[list[Any], str, list[str]]:
    """Return all that is stored of texts, and all of the agent."""
    with closing(sqlite3.connect(both.database)) as database:
        tables = ("documents", "versions", "passages", "vectors", "changes", "idempotency")
        record = [database.execute(f"SELECT * FROM {name}").fetchall() for name in tables]  # noqa: S608
    agent = both.sdk.agents.retrieve(both.agent_id, include=["agent.blocks"])
    return record, agent.model_dump_json(), both.passages()


async def test_a_block_that_changes_while_it_is_synced_is_not_overwritten(both: Both) -> None:
    await both.sync()
    await both.store(HUMAN, "likes white tea")
    await both.store(PERSONA, "mine")

    with reporting(at(1, lambda: both.write_block("persona", "theirs"))):
        said = await both.sync()

    assert [each["name"] for each in said["changes"]] == ["human"]
    [conflict] = said["conflicts"]
    assert "changed while it was synced" in conflict["why"]
    assert both.block("persona") == "theirs"


async def test_a_record_that_changes_while_it_is_synced_is_not_overwritten(both: Both) -> None:
    await both.sync()
    both.write_block("human", "likes black tea")
    both.write_block("persona", "theirs")

    def store() -> None:
        with closing(sqlite3.connect(both.database)) as database:
            changed = "UPDATE documents SET version = 9 WHERE file_name LIKE '%persona.md'"
            database.execute(changed)
            database.commit()

    with reporting(at(1, store)):
        said = await both.sync()

    assert [each["name"] for each in said["changes"]] == ["human"]
    [conflict] = said["conflicts"]
    assert "expected version 1" in conflict["why"]


async def test_what_is_not_there_is_named(both: Both) -> None:
    said = await both.try_sync(block_labels=["human", "hat"])

    assert said["error"]["code"] == "invalid_arguments"
    assert "no block 'hat'" in said["error"]["message"]
    assert said["error"]["hint"] == "It has: human, persona."
    nobody = "agent-00000000-0000-4000-8000-000000000000"
    unknown = await both.try_sync(agent_id=nobody)
    assert unknown["error"]["code"] == "letta_refused"


async def test_what_letta_would_not_keep_is_held(both: Both) -> None:
    await both.sync()
    await both.store(HUMAN, "x" * 200_000)
    await both.store("passages/long.md", "x" * 200_000)

    said = await both.sync()

    assert said["changes"] == []
    assert [each["why"] for each in said["held"]] == [
        "it has more than the 100000 characters that Letta takes"
    ] * 2
