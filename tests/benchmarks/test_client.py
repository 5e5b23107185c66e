"""The client of the benchmarks: when it takes a server to be at rest."""

import sys
import time
from pathlib import Path

import pytest

from benchmarks.client import Client

BUSY = """
import time
until = time.process_time() + {seconds}
while time.process_time() < until:
    pass
time.sleep(60)
"""


def busy_for(folder: Path, seconds: float) -> Client:
    return Client(str(folder), (sys.executable, "-c", BUSY.format(seconds=seconds)))


def test_a_server_is_at_rest_when_it_no_longer_works(tmp_path: Path) -> None:
    with busy_for(tmp_path, 0.5) as client:
        client.rest()
        spent_s = client.processor_s()
        client.process.kill()

    assert spent_s >= 0.5


def test_who_never_rests_is_not_waited_for(tmp_path: Path) -> None:
    with busy_for(tmp_path, 60) as client:
        began = time.monotonic()
        with pytest.raises(TimeoutError, match="no rest"):
            client.rest(longest_s=0.5)
        client.process.kill()

    assert time.monotonic() - began < 30
