"""The workflows as the tests read them, and the recipes as they run them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parent.parent
FOLDER: Final = ROOT / ".github/workflows"
FILES: Final = sorted(FOLDER.glob("*"))


def workflow(file: Path) -> dict[str, Any]:
    content: dict[Any, Any] = yaml.safe_load(file.read_text("utf-8"))
    # YAML 1.1 takes `on` for a truth value.
    return {("on" if key is True else key): value for key, value in content.items()}


def jobs(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from workflow(file)["jobs"].items()


def steps(file: Path) -> Iterator[dict[str, Any]]:
    for _, job in jobs(file):
        yield from job["steps"]


def recipes(file: Path) -> set[str]:
    return {step["run"].split()[1] for step in steps(file) if "run" in step}


def just(*arguments: str, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    command = ["just", "--justfile", str(ROOT / "justfile"), "--working-directory", str(cwd)]
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [*command, *arguments],
        cwd=cwd,
        env={**os.environ, **environ, "PATH": programs},
        capture_output=True,
        text=True,
        check=False,
    )
