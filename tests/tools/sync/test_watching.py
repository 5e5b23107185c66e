"""The actions that watch: what they answer, and what they refuse."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from ltmc_server.dispatch import Dispatcher
from ltmc_server.jobs import Jobs
from ltmc_server.observability.metrics import Metrics
from tests.keeping import sync_tool

pytestmark = pytest.mark.anyio


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Dispatcher]:
    (tmp_path / "tea.py").write_text("tea = 1\n", encoding="utf-8")
    async with Jobs.open() as jobs:
        tool = sync_tool(tmp_path, jobs, project="tea")
        yield Dispatcher((tool,), metrics=Metrics(), response_bytes_max=15_000)


async def call(server: Dispatcher, action: str, **arguments: object) -> dict[str, Any]:
    reply = await server.call("sync_action", {"action": action, **arguments})
    return reply.payload


async def test_what_is_watched_is_told_with_what_changed(
    server: Dispatcher, tmp_path: Path
) -> None:
    made = await call(server, "monitor", file_paths=["."], sync_interval_ms=20)
    assert (made["state"], made["paths"], made["files"]) == ("watching", ["."], 1)

    (tmp_path / "cup.py").write_text("cup = 1\n", encoding="utf-8")
    with anyio.fail_after(10):
        while not (told := await call(server, "status"))["items"][0]["change_count"]:  # noqa: ASYNC110
            await anyio.sleep(0.02)  # its threads need the interpreter

    [watch] = told["items"]
    assert watch["id"] == made["id"]
    assert [(one["path"], one["change"]) for one in watch["changes"]] == [("cup.py", "added")]
    # Nothing is to be refreshed here, and nothing is said to have been.
    assert (watch["refreshes"], "last_refresh" in watch, watch["pending_count"]) == (0, False, 0)
    alone = await call(server, "status", watch_id=made["id"], include_pending_changes=False)
    assert "pending" not in alone["items"][0]


async def test_a_watch_that_is_stopped_is_told_once_more(server: Dispatcher) -> None:
    made = await call(server, "monitor", paths=["tea.py"])

    stopped = await call(server, "stop", watch_id=made["id"])

    assert (stopped["id"], stopped["state"]) == (made["id"], "stopped")
    assert (await call(server, "status"))["total"] == 0
    again = await call(server, "stop", watch_id=made["id"])
    assert again["error"]["code"] == "not_found"


async def test_watches_of_another_project_are_not_shown(server: Dispatcher) -> None:
    await call(server, "monitor", paths=["."], project_id="coffee")

    assert (await call(server, "status"))["total"] == 0
    assert (await call(server, "status", project_id="coffee"))["total"] == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"paths": []}, "invalid_arguments"),
        ({"paths": ["gone"]}, "not_found"),
        ({"paths": [".."]}, "outside_workspace"),
        ({"paths": ["."], "debounce_ms": 0}, "invalid_arguments"),
    ],
)
async def test_what_can_not_be_watched_is_refused(
    server: Dispatcher, wrong: dict[str, object], code: str
) -> None:
    refused = await call(server, "monitor", **wrong)

    assert refused["error"]["code"] == code
    assert (await call(server, "status"))["total"] == 0


async def test_the_status_of_a_watch_that_is_not_there_is_an_error(server: Dispatcher) -> None:
    told = await call(server, "status", watch_id="watch_01M80VY22PF4H6KVJ00GBEPYS3")

    assert told["error"]["code"] == "not_found"


async def test_a_status_of_all_watches_fits_into_a_response(
    server: Dispatcher, tmp_path: Path
) -> None:
    folders = [tmp_path / f"{number}{'x' * 200}" for number in range(16)]
    for folder in folders:
        folder.mkdir()
        await call(server, "monitor", paths=[folder.name], project_id="tea")
    for folder in folders:
        for number in range(30):
            (folder / f"{number}.py").write_text("1", encoding="utf-8")

    with anyio.fail_after(20):
        while True:
            reply = await server.call("sync_action", {"action": "status"})
            assert len(reply.text.encode()) <= 15_000
            if all(one["change_count"] >= 20 for one in reply.payload["items"]):
                break
            # Not a busy loop: the threads that look at the files need the interpreter.
            await anyio.sleep(0.02)  # its threads need the interpreter

    assert reply.payload["has_more"]
