"""What a failed benchmark said: its last lines, kept beside the results.

asv shows a benchmark's output and forgets it. It is committed with the results, so it is short,
and names no path, host or user.
"""

import json
import os
import re
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from pydantic import TypeAdapter, ValidationError

from tracker.result_files import JUDGING
from tracker.soundness import told_too_much

LINES_MAX: Final = 10
"""Of one benchmark: the last, where a traceback says what went wrong."""
LINE_LENGTH_MAX: Final = 160
BENCHMARKS_MAX: Final = 20
"""Of one commit. What fails together mostly fails for one reason."""
COMMITS_MAX: Final = 5
"""The newest; all of it is 160 kB at the most."""

STARTED: Final = re.compile(r"\[ *[\d.]+%\] ··· (?P<name>\S.*?)(?: {2,}(?P<outcome>\S.*))?$")
SAID: Final = re.compile(r"(?:\[ *[\d.]+%\] ····+ | {4,})(?P<text>.*)$")
WITHOUT_SETUP: Final = " skipped (setup_cache failed)"
SETUP: Final = "Setting up "
UNDERLINES: Final = re.compile(r"[\s^~]*")
FOLDERS: Final = re.compile(r"(?<![\w.])(?:[A-Za-z]:\\|/)(?=\w)(?:[^\s\"'/\\:]+[/\\])*")
LEFT_OUT: Final = "(a line that tells of the machine is left out)"

Told: TypeAlias = dict[str, dict[str, tuple[str, ...]]]
"""Commit → benchmark → its last lines."""

_FILE: Final = TypeAdapter(Told)


class Heard:
    """Listens to asv, line by line, for what failed and its last lines."""

    def __init__(self) -> None:
        self.failed: dict[str, tuple[str, ...]] = {}
        self._name = ""
        self._last: deque[str] = deque(maxlen=LINES_MAX)
        self._of_setup: tuple[str, ...] = ()

    def line(self, line: str) -> None:
        """Take one line of what `asv run --show-stderr` prints."""
        if started := STARTED.match(line):
            self.end()
            name, outcome = started["name"], started["outcome"] or ""
            if name.endswith(WITHOUT_SETUP):
                self._keep(name.removesuffix(WITHOUT_SETUP), self._of_setup)
            elif outcome.endswith("failed"):
                self._name = name
        elif self._name and (said := SAID.match(line)) and not UNDERLINES.fullmatch(said["text"]):
            self._last.append(harmless(said["text"]))

    def end(self) -> None:
        """Close the benchmark at hand; also to be called after the last line."""
        if self._name.startswith(SETUP):
            self._of_setup = tuple(self._last)
        elif self._name:
            self._keep(self._name, tuple(self._last))
        self._name = ""
        self._last.clear()

    def _keep(self, name: str, lines: tuple[str, ...]) -> None:
        if len(self.failed) < BENCHMARKS_MAX or name in self.failed:
            self.failed[name] = lines


def harmless(line: str) -> str:
    """Return a line without folders, cut short; a line that still tells too much is left out."""
    bare = FOLDERS.sub("", line.rstrip())
    cut = bare if len(bare) <= LINE_LENGTH_MAX else f"{bare[: LINE_LENGTH_MAX - 1]}…"
    return LEFT_OUT if any(told_too_much(cut)) else cut


def keep(results_dir: Path, machine: str, commit: str, failed: Mapping[str, Iterable[str]]) -> None:
    """Write what failed at a commit in place of what was known of it; the oldest gives way."""
    told = read(results_dir, machine)
    if not failed and commit not in told:
        return
    told.pop(commit, None)
    if failed:
        told[commit] = {name: tuple(lines) for name, lines in failed.items()}
    newest = dict(list(told.items())[-COMMITS_MAX:])
    file = _file(results_dir, machine)
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_suffix(f".{os.getpid()}.tmp")
    half.write_text(json.dumps(newest, indent=1) + "\n", "utf-8")
    half.replace(file)


def read(results_dir: Path, machine: str) -> Told:
    """Return what is kept; a file that cannot be read is as good as none."""
    try:
        return _FILE.validate_json(_file(results_dir, machine).read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}


def _file(results_dir: Path, machine: str) -> Path:
    return results_dir / JUDGING / f"failures-{machine}.json"
