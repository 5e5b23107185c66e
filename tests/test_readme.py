"""The README's commands and examples do what it says, in a fresh clone."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PACKAGES = subprocess.run(
    ["uv", "cache", "dir"], capture_output=True, text=True, check=True
).stdout.strip()
BLOCKS = dict[str, list[str]]()
for language, block in re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL):
    BLOCKS.setdefault(language, []).append(block)


def commands() -> list[str]:
    lines = [line for block in BLOCKS["sh"] for line in block.splitlines()]
    return [re.sub(r"\s+#.*", "", line) for line in lines if line]


def test_every_command_is_one_that_is_run_here() -> None:
    assert commands() == [
        "git clone <this repository> ltmc && cd ltmc",  # the fixture `clone`
        "./just track",  # test_commits_are_measured_and_it_is_said_how_to_look
        "./just test",  # test_ci_runs_the_test_command: this run is it
        "./just letta up",  # tests/tracker/letta/test_background.py
        "./just validate --full",  # tests/tracker/validation/: all but the quarter of an hour
        "./just compare main",  # tests/test_tutorial.py, as are these two
        "./just regressions",
        "./just bisect tools.todo.At500.time_list main~20..main",
    ]
    assert "`./just publish`, then `./just preview`" in README  # test_the_site_is_served


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


def run(clone: Path, command: str) -> str:
    """Run a command of the README in the clone; return what it printed."""
    done = subprocess.run(
        shlex.split(command),
        cwd=clone,
        # A home of its own: nothing that is there by chance may help, but the packages.
        env=os.environ | {"HOME": str(clone.parent), "UV_CACHE_DIR": PACKAGES},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clone the repository, and leave it one small benchmark: the others take minutes."""
    clone = tmp_path_factory.mktemp("newcomer") / "ltmc"
    git = ["git", "-c", "advice.detachedHead=false"]
    subprocess.run([*git, "clone", "-q", str(ROOT), str(clone)], check=True)
    # The branch that is checked out here need not be called main.
    subprocess.run([*git, "checkout", "-q", "-B", "main"], cwd=clone, check=True)
    for path in (clone / "benchmarks").rglob("*.py"):
        if path.name not in {"__init__.py", "calibration.py"}:
            path.unlink()
    return clone


@pytest.fixture(scope="module")
def measured(clone: Path) -> tuple[str, list[str]]:
    """Run `./just track`; return what it prints, and the commits it measured, newest first."""
    said = run(clone, "./just track --commits 2")
    results = clone.glob("results/local/*-*.json")
    shas = {file.name.partition("-")[0] for file in results}
    listed = subprocess.run(
        ["git", "rev-list", "--first-parent", "main"],
        cwd=clone,
        capture_output=True,
        text=True,
        check=True,
    )
    return said, [sha for sha in listed.stdout.split() if sha[:8] in shas]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_commits_are_measured_and_it_is_said_how_to_look(
    clone: Path, measured: tuple[str, list[str]]
) -> None:
    said, commits = measured

    assert len(commits) == 2
    assert "./just preview" in said.splitlines()[-1]
    assert (clone / "html/index.html").is_file()


@pytest.mark.slow
def test_two_commits_are_compared(clone: Path, measured: tuple[str, list[str]]) -> None:
    _, (new, old) = measured

    assert "calibration.Machine.time_python" in run(clone, f"./just asv-compare {old} {new}")


@pytest.mark.slow
def test_the_site_is_served(clone: Path, measured: tuple[str, list[str]]) -> None:
    run(clone, "./just publish")
    with subprocess.Popen(
        ["./just", "preview"],
        cwd=clone,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stdout
        try:
            said = next(line for line in server.stdout if "http://" in line)
            address = re.findall(r"http://[\w.]+:\d+", said)[0]
            with urllib.request.urlopen(f"{address}/targets.html", timeout=10) as page:
                assert b"Targets" in page.read()
        finally:
            os.killpg(server.pid, signal.SIGTERM)
