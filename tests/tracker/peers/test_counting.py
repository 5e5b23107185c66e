"""The kernel counts how often a server waits for the disk."""

import pytest

from tests.tracker.peers.made import SHORT, small
from tracker.peers.counting import fsyncs


@pytest.mark.parametrize("count", [0, 2])
def test_fsyncs_are_counted(count: int) -> None:
    server = small(FSYNCS=str(count))

    fsyncs(server, SHORT)

    assert server.samples == {"disk.fsyncs": [[count]]}
    assert server.homes
    server.clean()
