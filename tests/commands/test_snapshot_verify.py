"""`ltmc verify` and `ltmc repair` on snapshots: what can not be used is named, and deleted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ltmc_server.commands.repair import repair
from ltmc_server.commands.verify import verify
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.commands.damaging import damage, settings_for, wrong
from tests.retrieval.filled_record import filled

pytestmark = pytest.mark.anyio


@pytest.fixture
async def snapshot(tmp_path: Path) -> Path:
    return await filled(tmp_path)


async def snapshots(settings: Settings) -> tuple[str, str]:
    report = await verify(settings)
    [check] = [check for check in report.checks if check.name == "snapshots"]
    return check.state, " ".join([check.said, *check.named])


async def test_a_snapshot_is_proven_against_the_record(snapshot: Path, tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    before = state_of(snapshot)

    assert await snapshots(settings) == ("true", "1, with the vectors of the record")
    assert [line async for line in repair(settings)] == []
    assert state_of(snapshot) == before


async def test_without_one_nothing_is_lacking(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with open_dispatcher(settings):
        pass
    assert await snapshots(settings) == ("true", "there is none")


def state_of(file: Path) -> tuple[int, int]:
    return file.stat().st_ino, file.stat().st_mtime_ns


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def rename(file: Path) -> None:
    file.rename(file.with_name("index-other.faiss"))


@pytest.mark.parametrize(
    ("harm", "statement", "why", "repaired"),
    [
        (cut_off, "", "digest", "deleted"),
        (rename, "", "does not know it", "deleted"),
        (None, "UPDATE record SET id = 'another'", "another record", "deleted"),
        (
            None,
            "UPDATE facts SET value = 'x' WHERE name LIKE 'snapshot %'",
            "does not know it",
            "deleted",
        ),
        (None, "DELETE FROM changes WHERE seq > 9", "the record is at 9", "deleted"),
        (
            None,
            "UPDATE vectors SET vector = flipped(vector) WHERE passage_id = 8",
            "such as of 8",
            "vectors: 1 made",
        ),
        (None, "DELETE FROM vectors WHERE passage_id = 8", "such as of 8", "vectors: 1 made"),
    ],
)
async def test_what_no_server_would_use_or_none_should_is_named_and_deleted(
    snapshot: Path,
    tmp_path: Path,
    harm: Callable[[Path], None] | None,
    statement: str,
    why: str,
    repaired: str,
) -> None:
    settings = settings_for(tmp_path)
    if harm is not None:
        harm(snapshot)
    if statement:
        damage(settings, statement)

    state, said = await snapshots(settings)
    assert (state, why in said) == ("not true", True), said
    assert "snapshots" in wrong(await verify(settings))

    told = [line async for line in repair(settings)]
    assert [repaired in line for line in told] == [True]
    assert (await snapshots(settings))[0] == "true"


async def test_what_changed_since_a_snapshot_is_not_held_against_it(
    snapshot: Path, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path)
    damage(settings, "DELETE FROM documents WHERE file_name IN ('3', '77')")

    assert (await snapshots(settings))[0] == "true"
