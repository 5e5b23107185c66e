"""Of a Letta server that was started nothing is left, however it ends."""

from pathlib import Path

import psutil
import pytest

from tests.tracker.letta.left import alive, family, running
from tests.tracker.letta.pretended import BROKEN, HEALTHY, pretend
from tracker.errors import LettaNotStarted
from tracker.letta.installation import INSTALL_S, Installation
from tracker.letta.server import LETTA_START_S, LettaServer, letta_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(INSTALL_S + 2 * LETTA_START_S)]


class Broken(Exception):
    """What the block raises."""


def test_nothing_is_left_when_letta_is_killed_and_the_block_raises(
    installed: Installation,
) -> None:
    started: list[LettaServer] = []
    processes: list[psutil.Process] = []

    def work(server: LettaServer) -> None:
        started.append(server)
        processes.extend(family(list(server.pids.values())))
        psutil.Process(server.pids["letta"]).kill()
        raise Broken

    with pytest.raises(Broken), letta_server(installation=installed) as server:
        work(server)

    assert len(processes) > 5  # PostgreSQL is several
    gone(started[0], processes)


@pytest.mark.parametrize("part", ["postgres", "llm_stub", "letta"])
def test_nothing_is_left_whichever_part_has_died(
    installed: Installation, tmp_path: Path, part: str
) -> None:
    quick = pretend(tmp_path / "environment", installed, HEALTHY)
    with letta_server(installation=quick) as server:
        processes = family(list(server.pids.values()))
        psutil.Process(server.pids[part]).kill()

    gone(server, processes)


def test_a_letta_that_ends_at_its_start_is_reported_with_what_it_said(
    installed: Installation, tmp_path: Path
) -> None:
    broken = pretend(tmp_path / "environment", installed, BROKEN)
    before = psutil.Process().children(recursive=True)

    with (
        pytest.raises(LettaNotStarted, match="ImportError: no such name"),
        letta_server(installation=broken),
    ):
        pytest.fail("it was believed to be ready")

    children = psutil.Process().children(recursive=True)
    assert alive([each for each in children if each not in before]) == []


def gone(server: LettaServer, processes: list[psutil.Process]) -> None:
    assert alive(processes) == []
    assert server.folder
    assert running(server.folder) == []
    assert not server.folder.exists()
