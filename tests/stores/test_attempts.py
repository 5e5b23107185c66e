"""What every store of attempts promises, asked of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.stores.attempts import (
    AttemptDraft,
    AttemptFilter,
    AttemptId,
    AttemptStore,
    Result,
    Tally,
)
from ltmc_server.stores.in_memory.attempts import InMemoryAttempts
from ltmc_server.stores.sqlite.attempts import SqliteAttempts
from ltmc_server.stores.sqlite.database import Database

pytestmark = pytest.mark.anyio

HERE = AttemptFilter(project_id="here")
DRAFT = AttemptDraft(
    project_id="here",
    input_prompt="parse a date",
    generated_code="def parse(): ...",
    result="pass",
    vector=b"\x00\x3c",
    model="model-1",
)
STORES = ("in_memory", "sqlite")


@contextmanager
def opened(kind: str) -> Iterator[AttemptStore]:
    if kind == "in_memory":
        yield InMemoryAttempts()
        return
    with TemporaryDirectory() as folder, Database.open(Path(folder) / "ltmc.db") as database:
        yield SqliteAttempts(database)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Iterator[AttemptStore]:
    with opened(request.param) as one:
        yield one


async def test_what_was_logged_is_read_back(store: AttemptStore) -> None:
    draft = replace(
        DRAFT,
        function_name="parse",
        file_name="dates.py",
        tags=("dates", "time"),
        error_message="ValueError: é",
        execution_time_ms=12.5,
    )

    attempt = await store.add(draft)

    assert await store.get([attempt.id, AttemptId("pat_none")]) == [attempt]
    kept = {name: getattr(attempt, name) for name in ("function_name", "file_name", "tags")}
    assert kept == {"function_name": "parse", "file_name": "dates.py", "tags": ("dates", "time")}
    assert (attempt.error_message, attempt.execution_time_ms) == ("ValueError: é", 12.5)
    assert attempt.id.startswith("pat_")


async def test_what_was_logged_outlives_the_process(tmp_path: Path) -> None:
    with Database.open(tmp_path / "ltmc.db") as database:
        attempt = await SqliteAttempts(database).add(DRAFT)

    with Database.open(tmp_path / "ltmc.db") as database:
        assert await SqliteAttempts(database).get([attempt.id]) == [attempt]


@pytest.mark.parametrize("kind", STORES)
@settings(max_examples=20, deadline=None)
@given(
    logged=st.lists(
        st.tuples(
            st.sampled_from(["here", "there"]),
            st.sampled_from(["pass", "fail", "partial"]),
            st.sets(st.sampled_from("abc"), max_size=3),
        ),
        max_size=10,
    ),
    limit=st.integers(1, 4),
)
async def test_pages_and_tallies_agree_with_what_was_logged(
    kind: str, logged: list[tuple[str, Result, set[str]]], limit: int
) -> None:
    with opened(kind) as store:
        made = [
            await store.add(replace(DRAFT, project_id=project, result=result, tags=sorted(tags)))
            for project, result, tags in logged
        ]
        visited: list[AttemptId] = []
        more = True
        while more:
            page = await store.page(HERE, limit=limit, offset=len(visited))
            visited += [one.id for one in page.items]
            more = page.has_more
        tallies = await store.tallies("here")
        with_a = await store.page(replace(HERE, tags=("a",)), limit=50, offset=0)

    here = [one for one in made if one.project_id == "here"]
    assert visited == [one.id for one in reversed(here)]
    assert with_a.total == sum("a" in one.tags for one in here)
    counted = {one.tag: (one.passed, one.failed, one.partial) for one in tallies}
    assert counted == {
        tag: tuple(
            sum(tag in one.tags and one.result == result for one in here)
            for result in ("pass", "fail", "partial")
        )
        for tag in {tag for one in here for tag in one.tags}
    }


async def test_words_are_found_in_each_field_and_in_one_project(store: AttemptStore) -> None:
    by_prompt = await store.add(DRAFT)
    by_error = await store.add(
        replace(DRAFT, input_prompt="x", generated_code="y", error_message="bad date")
    )
    await store.add(replace(DRAFT, project_id="there"))
    failed = await store.add(replace(DRAFT, result="fail"))

    whole = await store.shares(HERE, "parse date %")
    passed = await store.shares(replace(HERE, result="pass"), "parse date")

    assert whole.keys() == {by_prompt.id, by_error.id, failed.id}
    assert whole[by_prompt.id] == 1 > whole[by_error.id] > 0
    assert passed.keys() == {by_prompt.id, by_error.id}
    assert not await store.shares(HERE, "%")


async def test_vectors_are_those_of_one_model(store: AttemptStore) -> None:
    attempt = await store.add(DRAFT)
    await store.add(replace(DRAFT, model="model-2"))

    found = await store.vectors(HERE, model="model-1")

    assert found is not None
    assert list(found[0]) == [attempt.id]
    assert found[1].tolist() == [[1.0]]
    assert await store.vectors(HERE, model="model-3") is None


async def test_tags_of_many_attempts_come_first(store: AttemptStore) -> None:
    for tags in (("b",), ("b", "a"), ("c", "a"), ("d",)):
        await store.add(replace(DRAFT, tags=tags, result="partial"))

    tallies = await store.tallies("here")

    assert [one.tag for one in tallies] == ["a", "b", "c", "d"]
    assert tallies[0] == Tally(tag="a", passed=0, failed=0, partial=2)
