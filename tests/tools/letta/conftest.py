"""Each test of the letta tools runs twice: on the stand-in, and on the real server."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from letta_client import Letta

from ltmc_server.dispatch import Dispatcher
from ltmc_server.letta.client import LettaClient
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.tools.letta.letta_tools import Bridge, asking, dispatcher_over

START_S = 900
"""The first test on the real server may have to install it."""


@pytest.fixture(
    params=[
        "standin",
        pytest.param("real", marks=[pytest.mark.slow, pytest.mark.timeout(START_S)]),
    ]
)
def letta_url(request: pytest.FixtureRequest) -> str:
    """Return where a Letta answers. The real one is skipped where it can not be installed."""
    name = "letta" if request.param == "real" else "letta_standin"
    return str(request.getfixturevalue(name).base_url)


@pytest.fixture
async def bridge(
    letta_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Bridge]:
    """Open the tools on that server; agents that a test makes are deleted after it."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), letta_base_url=letta_url, letta_api_key="x"
    )
    async with aclosing(LettaClient(settings)) as client:
        dispatcher = dispatcher_over(client)
        with asking(letta_url) as direct:
            is_real = "real" in request.node.callspec.id
            bridge = Bridge(dispatcher, direct, is_real)
            yield bridge
            for id in bridge.made:
                if bridge.is_there(id):
                    direct.agents.delete(id)


@pytest.fixture
def sdk(letta_url: str) -> Iterator[Letta]:
    """Ask Letta itself what is there. Take `.items`: its pages repeat entries."""
    with asking(letta_url) as client:
        yield client


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Make a folder that the server may read and write."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture
async def server(letta_url: str, tmp_path: Path, workspace: Path) -> AsyncIterator[Dispatcher]:
    """Open our whole server, with that one behind it."""
    settings = Settings(
        data_dir=tmp_path / "data", workspace_roots=(workspace,), letta_base_url=letta_url
    )
    async with open_dispatcher(settings) as dispatcher:
        yield dispatcher
