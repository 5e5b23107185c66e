"""Checks of what earlier runs have left: processes, environments, locks."""

import json
import time
from itertools import pairwise
from pathlib import Path
from typing import Final

import psutil

from tracker.doctor.configuration import read
from tracker.doctor.model import Seen, fail, listed, ok, warn

MODULES: Final = ("ltmc_server", "tracker.letta")
"""That benchmarks start with `-m`, and whoever uses the server, too."""

ADOPTERS: Final = frozenset({"systemd", "init"})
"""To whom a process is handed whose parent is gone, beside process 1."""

ENVIRONMENTS_MAX_BYTES: Final = 5_000_000_000

LOCK_AGE_MAX_S: Final = 24 * 3600.0
"""The longest run takes an hour or two."""


def orphans(root: Path) -> Seen:
    """Look for processes of earlier runs whose parent is gone: they go on taking a core."""
    every = list(psutil.process_iter(["pid", "cmdline"]))
    of_runs = [each for each in every if _is_of_a_run(each, root)]
    lost = [each for each in of_runs if not _is_led(each)]
    if lost:
        return fail(_named(lost), f"`kill {' '.join(str(each.pid) for each in lost)}`")
    others = [each for each in every if each not in of_runs and _is_adopted_server(each)]
    if others:
        way_out = f"if you do not use it: `kill {' '.join(str(each.pid) for each in others)}`"
        return warn(_named(others), way_out)
    return ok("none")


def environments(root: Path) -> Seen:
    """Look how much the environments take, and for such as no configuration wants."""
    configuration = read(root)
    folder = root / (configuration.env_dir if configuration else "env")
    made = [each for each in sorted(folder.glob("*")) if each.is_dir()]
    if not made:
        return ok("none yet; the first run makes one, in some twenty seconds")
    kind = configuration.environment_type if configuration else None
    stale = [each.name for each in made if _kind(each) != kind]
    size = sum(file.lstat().st_size for each in made for file in each.rglob("*"))
    text = f"{len(made)}, of {size / 1e6:.0f} MB"
    way_out = f"delete {folder.relative_to(root)}/; the next run makes what it needs"
    if stale:
        return warn(f"{text}; half made, or of another type: {', '.join(stale)}", way_out)
    return warn(text, way_out) if size > ENVIRONMENTS_MAX_BYTES else ok(text)


def locks(root: Path) -> Seen:
    """Look for locks so old that whoever took them is gone."""
    from filelock import FileLock, Timeout

    held, stale = [], []
    for file in [
        *root.glob(".asv/**/*.lock"),
        *root.glob(".git/*.lock"),
        *root.glob(".letta/*.lock"),
    ]:
        if "site-packages" in file.parts:
            continue
        if file.parent.name == ".git":
            # Git's lock is the file itself, which a killed git leaves.
            if time.time() - file.stat().st_mtime > LOCK_AGE_MAX_S:
                stale.append(str(file.relative_to(root)))
            continue
        try:
            FileLock(file).acquire(timeout=0, poll_interval=0.01).lock.release()
        except Timeout:
            held.append(str(file.relative_to(root)))
    if stale:
        return fail(f"left by a killed git: {listed(stale)}", f"`rm {' '.join(stale)}`")
    if held:
        return warn(f"another run is at work: {listed(held)}", "wait for it, or end it")
    return ok("none held")


def _named(processes: list[psutil.Process]) -> str:
    return listed([f"{each.pid} {' '.join(each.info['cmdline'])[-80:]}" for each in processes])


def _is_of_a_run(process: psutil.Process, root: Path) -> bool:
    """Say whether it runs a program of asv's environments, which nobody else does."""
    return any(str(root / ".asv") in part for part in process.info["cmdline"] or ())


def _is_led(process: psutil.Process) -> bool:
    """Say whether asv or the tracker is still there to end it."""
    try:
        return any(_leads(each.cmdline()) for each in (process, *process.parents()))
    except psutil.NoSuchProcess:
        return True  # it has just ended
    except psutil.Error:
        return False


def _leads(command: list[str]) -> bool:
    """Say whether this is `python -m asv`, `python -m tracker`, or the program asv."""
    modules = {after for flag, after in pairwise(command) if flag == "-m"}
    return bool(modules & {"asv", "tracker"}) or any(
        Path(each).name == "asv" for each in command[:2]
    )


def _is_adopted_server(process: psutil.Process) -> bool:
    command = process.info["cmdline"] or []
    if not any(flag == "-m" and after.startswith(MODULES) for flag, after in pairwise(command)):
        return False
    try:
        parent = process.parent()
        return parent is None or parent.pid == 1 or parent.name() in ADOPTERS
    except psutil.Error:
        return False


def _kind(environment: Path) -> str | None:
    try:
        return str(json.loads((environment / "asv-env-info.json").read_text("utf-8"))["tool_name"])
    except (OSError, ValueError, KeyError):
        return None
