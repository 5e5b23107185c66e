"""Work beside the calls: it ends with the server, and its bugs are logged."""

import asyncio
import logging
import os

import pytest

from ltmc_server.jobs import Jobs, give_way

pytestmark = pytest.mark.anyio


async def test_a_job_runs_until_the_server_ends() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with Jobs.open() as jobs:
        jobs.start("endless", work)
        await began.wait()
        assert not ended.is_set()

    assert ended.is_set()


async def test_a_bug_in_a_job_is_logged_under_its_name(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        raise ZeroDivisionError

    async with Jobs.open() as jobs:
        with caplog.at_level(logging.ERROR):
            await asyncio.wait([jobs.start("divides", work)])

    assert "job divides ended" in caplog.text
    assert not jobs.running


async def test_what_came_meanwhile_is_answered_when_long_work_gives_way() -> None:
    loop, answered = asyncio.get_running_loop(), list[bytes]()
    tasks = list[asyncio.Task[None]]()

    async def answer(request: bytes) -> None:
        answered.append(request)

    # As a call comes over stdio: read in one turn, answered by a task of its own.
    reading, writing = os.pipe()
    loop.add_reader(reading, lambda: tasks.append(loop.create_task(answer(os.read(reading, 99)))))
    try:
        for call in (b"one", b"two"):
            os.write(writing, call)
            await give_way()
            assert answered[-1:] == [call]
    finally:
        loop.remove_reader(reading)
        os.close(reading)
        os.close(writing)
