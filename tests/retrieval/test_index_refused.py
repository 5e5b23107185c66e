"""A snapshot that is not of this record, of this moment, is told of and not used."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ltmc_server.model import Scope
from tests.builders import HERE
from tests.retrieval.filled_record import MANY, MODEL, STORED, filled, process
from tests.stores.made_up import vectors

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1_000])


def flip(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 4
    file.write_bytes(whole)


def empty(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut_off, flip, empty])
async def test_a_snapshot_that_broke_is_told_of_and_made_anew(
    tmp_path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    file = await filled(tmp_path)
    damage(file)

    async with process(tmp_path) as here:
        await here.assert_true(range(MANY))
        assert f"{file.name} is not used" in caplog.text
        await here.settled()
    caplog.clear()
    async with process(tmp_path) as here:
        assert await here.near(9) == [9]
        assert (here.passages.pages, caplog.text) == ([], "")


async def test_a_snapshot_of_a_record_that_was_put_back_from_a_copy_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Steps: copy the record; a snapshot of more; put the copy back, and write as much anew."""
    copy, home = tmp_path / "copy", tmp_path / "home"
    home.mkdir()
    async with process(home) as here:
        await here.store(range(300))
    shutil.copytree(home, copy)
    await filled(home)
    [file] = home.glob("index-*.faiss")
    shutil.copy(file, copy)

    async with process(copy) as here:
        await here.store(range(300, MANY + 300), made=vectors(MANY + 300, 384, seed=99))
        hits = await here.view.nearest(STORED[300], HERE, limit=1, model=MODEL)
        [passage] = await here.passages.get([hit.id for hit in hits])
        assert hits[0].strength < 0.999, passage.text
        assert "the record does not know it" in caplog.text
        assert len(here.view) == MANY + 300


async def test_a_snapshot_that_is_newer_than_the_record_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(tmp_path)
    async with process(tmp_path) as here:
        here.database.connection.execute("DELETE FROM changes WHERE seq > 500")
        here.database.connection.execute(
            "UPDATE sqlite_sequence SET seq = 500 WHERE name = 'changes'"
        )
        await here.assert_true(range(MANY))
    assert "the record is at 500" in caplog.text


async def test_a_snapshot_that_the_log_no_longer_reaches_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(tmp_path)
    async with process(tmp_path) as here:
        await here.store(range(MANY, MANY + 20))
        here.database.connection.execute("DELETE FROM changes WHERE seq <= ?", (MANY + 10,))
        await here.assert_true(range(MANY + 20))
    assert f"the log begins at {MANY + 11}" in caplog.text


async def test_the_snapshot_of_another_record_project_or_model_is_not_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = await filled(tmp_path / "one")
    other = tmp_path / "other"
    async with process(other) as here:
        await here.store(range(20))
        shutil.copy(file, other)
        await here.assert_true(range(20))
    assert "it is of another record" in caplog.text

    async with process(tmp_path / "one") as here:
        name = here.keeper._file(here.view._followed("q", MODEL, dimension=384))  # noqa: SLF001
        shutil.copy(file, name)
        assert await here.near(1, scope=Scope(project_id="q")) == []
        assert "it is of another project" in caplog.text
        assert await here.view.nearest(STORED[0], HERE, limit=5, model="model-2") == []
        assert await here.near(1) == [1]
