"""Checks of the benchmarks: can asv import them, and does it find nothing wrong?"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from tracker import processes
from tracker.doctor.configuration import read
from tracker.doctor.model import Seen, fail, ok, unknown

IMPORT_TIMEOUT_S: Final = 30.0
CHECK_TIMEOUT_S: Final = 120.0

IMPORT: Final = """
import importlib, pathlib, sys
folder = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(folder.parent))
files = [file for file in sorted(folder.glob("*.py")) if file.stem != "__init__"]
for file in files:
    importlib.import_module(f"{folder.name}.{file.stem}")
print(len(files))
"""


def importable(root: Path) -> Seen:
    """Import each module of benchmarks, in a process of its own: one that fails, fails all."""
    configuration = read(root)
    folder = root / (configuration.benchmark_dir if configuration else "benchmarks")
    if not folder.is_dir():
        return fail(f"there is no {folder.name}/", "run this in a clone of the repository")
    said = _run([sys.executable, "-c", IMPORT, str(folder)], root, IMPORT_TIMEOUT_S)
    if said is None:
        return fail(f"not imported within {IMPORT_TIMEOUT_S:.0f} s", "move work out of the modules")
    status, last = said
    return (
        ok(f"{last} modules") if status == 0 else fail(last, "asv would find no benchmark at all")
    )


def checked(root: Path) -> Seen:
    """Have asv look at each benchmark's signature and parameters."""
    if read(root) is None:
        return unknown("asv.conf.json can not be read")
    command = [sys.executable, "-m", "asv", "check", "--python=same"]
    said = _run(command, root, CHECK_TIMEOUT_S)
    if said is None:
        return fail(f"asv check did not end within {CHECK_TIMEOUT_S:.0f} s", "run it by itself")
    status, last = said
    return ok("asv check finds nothing") if status == 0 else fail(last, "`asv check --python=same`")


def _run(command: list[str], root: Path, timeout_s: float) -> tuple[int, str] | None:
    """Return the status and the last line said; None when it took too long."""
    lines: list[str] = []
    patience = processes.Patience(limit_s=timeout_s)
    try:
        ended = processes.run(command, root, os.environ, lines.append, patience)
    except subprocess.TimeoutExpired:
        return None
    said = [line.strip() for line in lines if line.strip()]
    return ended.status, said[-1] if said else f"status {ended.status}"
