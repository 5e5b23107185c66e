"""The README's commands and examples do what it says, in a fresh clone."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = dict[str, list[str]]()
for language, block in re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL):
    BLOCKS.setdefault(language, []).append(block)


def commands() -> list[str]:
    lines = [line for block in BLOCKS["sh"] for line in block.splitlines()]
    return [re.sub(r"\s+#.*", "", line) for line in lines if line]


def test_every_command_is_one_that_is_run_here() -> None:
    assert commands() == [
        "git clone <this repository> ltmc && cd ltmc",  # the fixture `clone`
        "./just track",  # test_track_measures_and_says_how_to_look
        "./just test",  # test_ci_runs_the_test_command: this run is it
        "./just compare main~1 main",  # test_compare_prints_figures
    ]
    assert "`./just publish`, then `./just preview`" in README  # test_preview_serves_the_site


def test_ci_runs_the_test_command() -> None:
    assert (ROOT / ".ci/run").read_text("utf-8").splitlines()[-1] == "exec ./just test"


@pytest.mark.anyio
async def test_the_configuration_for_clients_starts_the_server(tmp_path: Path) -> None:
    [server] = json.loads(BLOCKS["json"][0])["mcpServers"].values()
    command = server["command"].replace("/path/to/ltmc", str(ROOT))
    assert set(server["env"]) == {"LTMC_DATA_DIR"}

    parameters = StdioServerParameters(
        command=command, args=server.get("args", []), env={"LTMC_DATA_DIR": str(tmp_path)}
    )
    with anyio.fail_after(30):
        async with Client(parameters) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}

    assert tools == set(re.findall(r"^\| \[`(\w+)`\]", README, flags=re.MULTILINE))


def test_the_example_in_python_prints_what_was_stored(tmp_path: Path) -> None:
    [example] = BLOCKS["python"]
    script = tmp_path / "example.py"
    # The clone has no environment of its own yet; and the example must not fill a real memory.
    script.write_text(example.replace(".venv/bin/ltmc", str(Path(sys.executable).parent / "ltmc")))
    done = subprocess.run(
        [sys.executable, str(script)],
        env=os.environ | {"HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )

    assert done.stdout == "The staging database is called heron; ask Kim before you reset it.\n"
