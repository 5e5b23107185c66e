"""What a stranger's run may have handed over."""

import json
from pathlib import Path

import pytest

from tracker.pull_request import artifact
from tracker.pull_request.artifact import PULL_REQUEST, REPORT, SIZE_MAX_BYTES
from tracker.pull_request.errors import UnusableArtifact


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    artifact.write_number(tmp_path, 7, "a" * 40)
    (tmp_path / REPORT).write_text("fine\r\n", "utf-8")
    return tmp_path


def test_what_we_write_is_read(folder: Path) -> None:
    assert artifact.read(folder) == artifact.Handover(7, "fine\n")


@pytest.mark.parametrize(
    "content",
    [
        "7",
        "[]",
        "{}",
        "not JSON",
        "[" * 100_000,
        *(json.dumps({"pull_request": number}) for number in ("7", 0, -1, 10**10, True, 7.0, None)),
    ],
    ids=lambda content: content[:25],
)
def test_a_number_that_is_none_is_refused(folder: Path, content: str) -> None:
    (folder / PULL_REQUEST).write_text(content, "utf-8")

    with pytest.raises(UnusableArtifact, match=PULL_REQUEST):
        artifact.read(folder)


def test_a_link_to_elsewhere_is_not_followed(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the key", "utf-8")
    (folder / REPORT).unlink()
    (folder / REPORT).symlink_to(secret)

    with pytest.raises(UnusableArtifact, match="no plain file"):
        artifact.read(folder)


def test_a_file_of_any_size_is_not_read_whole(folder: Path) -> None:
    with (folder / REPORT).open("wb") as file:
        file.truncate(SIZE_MAX_BYTES * 10_000)

    with pytest.raises(UnusableArtifact, match="more than"):
        artifact.read(folder)


def test_an_empty_and_a_missing_report_are_refused(folder: Path) -> None:
    (folder / REPORT).write_text(" \n", "utf-8")
    with pytest.raises(UnusableArtifact, match="empty"):
        artifact.read(folder)

    (folder / REPORT).unlink()
    with pytest.raises(UnusableArtifact, match="no such file"):
        artifact.read(folder)


def test_bytes_that_are_no_text_do_no_harm(folder: Path) -> None:
    (folder / REPORT).write_bytes(b"fast\xff\n")

    assert artifact.read(folder).report == "fast\ufffd\n"
