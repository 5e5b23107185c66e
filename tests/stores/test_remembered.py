"""What is remembered of passages is what the record says, whoever wrote to it, and when."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count, product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.model import PassageId, Scope, now
from ltmc_server.stores.sqlite import owners, remembered, together, word_counts, word_scores
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.passages import SqlitePassages
from ltmc_server.stores.sqlite.rows import alike
from tests.builders import HERE, LONG_AGO, MODEL, draft, pieces

pytestmark = pytest.mark.anyio

ELSEWHERE = Scope(project_id="elsewhere")
WORDS = ("green", "tea")
PHRASE = ("green tea",)
"""One is counted by being read, where nobody has counted it before."""
SCOPES = (HERE, ELSEWHERE, Scope(project_id="tea", resource_type="note"))

NAMES = st.sampled_from("abc")
STEPS = st.one_of(
    st.tuples(
        st.just("store"),
        NAMES,
        st.sampled_from((HERE, ELSEWHERE)),
        st.sampled_from((None, LONG_AGO, now() + timedelta(days=1))),
    ),
    st.tuples(st.just("delete"), NAMES),
    st.tuples(st.just("trim")),
)


@contextmanager
def bounds(*, kept: int, followed: int, scored: int = 500, counted: int = 5_000) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_counts, "COUNTED_MIN", counted)
        patch.setattr(word_counts, "COMMON", 2)
        patch.setattr(owners, "KEPT_MAX", kept)
        patch.setattr(word_counts, "KEPT_MAX", kept)
        patch.setattr(word_scores, "SCORED_MAX", scored)
        patch.setattr(together, "SCORED_MAX", scored)
        patch.setattr(remembered, "FOLLOWED_MAX", followed)
        yield


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.tuples(STEPS, st.booleans(), st.booleans()), max_size=12),
    kept=st.sampled_from((1, 3, 100)),
    followed=st.sampled_from((1, 5, 100)),
    scored=st.sampled_from((1, 3, 500)),
    counted=st.sampled_from((1, 5_000)),
)
def test_a_store_that_remembers_answers_as_a_new_one(
    steps: list[tuple[tuple[object, ...], bool, bool]],
    kept: int,
    followed: int,
    scored: int,
    counted: int,
) -> None:
    """After every step of either process, and when some were slept through."""
    with bounds(kept=kept, followed=followed, scored=scored, counted=counted):
        asyncio.run(_play(steps))


async def _play(steps: list[tuple[tuple[object, ...], bool, bool]]) -> None:
    with (
        TemporaryDirectory() as folder,
        Database.open(Path(folder, "ltmc.db"), durability="normal") as one,
        Database.open(Path(folder, "ltmc.db"), durability="normal") as other,
    ):
        remembering, numbers = SqlitePassages(one), count(1)
        for step, by_other, asked in steps:
            # Begun before something is written, and asked for after it.
            await remembering.expect(WORDS)
            await _take(step, other if by_other else one, next(numbers))
            if asked:
                await _compare(remembering, SqlitePassages(one))
        await _compare(remembering, SqlitePassages(one))


async def _take(step: tuple[object, ...], database: Database, number: int) -> None:
    documents = SqliteDocuments(database)
    match step:
        case ("store", str(name), Scope(project_id=project), ends):
            text = f"green tea {number}"
            made = draft(name, text, project_id=project, expires_at=ends)  # type: ignore[arg-type]
            await documents.put(made, pieces(text, "green leaves"), model=MODEL)
        case ("delete", str(name)):
            for scope in (HERE, ELSEWHERE):
                found = await documents.get(scope.project_id, file_name=name)
                await documents.remove([found.id] if found else [])
        case ("trim",):
            # As the log is cut that has become too long.
            sql = "DELETE FROM changes WHERE seq < (SELECT max(seq) FROM changes)"
            await database.write("cutting", lambda db: db.execute(sql))


async def _compare(remembering: SqlitePassages, new: SqlitePassages) -> None:
    ids = [PassageId(id) for id in range(40)]
    assert await remembering.owners(ids) == await new.owners(ids)
    for scope, words in product(SCOPES, (WORDS, PHRASE)):
        for begun in (False, True):
            if begun:
                await remembering.expect(words)
            found = await remembering.holding(words, scope, limit=3)
            assert found == await new.holding(words, scope, limit=3)
        assert {one.id for one in found} <= set(await new.ids(scope))


@pytest.mark.parametrize("kept", [5, 1000])
async def test_more_passages_than_are_remembered_are_looked_up(tmp_path: Path, kept: int) -> None:
    with (
        bounds(kept=kept, followed=9),
        Database.open(tmp_path / "ltmc.db", durability="normal") as database,
    ):
        passages = SqlitePassages(database)
        parts = [f"{number} " for number in range(300)]
        await SqliteDocuments(database).put(draft("a", "".join(parts)), pieces(*parts), model=MODEL)
        ids = await passages.ids(HERE)

        for begin in range(0, 300, 3):
            some = ids[begin : begin + 3]
            assert list(await passages.owners(some)) == list(some)
            assert len(passages.remembered.owners.known) <= kept
        assert set(await passages.owners(ids)) == set(ids)
        assert len(passages.remembered.owners.known) == (300 if kept > 300 else 0)


async def test_what_a_log_that_was_cut_no_longer_tells_is_forgotten(tmp_path: Path) -> None:
    with Database.open(tmp_path / "ltmc.db", durability="normal") as database:
        documents, passages = SqliteDocuments(database), SqlitePassages(database)
        stored = await documents.put(draft("a", "tea"), pieces("tea"), model=MODEL)
        ids = await passages.ids(HERE)
        assert await passages.owners(ids)

        await documents.remove([stored.document.id])
        await documents.put(draft("b", "oil"), pieces("oil"), model=MODEL)
        await _take(("trim",), database, 0)

        assert await passages.owners(ids) == {}


async def test_what_is_learnt_with_vectors_is_forgotten_with_the_passage(tmp_path: Path) -> None:
    file = tmp_path / "ltmc.db"
    with Database.open(file) as one, Database.open(file) as other:
        passages = SqlitePassages(one)
        stored = await SqliteDocuments(one).put(draft("a", "tea"), pieces("tea"), model=MODEL)
        await SqliteDocuments(one).put(draft("b", "oil"), pieces("oil"), model="model-2")
        ids = await passages.ids(HERE)

        found = await passages.page(HERE.project_id, model=MODEL, limit=9)
        assert [id for id, _ in found.rows] == ids[:1]
        assert list(passages.remembered.owners.known) == ids

        await SqliteDocuments(other).remove([stored.document.id])
        assert list(await passages.owners(ids)) == ids[1:]


async def test_no_more_is_learnt_with_vectors_than_is_kept(tmp_path: Path) -> None:
    with bounds(kept=2, followed=9), Database.open(tmp_path / "ltmc.db") as database:
        passages = SqlitePassages(database)
        await SqliteDocuments(database).put(
            draft("a", "1 2 3"), pieces("1 ", "2 ", "3"), model=MODEL
        )

        await passages.page(HERE.project_id, model=MODEL, limit=9)

        assert not passages.remembered.owners.known


@pytest.mark.parametrize("writer", ["same", "beside", "other"])
async def test_whoever_writes_is_noticed(tmp_path: Path, writer: str) -> None:
    """On the connection that reads, on that of long writes, and in another process."""
    file = tmp_path / "ltmc.db"
    with Database.open(file) as one, Database.open(file) as other:
        passages = SqlitePassages(one)
        await SqliteDocuments(one).put(draft("a", "tea"), pieces("tea"), model=MODEL)
        ids = await passages.ids(HERE)
        assert not await passages.any_expired(HERE.project_id)
        assert set(await passages.owners(ids)) == set(ids)

        write = {"same": one.write, "beside": one.write_aside, "other": other.write}[writer]
        await write("ending it", lambda db: db.execute("UPDATE documents SET expires_us = 1") and 0)
        assert await passages.any_expired(HERE.project_id)
        assert not await passages.owners(ids)

        await write(
            "ending it", lambda db: db.execute("UPDATE documents SET expires_us = NULL") and 0
        )
        assert not await passages.any_expired(HERE.project_id)
        assert set(await passages.owners(ids)) == set(ids)


@given(values=st.lists(st.integers(), max_size=30), size=st.integers(1, 9))
def test_values_come_in_portions_of_one_size(values: Sequence[int], size: int) -> None:
    portions = list(alike(values, size))

    assert all(len(portion) == size for portion in portions)
    together = [value for portion in portions for value in portion]
    assert together[: len(values)] == list(values)
    assert set(together) == set(values)
    assert len(together) - len(values) < size
