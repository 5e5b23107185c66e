"""letta_*: the server as a whole: its health, its models and what runs took."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from letta_client import Letta
from letta_client.types import AgentState

from ltmc_server.dispatch import Dispatcher
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.tools.letta.made import an_agent, ok, refused

pytestmark = pytest.mark.anyio


@pytest.fixture
def agent(sdk: Letta) -> Iterator[AgentState]:
    with an_agent(sdk) as made:
        yield made


async def test_it_is_well(server: Dispatcher, sdk: Letta) -> None:
    health = await ok(server, "letta_health_check")

    assert health == {"status": "ok", "version": sdk.health().version}


async def test_who_is_not_there_is_not_well(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, letta_base_url="http://127.0.0.1:9", letta_retries=0)
    async with open_dispatcher(settings) as server:
        error = await refused(server, "letta_health_check")

    assert error["code"] == "letta_unavailable"


async def test_models_are_told_by_their_handles(server: Dispatcher, sdk: Letta) -> None:
    both = await ok(server, "letta_list_models", kind="all")
    writers = await ok(server, "letta_list_models")

    assert [each["handle"] for each in both["llm"]] == [each.handle for each in sdk.models.list()]
    assert [each["handle"] for each in both["embedding"]] == [
        each.handle for each in sdk.models.embeddings.list()
    ]
    assert both["embedding"][0]["dimension"] == 1536
    assert writers == {"llm": both["llm"]}
    assert all(each["context_window"] > 0 for each in writers["llm"])


async def test_a_kind_of_model_that_there_is_not(server: Dispatcher) -> None:
    error = await refused(server, "letta_list_models", kind="image")

    assert error["code"] == "invalid_arguments"
    assert "kind" in error["message"]


async def test_tokens_are_those_of_the_messages(
    server: Dispatcher, sdk: Letta, agent: AgentState
) -> None:
    sent = [
        sdk.agents.messages.create(agent.id, messages=[{"role": "user", "content": text}]).usage
        for text in ("one", "two", "three")
    ]

    all_of_it = await ok(server, "letta_get_usage_stats", agent_id=agent.id)
    newest = await ok(server, "letta_get_usage_stats", agent_id=agent.id, limit=1)

    total = sum(usage.total_tokens or 0 for usage in sent)
    assert (all_of_it["runs"], all_of_it["steps"], all_of_it["has_more"]) == (3, 3, False)
    assert all_of_it["total_tokens"] == total > 0
    assert all_of_it["total_tokens"] == all_of_it["prompt_tokens"] + all_of_it["completion_tokens"]
    [model] = all_of_it["by_model"].values()
    assert (model["steps"], model["total_tokens"]) == (3, total)
    assert all_of_it["from"] < all_of_it["to"]
    assert (newest["runs"], newest["has_more"]) == (1, True)
    assert newest["total_tokens"] == sent[-1].total_tokens


async def test_nothing_was_used_by_who_said_nothing(server: Dispatcher, agent: AgentState) -> None:
    told = await ok(server, "letta_get_usage_stats", agent_id=agent.id)

    assert (told["runs"], told["total_tokens"], told["by_model"]) == (0, 0, {})
    assert "from" not in told


async def test_an_agent_is_named_by_its_id(server: Dispatcher) -> None:
    error = await refused(server, "letta_get_usage_stats", agent_id="me")

    assert error["code"] == "invalid_arguments"
    assert "agent_id" in error["message"]


async def test_an_answer_from_the_cache_says_how_old_it_is(letta_url: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, letta_base_url=letta_url, letta_cache_s=60)
    async with open_dispatcher(settings) as server:
        for tool in ("letta_list_models", "letta_list_tools"):
            first = await ok(server, tool)
            again = await ok(server, tool)
            fresh = await ok(server, tool, fresh=True)

            assert again.pop("cached_s") >= 0
            assert first == again == fresh
