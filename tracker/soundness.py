"""May these results be published? They are committed, so what is in them is there for good."""

import getpass
import json
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tracker.errors import InvalidSamples
from tracker.history import History
from tracker.machine import LOCAL
from tracker.result_files import JUDGING, LETTA, NOT_RESULTS
from tracker.results import sample_counts
from tracker.validation import samples

SIZE_MAX_BYTES: Final = 300_000
"""A commit's results, with samples of three significant digits or so, are a tenth of this."""

LETTA_SIZE_MAX_BYTES: Final = 1_000_000
"""Fifteen operations through nine arms, a hundred turns of each."""

MACHINE_FIELDS: Final = frozenset({"machine", "version"})

SECRETS: Final[Mapping[str, re.Pattern[str]]] = {
    "an absolute path": re.compile(r"(?:^|[\s\"'=:(])(?:/(?:[\w.-]+/)+[\w.-]*|[A-Za-z]:\\\\?\w)"),
    "an address": re.compile(r"\b[\w.+-]+@[\w-]+\.\w+"),
    "what looks like a key": re.compile(
        r"\b(?:(?:sk-|gh[pousr]_|xox[abp]-|AKIA|eyJ)[\w-]{12,}"
        r"|(?=\w*[A-Z])(?=\w*[a-z])(?=\w*\d)[A-Za-z0-9]{32,})"
    ),
}

ENDPOINT: Final = re.compile(r"/v1/[\w./{}-]*")
"""Of Letta, in the reason of a failure: a path, but of nobody's machine."""

NAME_LENGTH_MIN: Final = 4
"""Shorter names of users and hosts are words that a benchmark may well contain."""

ORDINARY_NAMES: Final = frozenset({"root", "user", "runner", "local", "localhost", "reference"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A file, and what is wrong with it."""

    file: str
    problem: str


def findings(results_dir: Path, history: History | None) -> list[Finding]:
    """Return all that is wrong with the results that are committed, which results/local/ is not.

    `history` is None where it is not whole.
    """
    found = []
    for file in sorted(results_dir.rglob("*")):
        name = file.relative_to(results_dir).as_posix()
        is_local = name.startswith(f"{LOCAL}/") or name == f"{JUDGING}/failures-{LOCAL}.json"
        if file.is_file() and not is_local:
            found += [Finding(name, problem) for problem in _problems(file, history)]
    return found


def _problems(file: Path, history: History | None) -> Iterator[str]:
    if file.suffix != ".json":
        yield "no file of asv's"
        return
    is_letta = file.parent.name == LETTA
    text = file.read_text("utf-8", errors="replace")
    size_max = LETTA_SIZE_MAX_BYTES if is_letta else SIZE_MAX_BYTES
    if len(text) > size_max and file.name not in NOT_RESULTS:
        yield f"{len(text)} bytes, more than {size_max}; round the samples in the benchmark"
    try:
        content = json.loads(text)
    except ValueError as error:
        yield f"no JSON ({error}); delete it and measure the commit again"
        return
    yield from told_too_much(content, source=file.name == "benchmarks.json")
    if file.name == "machine.json" and (more := sorted(content.keys() - MACHINE_FIELDS)):
        yield f"describes the machine ({', '.join(more)}); only its name belongs here"
    if is_letta:
        yield from _unsound_comparison(file, history)
    elif file.name not in NOT_RESULTS and file.parent.name != JUDGING:
        yield from _unsound_measurement(file, content, history)


def told_too_much(content: object, *, source: bool = False) -> Iterator[str]:
    """Yield what should not be told; the source of a benchmark may well name a path."""
    for said in _texts(content):
        text = ENDPOINT.sub("", said)
        for kind, pattern in SECRETS.items():
            if source and kind == "an absolute path":
                continue
            if match := pattern.search(text):
                yield f"has {kind}: {match[0].strip()[:60]!r}"
        for name in _own_names():
            if re.search(rf"\b{re.escape(name)}\b", text):
                yield f"has the name of a user or a host: {name!r}"


def _texts(content: object) -> Iterator[str]:
    """Return every text in the file, keys too."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for key, value in content.items():
            yield key
            yield from _texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)


def _own_names() -> set[str]:
    names = {socket.gethostname(), getpass.getuser(), Path.home().name}
    return {name for name in names if len(name) >= NAME_LENGTH_MIN} - ORDINARY_NAMES


def _unsound_measurement(
    file: Path, content: Mapping[str, Any], history: History | None
) -> Iterator[str]:
    commit = content.get("commit_hash", "")
    if history and not history.knows(commit):
        yield f"is of commit {commit[:8]}, which git does not know"
    counts = sample_counts(file)
    if counts and all(repeat == number == 1 for repeat, number in counts):
        yield "was measured with --quick: one sample of one call each; measure the commit again"


def _unsound_comparison(file: Path, history: History | None) -> Iterator[str]:
    """Look at samples of the comparison with Letta."""
    try:
        measured = samples.read(file)
    except InvalidSamples as error:
        yield str(error)
        return
    if not measured.is_clean:
        yield "was measured with changes that were not committed; commit them and measure again"
    if file.name != measured.file_name:
        yield f"is to be called {measured.file_name}, for its commit and its backend"
    if history and not history.knows(measured.commit):
        yield f"is of commit {measured.commit[:8]}, which git does not know"
