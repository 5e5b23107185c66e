"""A question waits for texts that are being embedded: once, cached or not."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import HERE
from tests.retrieval.test_caching import Process

pytestmark = pytest.mark.anyio


async def test_a_question_waits_once_for_texts_that_are_being_embedded(tmp_path: Path) -> None:
    waits: list[str] = []

    async def wait() -> int:
        waits.append("one")
        return 0

    with Process.open(tmp_path) as process:
        meaning = replace(process.caching.meaning, settle=wait)
        for retriever in (process.plain, process.caching):
            waits.clear()
            await replace(retriever, meaning=meaning).rank("tea", HERE, limit=3)
            assert waits == ["one"]
            await replace(retriever, meaning=meaning).rank("tea", HERE, limit=3, mode="keyword")
            assert waits == ["one"]
