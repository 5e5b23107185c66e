"""The files that asv writes results into: which there are, and their keeping while it writes."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

NOT_RESULTS: Final = frozenset({"machine.json", "benchmarks.json"})

LETTA: Final = "letta"
"""Beside the machines: samples of the comparison with Letta, which are no files of asv's."""

JUDGING: Final = "judging"
"""Beside the machines: noise floors, confirmed events, the evaluation of the judge."""

NOT_MACHINES: Final = frozenset({LETTA, JUDGING})

KEPT: Final = ".kept"
"""Ends the name of a copy that is there while asv adds to a file."""


def result_files(results_dir: Path, machine: str = "*") -> Iterator[Path]:
    """Return the files of results, in a steady order."""
    for file in sorted(results_dir.glob(f"{machine}/*.json")):
        if file.name not in NOT_RESULTS and file.parent.name not in NOT_MACHINES:
            yield file


def discard_torn(results_dir: Path, machine: str) -> list[str]:
    """Delete results that a killed asv left half written; return their names.

    asv writes a file once, when the commit is done, but not in one step.
    """
    torn = [file for file in result_files(results_dir, machine) if not _is_json(file)]
    for file in torn:
        file.unlink()
    return [file.name for file in torn]


def files_of(results_dir: Path, machine: str, commit: str) -> Iterator[Path]:
    """Return the files of results of a commit."""
    for file in result_files(results_dir, machine):
        if commit.startswith(file.name.split("-")[0]):
            yield file


@contextmanager
def kept(results_dir: Path, machine: str, commit: str) -> Iterator[Callable[[], None]]:
    """Hold on to a commit's results while asv adds to them; yield what puts them back.

    However the block ends, a file that is cut off is put back; after a kill, `restore_kept` does.
    """
    files = list(files_of(results_dir, machine, commit))
    for file in files:
        shutil.copyfile(file, _copy_of(file))

    def put_back() -> None:
        for file in files:
            shutil.copyfile(_copy_of(file), file)

    try:
        yield put_back
    finally:
        restore_kept(results_dir, machine)


def restore_kept(results_dir: Path, machine: str) -> None:
    """Put back results that a killed asv cut off while it added to them."""
    for copy in results_dir.glob(f"{machine}/*{KEPT}"):
        file = copy.with_name(copy.name.removesuffix(KEPT))
        if file.is_file() and _is_json(file):
            copy.unlink()
        elif _is_json(copy):
            copy.replace(file)


def forget(results_dir: Path, machine: str, commit: str) -> None:
    """Delete the results of a commit, so that the next run measures it again."""
    for file in files_of(results_dir, machine, commit):
        file.unlink()


def round_samples(results_dir: Path, machine: str, commit: str) -> None:
    """Keep four digits of each sample: more is noise, and the files are committed.

    asv writes all seventeen, which makes the file of a commit three times as long.
    """
    for file in results_dir.glob(f"{machine}/{commit[:8]}-*.json"):
        content = json.loads(file.read_text("utf-8"))
        if "samples" not in content["result_columns"]:
            continue
        column = content["result_columns"].index("samples")
        for row in content["results"].values():
            if len(row) > column and row[column]:
                row[column] = [
                    some and [float(f"{sample:.4g}") for sample in some] for some in row[column]
                ]
        rounded = file.with_suffix(".rounded")
        rounded.write_text(json.dumps(content, separators=(",", ":")), "utf-8")
        rounded.replace(file)


def _is_json(file: Path) -> bool:
    try:
        json.loads(file.read_text("utf-8"))
    except ValueError:
        return False
    return True


def _copy_of(file: Path) -> Path:
    return file.with_name(file.name + KEPT)
