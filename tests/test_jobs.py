"""Work beside the calls: it ends with the server, and its bugs are logged."""

import asyncio
import logging

import pytest

from ltmc_server.jobs import Jobs

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
