"""Checks of what is kept and published: is it sound, small, and nobody's secret?"""

import json
from pathlib import Path
from typing import Final

from tracker.doctor.configuration import read
from tracker.doctor.model import Seen, fail, listed, ok, unknown, warn
from tracker.errors import MachineFileUnusable, TrackerError
from tracker.history import History
from tracker.machine import known_machines
from tracker.result_files import result_files
from tracker.soundness import findings, told_too_much

RESULTS_MAX_BYTES: Final = 20_000_000
HTML_MAX_BYTES: Final = 5_000_000

PAGES: Final = ("*.html", "*.json", "*.xml", "*.svg")

ASSETS: Final = "assets"
"""The interface's own, the same for everyone."""


def results_sound(root: Path) -> Seen:
    """Look whether the results may be published: real, whole, and nobody's secret."""
    folder = _folder(root, "results")
    if not folder.is_dir():
        return unknown("nothing has been measured yet")
    try:
        history = History.around(root)
    except TrackerError:
        history = None
    found = [f"{each.file}: {each.problem}" for each in findings(folder, history)]
    if found:
        return fail(listed(found), "mend or delete these files, and measure their commits again")
    return ok(f"{sum(1 for _ in result_files(folder))} files of results")


def results_small(root: Path) -> Seen:
    """Look whether the results stay small enough to be cloned by everyone."""
    size = _size(_folder(root, "results"))
    text = f"{size / 1e6:.1f} of {RESULTS_MAX_BYTES / 1e6:.0f} MB"
    if size > RESULTS_MAX_BYTES:
        return warn(
            text, "round samples in the benchmarks; move old results to a branch of their own"
        )
    return ok(text)


def site(root: Path) -> Seen:
    """Look whether the site is small, shows the newest results, and tells nothing it should not."""
    folder = _folder(root, "html")
    if not (folder / "index.json").is_file():
        return unknown("nothing has been published yet; ./just publish")
    told = [
        f"{file.relative_to(folder)} {problem}"
        for pattern in PAGES
        for file in sorted(folder.rglob(pattern))
        if ASSETS not in file.relative_to(folder).parts
        # index.json has the source of the benchmarks, which may well name a path.
        for problem in told_too_much(_text(file), source=file.name == "index.json")
    ]
    if told:
        return fail(listed(told), "correct the results that say so, then ./just publish")
    if missing := _unpublished(root, folder):
        return warn(f"has no {listed(missing)}", "./just publish")
    size = _size(folder)
    text = f"{size / 1e6:.1f} of {HTML_MAX_BYTES / 1e6:.0f} MB"
    return warn(text, "thin out html/graphs") if size > HTML_MAX_BYTES else ok(text)


def machines(_root: Path) -> Seen:
    """Look whether asv knows this machine by a name only."""
    try:
        known = known_machines()
    except MachineFileUnusable as error:
        return fail(str(error), "mend it, or delete it: ./just track writes it anew")
    told = {
        name: sorted(fields.keys() - {"machine", "version"})
        for name, fields in known.items()
        if fields.keys() - {"machine", "version"}
    }
    if told:
        said = [f"{name} has {', '.join(fields)}" for name, fields in told.items()]
        return warn(
            listed(said),
            "use another name, ./just track --machine NAME: each of these would split the series",
        )
    return ok(", ".join(sorted(known)) or "none yet; ./just track registers one")


def _unpublished(root: Path, folder: Path) -> list[str]:
    """Return the commits with results that the site does not show."""
    content = json.loads((folder / "index.json").read_text("utf-8"))
    shown = {commit[:8] for commit in content["revision_to_hash"].values()}
    measured = {file.name.partition("-")[0] for file in result_files(_folder(root, "results"))}
    return sorted(measured - shown)


def _folder(root: Path, which: str) -> Path:
    configuration = read(root)
    if configuration is None:
        return root / which
    return root / (configuration.html_dir if which == "html" else configuration.results_dir)


def _size(folder: Path) -> int:
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file())


def _text(file: Path) -> str:
    return file.read_text("utf-8", errors="replace")
