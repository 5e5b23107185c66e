"""A memory goes through files and records and nothing of it is lost."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings as how, strategies as some

from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.builders import PROJECT
from tests.tools.test_memory_moving import line, write

pytestmark = pytest.mark.anyio

TEXT = some.text(min_size=1, max_size=50)
MOMENTS = some.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=some.just(UTC))  # noqa: DTZ001  the bounds of aware ones are naive
JSON = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53), 2**53) | TEXT,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
DOCUMENTS = some.fixed_dictionaries(
    {
        "file_name": TEXT,
        "resource_type": some.sampled_from(["document", "code", "note"]),
        "conversation_id": some.none() | TEXT,
        "tags": some.lists(TEXT.map(str.strip).filter(bool), max_size=3, unique=True),
        "metadata": some.dictionaries(TEXT, JSON, max_size=3),
        "created_at": MOMENTS.map(datetime.isoformat),
        "updated_at": MOMENTS.map(datetime.isoformat),
        "event_time": some.none() | MOMENTS.map(datetime.isoformat),
        "texts": some.lists(some.text(min_size=1, max_size=300), min_size=1, max_size=4),
    }
)


def lines(documents: list[dict[str, Any]]) -> Iterator[dict[str, object]]:
    for number, document in enumerate(documents):
        versions = [
            {"version": at, "created_at": document["created_at"], "content": text}
            for at, text in enumerate(document["texts"], start=1)
        ]
        said = {key: value for key, value in document.items() if key != "texts"}
        yield line(number, **said, versions=versions)


@how(max_examples=15, deadline=timedelta(seconds=20))
@given(some.lists(DOCUMENTS, max_size=4, unique_by=lambda each: str(each["file_name"])))
async def test_a_round_trip_loses_nothing(documents: list[dict[str, Any]]) -> None:
    """From a file into one record, out of it into another, and out of that: the same file."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "first.jsonl", *lines(documents))
        for source, data, target in (("first", "a", "second"), ("second", "b", "third")):
            settings = Settings(
                data_dir=folder / data, workspace_roots=(folder,), durability="normal"
            )
            async with open_dispatcher(settings) as server:
                for action, path in (("import", source), ("export", target)):
                    asked = {"action": action, "path": f"{path}.jsonl", "project_id": PROJECT}
                    reply = await server.call("memory_action", asked)
                    assert not reply.is_error, reply.payload
        second, third = (
            (folder / f"{each}.jsonl").read_text("utf-8").split("\n")[1:]
            for each in ("second", "third")
        )
        assert second == third
        told = {each["id"]: each for each in map(json.loads, filter(None, second))}
        assert len(told) == len(documents)
        for given_line in lines(documents):
            out = told[given_line["id"]]
            for key in ("file_name", "tags", "metadata", "conversation_id"):
                assert (out.get(key) or None) == (given_line[key] or None)
            texts = [each["content"] for each in out["versions"]]
            assert texts == [each["content"] for each in given_line["versions"]]  # type: ignore[attr-defined]
