"""A snapshot is what was written or it is refused; whoever writes it, and whatever happens then."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ltmc_server.stores.faiss.index import FaissVectors
from ltmc_server.stores.faiss.part import Part
from ltmc_server.stores.faiss.snapshots import (
    LEFT_OVER_S,
    SnapshotUnusable,
    Stamp,
    check,
    file_name,
    read,
    write,
)
from tests.stores.made_up import SMALL, ids, put_in_order, vectors

STORED = vectors(600, 8)
STAMP = Stamp(record="r", project_id="p", model="m", dimension=8, seq=50, mark="drawn")
NAME = file_name("p", "m")


@pytest.fixture(scope="module")
def part() -> Part:
    """Return a net of 600 vectors."""
    index = FaissVectors(8, SMALL)
    index.update("p", ids(range(600)), STORED)
    put_in_order(index)
    net = index.projects["p"].net
    assert net is not None
    return net


@pytest.fixture(scope="module")
def whole(part: Part, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a snapshot."""
    file = tmp_path_factory.mktemp("snapshot") / NAME
    write(file, STAMP, part, part.alive)
    return file.read_bytes()


def test_what_was_written_is_read_and_answers_as_before(part: Part, tmp_path: Path) -> None:
    file = tmp_path / NAME
    alive = part.alive.copy()
    alive[[5, 77]] = False
    write(file, STAMP, part, alive)

    stamp, again = read(file)

    assert replace(stamp, count=0, faiss="") == STAMP
    assert (again.count, again.dead, again.is_net) == (600, 2, True)
    assert np.array_equal(again.scales, part.scales[:600])
    loaded = FaissVectors.around("p", again, SMALL)
    for number in (3, 300, 599):
        assert [hit.id for hit in loaded.search("p", STORED[number], limit=1)] == [number]
    assert loaded.search("p", STORED[5], limit=1)[0].id != 5
    loaded.remove(ids([3]))
    loaded.update("p", ids([9_000]), STORED[3][None])
    assert [hit.id for hit in loaded.search("p", STORED[3], limit=1)] == [9_000]
    assert [path.name for path in tmp_path.iterdir()] == [NAME], "nothing is left over"


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), length=st.floats(0, 1))
def test_a_bit_that_flipped_or_an_end_that_is_lacking_is_seen(
    whole: bytes, tmp_path: Path, place: float, bit: int, length: float
) -> None:
    file = tmp_path / NAME
    at = int(place * len(whole))
    file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
    with pytest.raises(SnapshotUnusable):
        read(file)

    file.write_bytes(whole[: int(length * (len(whole) - 1))])
    with pytest.raises(SnapshotUnusable):
        read(file)


def test_what_is_no_snapshot_is_refused(tmp_path: Path) -> None:
    file = tmp_path / NAME
    for content in (b"", b"x" * 10_000, os.urandom(5_000)):
        file.write_bytes(content)
        with pytest.raises(SnapshotUnusable):
            read(file)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "index-none.faiss")


@pytest.mark.parametrize(
    ("wanted", "oldest", "why"),
    [
        (replace(STAMP, record="another"), 1, "another record"),
        (replace(STAMP, project_id="q"), 1, "another project"),
        (replace(STAMP, model="m2"), 1, "another model"),
        (replace(STAMP, dimension=9), 1, "another length"),
        (replace(STAMP, mark="drawn later"), 1, "does not know it"),
        (replace(STAMP, mark=""), 1, "does not know it"),
        (replace(STAMP, seq=49), 1, "change 50, the record is at 49"),
        (replace(STAMP, seq=90), 52, "change 50, the log begins at 52"),
    ],
)
def test_a_snapshot_of_something_else_or_of_another_time_is_refused(
    wanted: Stamp, oldest: int, why: str
) -> None:
    with pytest.raises(SnapshotUnusable, match=why):
        check(STAMP, wanted, oldest)


def test_one_that_the_log_can_bring_up_to_date_is_taken() -> None:
    check(STAMP, replace(STAMP, seq=90), 51)
    check(STAMP, STAMP, 1)


def test_a_full_disk_leaves_what_was_there(part: Part, whole: bytes, tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(whole)

    with files_up_to(20_000), pytest.raises(OSError, match="too large"):
        write(file, replace(STAMP, seq=60), part, part.alive)

    assert file.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let no file grow larger, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_of_two_that_write_at_once_one_is_there_and_whole(part: Part, tmp_path: Path) -> None:
    file = tmp_path / NAME
    stamps = [replace(STAMP, seq=number) for number in range(8)]

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda stamp: write(file, stamp, part, part.alive), stamps))

    stamp, again = read(file)
    assert (stamp.seq in range(8), again.count) == (True, 600)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_the_snapshot_of_another_model_goes_and_that_of_another_project_stays(
    part: Part, tmp_path: Path
) -> None:
    for project, model in (("p", "m"), ("q", "m"), ("p", "m2")):
        stamp = replace(STAMP, project_id=project, model=model)
        write(tmp_path / file_name(project, model), stamp, part, part.alive)

    there = {path.name for path in tmp_path.iterdir()}
    assert there == {file_name("q", "m"), file_name("p", "m2")}


WRITER = """
import sys
from pathlib import Path
from tests.stores.test_vector_snapshots import STAMP
from ltmc_server.stores.faiss.snapshots import read, write
folder = Path(sys.argv[1])
stamp, part = read(folder / "seed")
print("ready", flush=True)
while True:
    write(folder / sys.argv[2], STAMP, part, part.alive)
"""


@pytest.mark.parametrize("after_s", [0.0, 0.013, 0.031])
def test_who_is_killed_while_writing_leaves_a_whole_one_or_none(
    whole: bytes, part: Part, tmp_path: Path, after_s: float
) -> None:
    (tmp_path / "seed").write_bytes(whole)
    command = [sys.executable, "-c", WRITER, str(tmp_path), NAME]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(after_s)
        process.send_signal(signal.SIGKILL)

    if (tmp_path / NAME).exists():
        assert read(tmp_path / NAME)[1].count == 600
    left = [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    assert len(left) <= 1
    for path in left:
        os.utime(path, (time.time() - 2 * LEFT_OVER_S,) * 2)
    write(tmp_path / NAME, STAMP, part, part.alive)
    assert {path.name for path in tmp_path.iterdir()} == {NAME, "seed"}
