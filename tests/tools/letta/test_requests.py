"""How many requests a tool costs, what the cache saves of them, and which settings it takes."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.tools.letta.letta_tools import EMBEDDING, MODEL, Bridge, asking
from tracker.letta.standin import Standin

pytestmark = pytest.mark.anyio


def settings(server: Standin, folder: Path, **more: object) -> Settings:
    said: dict[str, Any] = {"letta_base_url": server.base_url, "letta_api_key": "x"}
    return Settings(data_dir=folder, **said | more)


def counted(server: Standin) -> Counter[str]:
    return Counter(server.counters()["requests"])


async def test_a_tool_asks_once(letta_standin: Standin, tmp_path: Path) -> None:
    async with open_dispatcher(settings(letta_standin, tmp_path)) as dispatcher:
        with asking(letta_standin.base_url) as direct:
            bridge = Bridge(dispatcher, direct, is_real=False)
            id = bridge.agent(tools=["core_memory_append"]).id
            bridge.said(id, "hello")
            direct.agents.passages.create(id, text="Oolong.")
            block = {"block_label": "human", "value": "Ada"}
            calls: list[tuple[str, dict[str, object], int]] = [
                ("list_agents", {"limit": 1}, 1),
                ("get_agent", {"agent_id": id, "include": ["blocks", "tools", "tags"]}, 1),
                ("update_agent", {"agent_id": id, "name": "other"}, 1),
                ("send_message", {"agent_id": id, "message": "hello"}, 1),
                ("send_message", {"agent_id": id, "message": "hello", "stream": True}, 1),
                ("get_conversation_history", {"agent_id": id, "limit": 2}, 1),
                ("export_conversation", {"agent_id": id}, 1),
                ("get_memory", {"agent_id": id}, 1),
                ("get_memory", {"agent_id": id, "block_label": "human"}, 1),
                ("update_memory", {"agent_id": id, **block}, 1),
                ("update_memory", {"agent_id": id, **block, "expected_value": "Ada"}, 2),
                ("create_memory_block", {"agent_id": id, **block, "block_label": "more"}, 2),
                ("search_memory", {"agent_id": id, "query": "tea", "scope": "archival"}, 1),
                ("search_memory", {"agent_id": id, "query": "tea", "scope": "messages"}, 2),
                ("archival_insert", {"agent_id": id, "text": "Sencha."}, 1),
                ("archival_list", {"agent_id": id, "limit": 1}, 1),
                ("archival_list", {"agent_id": id, "query": "tea"}, 1),
                ("delete_agent", {"agent_id": id, "confirm": True}, 1),
            ]

            for tool, arguments, most in calls:
                before = counted(letta_standin)
                await bridge.call(tool, **arguments)
                sent = counted(letta_standin) - before
                assert sent.total() == most, (tool, sent)


async def test_a_long_export_asks_once_for_each_page(
    letta_standin: Standin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ltmc_server.tools.letta.messages.PAGE", 2)
    async with open_dispatcher(settings(letta_standin, tmp_path)) as dispatcher:
        with asking(letta_standin.base_url) as direct:
            bridge = Bridge(dispatcher, direct, is_real=False)
            id = bridge.agent().id
            bridge.said(id, "one", "two", "three")
            before = counted(letta_standin)

            # Seven messages, the system prompt among them, in pages of two.
            whole = await bridge.call("export_conversation", agent_id=id, format="text")
            pages = (counted(letta_standin) - before).total()
            part = await bridge.call("export_conversation", agent_id=id, format="text", limit=3)

    assert (whole["message_count"], whole["has_more"], pages) == (6, False, 4)
    assert [whole["content"].find(each) > 0 for each in ("one", "two", "three")] == [True] * 3
    assert (part["message_count"], part["has_more"]) == (3, True)


async def test_what_the_cache_knows_says_its_age_until_a_write(
    letta_standin: Standin, tmp_path: Path
) -> None:
    kept = settings(letta_standin, tmp_path, letta_cache_s=60.0)
    async with open_dispatcher(kept) as dispatcher:
        with asking(letta_standin.base_url) as direct:
            bridge = Bridge(dispatcher, direct, is_real=False)
            id = bridge.agent().id
            first = await bridge.call("get_memory", agent_id=id, block_label="human")
            direct.agents.blocks.update("human", agent_id=id, value="Past us.")

            again = await bridge.call("get_memory", agent_id=id, block_label="human")
            fresh = await bridge.call("get_memory", agent_id=id, block_label="human", fresh=True)
            await bridge.call("update_memory", agent_id=id, block_label="human", value="By us.")
            after = await bridge.call("get_memory", agent_id=id, block_label="human")

    assert "cached_s" not in first
    assert again["value"] == first["value"] == "Drinks tea."
    assert again["cached_s"] >= 0
    assert (fresh["value"], after["value"]) == ("Past us.", "By us.")
    assert not {"cached_s"} & (fresh.keys() | after.keys())


async def test_a_block_that_agents_share_is_changed_for_all(
    letta_standin: Standin, tmp_path: Path
) -> None:
    kept = settings(letta_standin, tmp_path, letta_cache_s=60.0)
    async with open_dispatcher(kept) as dispatcher:
        with asking(letta_standin.base_url) as direct:
            bridge = Bridge(dispatcher, direct, is_real=False)
            first, second = bridge.agent(), bridge.agent(blocks={})
            block = direct.agents.blocks.retrieve("human", agent_id=first.id)
            direct.agents.blocks.attach(block.id, agent_id=second.id)
            await bridge.call("get_memory", agent_id=second.id)

            await bridge.call(
                "update_memory", agent_id=first.id, block_label="human", value="By us."
            )
            told = await bridge.call("get_memory", agent_id=second.id)

    assert told["blocks"][0]["value"] == "By us."


async def test_an_agent_is_made_with_the_model_that_is_set(
    letta_standin: Standin, tmp_path: Path
) -> None:
    models = {"letta_model": MODEL, "letta_embedding": EMBEDDING}
    async with open_dispatcher(settings(letta_standin, tmp_path, **models)) as dispatcher:
        made = await dispatcher.call("letta_create_agent", {"name": "set"})

    assert (made.payload["model"], made.payload["embedding"]) == (MODEL, EMBEDDING)


async def test_without_a_model_letta_says_what_it_lacks(
    letta_standin: Standin, tmp_path: Path
) -> None:
    async with open_dispatcher(settings(letta_standin, tmp_path)) as dispatcher:
        refused = await dispatcher.call("letta_create_agent", {"name": "unset"})

    assert refused.payload["error"]["code"] == "letta_refused"
    assert "LTMC_LETTA_MODEL" in refused.payload["error"]["hint"]
