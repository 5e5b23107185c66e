"""LTMC_EMBEDDING=none: found by words, at no price of a model; vectors can still be had later."""

import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import pytest

from ltmc_server.commands.verify import verify
from ltmc_server.dispatch import Dispatcher
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings

pytestmark = pytest.mark.anyio

QUESTION = "how hot should the water for green tea be?"


def settings(folder: Path, embedding: Literal["none", "hashing"]) -> Settings:
    return Settings(data_dir=folder, embedding=embedding, project_id="here")


async def told(dispatcher: Dispatcher, action: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401
    payload: dict[str, Any] = (
        await dispatcher.call("memory_action", {"action": action, **given})
    ).payload
    return payload


async def stored(dispatcher: Dispatcher) -> None:
    await told(dispatcher, "store", file_name="tea", content="Green tea takes water of 70 degrees.")
    await told(dispatcher, "store", file_name="soup", content="Soup is boiled for an hour.")


async def test_texts_are_found_by_words_and_nothing_is_missed(tmp_path: Path) -> None:
    async with open_dispatcher(settings(tmp_path, "none")) as dispatcher:
        await stored(dispatcher)
        found = await told(dispatcher, "retrieve", query=QUESTION)
        by_words = await told(dispatcher, "retrieve", query=QUESTION, mode="keyword")
        health = (await dispatcher.call("cache_action", {"action": "health_check"})).payload

    assert [each["file_name"] for each in found["documents"]] == ["tea"]
    assert found["documents"] == by_words["documents"]
    assert found["confident"]
    assert "embedding_model" not in found
    assert "degraded" not in found
    assert "pending_changes" not in health


async def test_meaning_alone_is_refused_with_the_setting_to_change(tmp_path: Path) -> None:
    async with open_dispatcher(settings(tmp_path, "none")) as dispatcher:
        await stored(dispatcher)
        asked = await told(dispatcher, "retrieve", query=QUESTION, mode="semantic")
        moved = await told(dispatcher, "reembed")

    for refused in (asked, moved):
        assert refused["error"]["code"] == "embedder_unavailable"
        assert (
            "model of this server made no vector: LTMC_EMBEDDING is none"
            in refused["error"]["message"]
        )
        assert "Set it to auto" in refused["error"]["hint"]


async def test_a_server_with_an_embedder_makes_the_vectors_later(tmp_path: Path) -> None:
    async with open_dispatcher(settings(tmp_path, "none")) as dispatcher:
        await stored(dispatcher)

    async with open_dispatcher(settings(tmp_path, "hashing")) as dispatcher:
        found = await told(dispatcher, "retrieve", query="degree", mode="semantic")

    assert [each["file_name"] for each in found["documents"]][:1] == ["tea"]
    assert "not_embedded" not in found


async def test_vectors_of_the_record_stand_while_a_server_has_no_use_for_them(
    tmp_path: Path,
) -> None:
    async with open_dispatcher(settings(tmp_path, "hashing")) as dispatcher:
        await stored(dispatcher)

    async with open_dispatcher(settings(tmp_path, "none")) as dispatcher:
        # The same text again, and another one.
        await stored(dispatcher)
        await told(dispatcher, "store", file_name="milk", content="Milk is heated to 60 degrees.")
        waiting = await told(dispatcher, "retrieve", query=QUESTION)

    async with open_dispatcher(settings(tmp_path, "hashing")) as dispatcher:
        state = await told(dispatcher, "reembed")
        found = await told(dispatcher, "retrieve", query="heating milk", mode="semantic")

    assert [each["file_name"] for each in waiting["documents"]] == ["tea"]
    assert state["state"] == "up to date"
    assert found["documents"][0]["file_name"] == "milk"


async def test_a_record_without_vectors_is_proved_sound(tmp_path: Path) -> None:
    async with open_dispatcher(settings(tmp_path, "none")) as dispatcher:
        await stored(dispatcher)

    report = await verify(settings(tmp_path, "none"))

    (vectors,) = [check for check in report.checks if check.name == "vectors"]
    assert (vectors.state, vectors.said) == ("true", "there are none; 2 are still to be made")


def test_neither_numpy_nor_faiss_is_imported(tmp_path: Path) -> None:
    program = """
import asyncio, sys
from pathlib import Path
from tests.retrieval.test_words_only import QUESTION, settings, stored, told
from ltmc_server.server import open_dispatcher

async def main():
    async with open_dispatcher(settings(Path(sys.argv[1]), "none")) as dispatcher:
        await stored(dispatcher)
        found = await told(dispatcher, "retrieve", query=QUESTION)
    print(len(found["documents"]), sorted({"numpy", "faiss", "onnxruntime"} & set(sys.modules)))

asyncio.run(main())
"""
    ran = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert ran.stdout.split(maxsplit=1) == ["1", "[]\n"]
