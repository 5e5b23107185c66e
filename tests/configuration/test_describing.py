"""What is exported sets the same again, and holds no secret."""

import subprocess
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings as how, strategies as some
from pydantic import SecretStr

from ltmc_server.configuration.describing import Format, exported, schema
from tests.configuration.samples import CANARY, Sample

FULL = Sample(
    size=6,
    redis_url=f"redis://:{CANARY}@host/0",
    queue_url="amqp://host/x",
    password=SecretStr(CANARY),
    keys={"a": SecretStr(CANARY)},
)

VALUES = some.fixed_dictionaries(
    {
        "size": some.integers(-(2**63), 2**63 - 1),
        "name": some.text().filter(lambda text: "\0" not in text),
        "loud": some.booleans(),
        "mode": some.sampled_from(["one", "two"]),
        "words": some.lists(some.text()).map(tuple),
    }
)


@given(VALUES)
def test_what_toml_says_is_what_was_exported(values: dict[str, Any]) -> None:
    text, hidden = exported(Sample(**values), "toml")

    assert Sample(**tomllib.loads(text)) == Sample(**values)
    assert hidden == []


@how(max_examples=20, deadline=None)
@given(VALUES)
def test_what_a_shell_reads_is_what_was_exported(values: dict[str, Any]) -> None:
    text, _ = exported(Sample(**values), "env")
    script = f"set -a\n{text}\nenv -0"
    said = subprocess.run(
        ["/bin/sh"], input=script.encode(), capture_output=True, check=True, env={}
    ).stdout

    with pytest.MonkeyPatch.context() as patch:
        for entry in said.decode().split("\0"):
            name, _, value = entry.partition("=")
            if name.startswith("SAMPLE_"):
                patch.setenv(name, value)
        assert Sample() == Sample(**values)


@pytest.mark.parametrize("form", ["toml", "env"])
def test_a_secret_is_a_comment_and_named(form: Format) -> None:
    text, hidden = exported(FULL, form)

    assert CANARY not in text
    assert hidden == ["redis_url", "password", "keys"]
    said = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(said) == 2


def test_the_schema_names_each_setting_in_each_source_and_shows_no_secret() -> None:
    class Careless(Sample):
        password: SecretStr | None = SecretStr(CANARY)
        name: str = f"http://a:{CANARY}@b"

    told = schema(Careless)

    assert told["properties"]["size"] == {
        "default": 5,
        "description": "How large, 100% of it.",
        "type": "integer",
        "flag": "--size",
        "variable": "SAMPLE_SIZE",
        "workspace_file": True,
    }
    assert "flag" not in told["properties"]["password"]
    assert CANARY not in str(told)
