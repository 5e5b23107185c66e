"""config_action: what the server is set to."""

import os
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ltmc_server.configuration.reading import Sources
from ltmc_server.dispatch import Dispatcher
from ltmc_server.observability.health import Health, State
from ltmc_server.observability.metrics import Metrics
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from ltmc_server.tools.config import ConfigTool

pytestmark = pytest.mark.anyio

TOOL = "config_action"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Dispatcher]:
    async with open_dispatcher(Settings(data_dir=tmp_path, durability="normal")) as dispatcher:
        yield dispatcher


async def test_each_setting_is_told_with_its_source(server: Dispatcher, tmp_path: Path) -> None:
    told = (await server.call(TOOL, {"action": "validate_config"})).payload

    assert told["valid"]
    assert told["settings"]["data_dir"] == {
        "value": str(tmp_path),
        "source": "code",
        "valid": True,
    }
    assert told["settings"]["log_level"]["source"] == "default"
    assert set(told["settings"]) == set(Settings.model_fields)
    assert told["stores"]["sqlite"] == {"state": "connected", "reachable": True}
    assert told["stores"]["redis"] == {"state": "disabled"}


async def test_a_store_that_does_not_answer_is_not_reachable(tmp_path: Path) -> None:
    async def unreachable() -> State:
        return "unreachable"

    health = Health(Metrics(), {"redis": unreachable}, frozenset())
    tool = ConfigTool(Settings(data_dir=tmp_path), health)

    told = await tool.validate_config()

    assert told["stores"] == {"redis": {"state": "unreachable", "reachable": False}}


async def test_what_a_start_now_would_find_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("LTMC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config" / "ltmc").mkdir(parents=True)
    file = tmp_path / "config" / "ltmc" / "ltmc.toml"
    file.write_text('project_id = "one"')
    settings = Sources({"data_dir": str(tmp_path / "data")}).settings()

    async with open_dispatcher(settings) as server:

        async def told() -> dict[str, object]:
            return (await server.call(TOOL, {"action": "validate_config"})).payload

        assert (await told())["changed_since_start"] == []
        file.write_text('project_id = "two"')
        assert (await told())["changed_since_start"] == ["project_id"]
        file.write_text('projectid = "two"')
        wrong = await told()

    assert not wrong["valid"]
    assert wrong["problems"] == [
        f"{file}: projectid: there is no such setting. Did you mean {file}: project_id?"
    ]
    assert wrong["files"] == {str(tmp_path / "ltmc.toml"): "absent", str(file): "read"}


async def test_the_schema_has_every_setting(server: Dispatcher) -> None:
    schema = (await server.call(TOOL, {"action": "get_config_schema"})).payload["schema"]

    assert set(schema["properties"]) == set(Settings.model_fields)
    assert schema["properties"]["read_secrets"]["flag"] == "--read-secrets"
    assert schema["additionalProperties"] is False


async def test_what_is_exported_sets_the_same(server: Dispatcher, tmp_path: Path) -> None:
    told = (await server.call(TOOL, {"action": "export_config"})).payload

    assert told["format"] == "toml"
    assert tomllib.loads(told["text"]) == {"data_dir": str(tmp_path), "durability": "normal"}
    env = (await server.call(TOOL, {"action": "export_config", "format": "env"})).payload
    assert "\nLTMC_DURABILITY=normal\n" in env["text"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"action": "export_config", "format": "yaml"}, "format"),
        ({"action": "export_config", "path": "x"}, "path"),
        ({"action": "validate_config", "config": {}}, "config"),
        ({"action": "get_config_schema", "format": "toml"}, "format"),
    ],
    ids=str,
)
async def test_a_wrong_question_is_refused_by_name(
    server: Dispatcher, arguments: dict[str, object], named: str
) -> None:
    reply = await server.call(TOOL, arguments)

    assert reply.is_error
    assert reply.payload["error"]["code"] == "invalid_arguments"
    assert named in reply.payload["error"]["message"]
