"""`ltmc verify` and `ltmc repair`: what is damaged is named, and mended from the record."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ltmc_server.commands.repair import repair
from ltmc_server.commands.verify import verify
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.commands.damaging import damage, fill, settings_for, wrong
from tests.stores.breaking import break_a_name
from tests.wire import environment

pytestmark = pytest.mark.anyio

WORDS = "INSERT INTO {0} ({0}) VALUES ('delete-all')"


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    made = settings_for(tmp_path)
    await fill(made)
    return made


async def repaired(settings: Settings) -> list[str]:
    return [line async for line in repair(settings)]


async def test_what_is_sound_is_proven_and_nothing_is_changed(settings: Settings) -> None:
    before = settings.database().read_bytes()

    report = await verify(settings)

    assert (report.exit_status, wrong(report)) == (0, []), report.text()
    names = {check.name for check in report.checks}
    assert {"file", "passages", "passage_words", "message_words", "vectors", "graph"} <= names
    assert settings.database().read_bytes() == before
    assert await repaired(settings) == []


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        ([WORDS.format("passage_words")], ["passage_words"]),
        (
            [
                """INSERT INTO passage_words (passage_words, rowid, title, text)
                   SELECT 'delete', id, title, text FROM passages ORDER BY id LIMIT 1"""
            ],
            ["passage_words"],
        ),
        (["DELETE FROM passage_words_data WHERE id > 10"], ["passage_words"]),
        (
            [WORDS.format("todo_words"), WORDS.format("message_words")],
            ["message_words", "todo_words"],
        ),
        (["UPDATE vectors SET vector = flipped(vector)"], ["vectors"]),
        (["UPDATE vectors SET vector = substr(vector, 1, 100) WHERE passage_id < 3"], ["vectors"]),
        (["UPDATE vectors SET vector = zeroblob(768)"], ["vectors"]),
        (["DELETE FROM vectors"], ["vectors"]),
        (["DELETE FROM passages WHERE id IN (SELECT max(id) FROM passages)"], ["passages"]),
        (["UPDATE passages SET digest = zeroblob(16)"], ["passages"]),
        (["UPDATE passages SET start = start + 1"], ["passages"]),
        (["UPDATE documents SET chunk_count = 99"], ["passages"]),
        (["UPDATE conversations SET message_count = 99"], ["conversations"]),
        (["DELETE FROM conversations"], ["conversations"]),
    ],
)
async def test_a_view_that_is_damaged_is_named_and_mended(
    settings: Settings, statements: list[str], named: list[str]
) -> None:
    damage(settings, *statements)

    report = await verify(settings)
    assert (report.exit_status, wrong(report)) == (1, named), report.text()

    assert await repaired(settings) != []
    report = await verify(settings)
    assert (report.exit_status, wrong(report)) == (0, []), report.text()
    assert await repaired(settings) == []


async def test_a_server_that_runs_sees_what_was_mended(settings: Settings) -> None:
    question = {"action": "retrieve", "query": "boiling water", "mode": "semantic"}
    async with open_dispatcher(settings) as dispatcher:
        before = (await dispatcher.call("memory_action", question)).payload["documents"]
        damage(settings, "DELETE FROM vectors", WORDS.format("passage_words"))
        damage(settings, "INSERT INTO changes (passage_id, removed) SELECT id, 1 FROM passages")
        lost = (await dispatcher.call("memory_action", question)).payload["documents"]
        assert (len(before) > 0, lost) == (True, [])

        await repaired(settings)

        after = (await dispatcher.call("memory_action", question)).payload["documents"]
        assert [hit["id"] for hit in after] == [hit["id"] for hit in before]


async def test_a_repair_that_is_interrupted_goes_on_the_next_time(settings: Settings) -> None:
    damage(settings, "DELETE FROM vectors", WORDS.format("passage_words"))
    lines = repair(settings)
    assert "passage_words" in await anext(lines)
    await lines.aclose()

    assert wrong(await verify(settings)) == ["vectors"]
    await repaired(settings)
    assert wrong(await verify(settings)) == []


async def test_a_text_that_was_changed_is_named_and_left(settings: Settings) -> None:
    """The text is the record: a repair can not know a better one."""
    damage(settings, "UPDATE versions SET content = 'forged' WHERE version = 2")

    assert wrong(await verify(settings)) == ["passages"]
    await repaired(settings)
    report = await verify(settings)
    assert wrong(report) == ["passages"]
    assert "not the one that was stored" in report.text()


async def test_rows_without_their_owner_are_named(settings: Settings) -> None:
    damage(settings, "PRAGMA foreign_keys = OFF", "DELETE FROM todos", "DELETE FROM messages")
    assert wrong(await verify(settings)) == ["conversations"]
    damage(settings, "PRAGMA foreign_keys = OFF", "DELETE FROM passages")

    assert "file" in wrong(await verify(settings))


async def test_a_broken_page_is_named(settings: Settings) -> None:
    whole = bytearray(settings.database().read_bytes())
    middle = len(whole) // 2 // 4096 * 4096
    whole[middle : middle + 4096] = b"\x55" * 4096
    settings.database().write_bytes(whole)

    report = await verify(settings)

    assert report.exit_status == 1
    assert "file" in wrong(report)


async def test_a_broken_name_is_named_as_far_as_it_can_be_read(settings: Settings) -> None:
    break_a_name(settings.database())

    report = await verify(settings)

    assert report.exit_status == 1
    assert "file" in wrong(report)
    assert "malformed database schema" in report.text()
    assert "\\x80" in report.text()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("PRAGMA application_id = 1", "another program"),
        ("PRAGMA user_version = 999", "schema 999"),
        ("PRAGMA user_version = 1", "schema 1 of"),
    ],
)
async def test_a_file_that_is_not_understood_is_not_judged(
    settings: Settings, statement: str, said: str
) -> None:
    damage(settings, statement)

    report = await verify(settings)

    assert report.exit_status == 2
    assert said in report.text()


def ltmc(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ltmc_server", *arguments]
    return subprocess.run(
        command, env=environment(folder), capture_output=True, text=True, check=False
    )


async def test_the_commands_say_it_to_a_shell(settings: Settings, tmp_path: Path) -> None:
    nowhere = ltmc(tmp_path / "nowhere", "verify")
    assert (nowhere.returncode, "there is no" in nowhere.stdout) == (2, True)
    assert not (tmp_path / "nowhere").exists()
    assert ltmc(tmp_path, "verify").returncode == 0

    damage(settings, "DELETE FROM vectors")
    told = ltmc(tmp_path, "verify", "--json")
    assert told.returncode == 1
    checks = {check["name"]: check["state"] for check in json.loads(told.stdout)["checks"]}
    assert [name for name, state in checks.items() if state != "true"] == ["vectors"]

    mended = ltmc(tmp_path, "repair")
    assert (mended.returncode, "vectors:" in mended.stdout) == (0, True), mended.stderr
    assert ltmc(tmp_path, "verify").returncode == 0
    assert ltmc(tmp_path, "repair").stdout == "nothing to mend\n"
