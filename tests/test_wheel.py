"""What is installed works: a checkout hides what the package forgot."""

import os
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it, alone, into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    target = folder / "installed"
    install = ["uv", "pip", "install", "-q", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(install, check=True)
    return target


@pytest.mark.slow
async def test_the_installed_server_stores_and_finds(installed: Path, tmp_path: Path) -> None:
    environment = os.environ | {
        "PYTHONPATH": str(installed),
        "LTMC_DATA_DIR": str(tmp_path / "data"),
    }
    code = "import ltmc_server; print(ltmc_server.__file__)"
    where = await anyio.run_process([sys.executable, "-c", code], cwd=tmp_path, env=environment)
    assert Path(where.stdout.decode().strip()).is_relative_to(installed)

    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "ltmc_server"], cwd=tmp_path, env=environment
    )
    with anyio.fail_after(30):
        async with Client(parameters) as client:
            stored = {"action": "store", "file_name": "tea.md", "content": "green tea"}
            await client.call_tool("memory_action", stored)
            found = await client.call_tool("memory_action", {"action": "retrieve", "query": "tea"})

    assert found.structured_content is not None
    assert [each["file_name"] for each in found.structured_content["documents"]] == ["tea.md"]


@pytest.mark.slow
def test_the_wheel_holds_the_server_and_nothing_else(installed: Path) -> None:
    packages = {path.parent.name for path in installed.glob("*/__init__.py")}

    assert packages == {"ltmc_server"}
    assert (installed / "ltmc_server/py.typed").is_file()
    assert list((installed / "ltmc_server/stores/sqlite/schema").glob("*.sql"))
    assert (installed / "ltmc_server/protocol/published.json").is_file()
    resources = installed / "ltmc_server/embedding/resources"
    assert {path.name for path in resources.iterdir()} == {
        *("minilm.onnx", "static-codes.npy", "static-scales.npy", "vocab.txt")
    }
    [licences] = installed.glob("ltmc_server-*.dist-info/licenses")
    assert {path.name for path in licences.iterdir()} == {"LICENSE", "NOTICE"}
