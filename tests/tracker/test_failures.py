"""What a failed benchmark said, as it is kept."""

import json
from pathlib import Path

import pytest

from tracker.failures import (
    BENCHMARKS_MAX,
    COMMITS_MAX,
    LEFT_OUT,
    LINE_LENGTH_MAX,
    LINES_MAX,
    Heard,
    harmless,
    keep,
    read,
)
from tracker.soundness import findings

SOMEONE = f"/{'home'}/someone/toy"

LOG = f"""\
[ 0.00%] ·· Benchmarking locked-py3.11
[21.43%] ··· Setting up bad:12                                           failed
[21.43%] ···· Traceback (most recent call last):
                File "{SOMEONE}/benchmarks/bad.py", line 13, in setup_cache
                  raise OSError("no cache")
                  ^^^^^^^^^^^^^^^^^^^^^^^^^
              OSError: no cache

              asv: setup_cache failed (exit status 1)
[21.43%] ··· bad.time_cached skipped (setup_cache failed)
[57.14%] ··· bad.Bad.track_it                                        2/4 failed
[57.14%] ···· === ======== ========
               a     'a'      'b'
                                   === ======== ========
[57.14%] ···· For parameters: 1, 'a'
              ZeroDivisionError: in the middle
[92.86%] ··· speed.Work.time_work                                     694±200μs
[93.00%] ···· a remark about what went well
"""


def heard(log: str) -> Heard:
    listener = Heard()
    for line in log.splitlines():
        listener.line(line)
    listener.end()
    return listener


def test_what_failed_is_kept_with_its_last_lines() -> None:
    failed = heard(LOG).failed

    assert list(failed) == ["bad.time_cached", "bad.Bad.track_it"]
    assert failed["bad.Bad.track_it"][-1] == "ZeroDivisionError: in the middle"


def test_a_failed_setup_is_told_of_the_benchmarks_it_was_for() -> None:
    told = heard(LOG).failed["bad.time_cached"]

    assert "OSError: no cache" in told
    assert 'File "bad.py", line 13, in setup_cache' in told
    assert not any("^^^" in line for line in told)


def test_lines_and_benchmarks_are_bounded() -> None:
    lines = "".join(f"              {'x' * 500} {number}\n" for number in range(50))
    one = f"[ 1.00%] ··· a.time_{{}}                failed\n[ 1.00%] ···· begin\n{lines}"

    failed = heard("".join(one.format(number) for number in range(30))).failed

    assert len(failed) == BENCHMARKS_MAX
    assert {len(told) for told in failed.values()} == {LINES_MAX}
    assert max(len(line) for line in failed["a.time_0"]) <= LINE_LENGTH_MAX


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (f'File "{SOMEONE}/a.py", line 3', 'File "a.py", line 3'),
        ("C:\\Users\\someone\\a.py failed", "a.py failed"),
        ("mail someone@example.org", LEFT_OUT),
        ("token ghp_0123456789abcdefghijABCDEFGHIJ", LEFT_OUT),
        ("1 / 0 and 3/4 are no paths", "1 / 0 and 3/4 are no paths"),
    ],
)
def test_a_line_does_not_tell_of_the_machine(line: str, kept: str) -> None:
    assert harmless(line) == kept


def test_the_newest_commits_are_kept_and_may_be_published(tmp_path: Path) -> None:
    for number in range(COMMITS_MAX + 2):
        keep(tmp_path, "reference", f"{number}" * 40, heard(LOG).failed)

    told = read(tmp_path, "reference")

    assert list(told) == [f"{number}" * 40 for number in range(2, COMMITS_MAX + 2)]
    assert findings(tmp_path, None) == []
    assert read(tmp_path, "local") == {}


def test_a_commit_that_no_longer_fails_is_forgotten(tmp_path: Path) -> None:
    keep(tmp_path, "reference", "a" * 40, heard(LOG).failed)
    keep(tmp_path, "reference", "a" * 40, {})

    assert read(tmp_path, "reference") == {}


def test_a_run_without_failures_leaves_no_file(tmp_path: Path) -> None:
    keep(tmp_path, "reference", "a" * 40, {})

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_as_good_as_none(tmp_path: Path) -> None:
    file = tmp_path / "judging/failures-reference.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"a": [1]}), "utf-8")

    assert read(tmp_path, "reference") == {}
