"""What `asv find` answers on the same line of commits: by time, one measurement a commit."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker import machine, processes

LIMIT_S: Final = 600.0

FOUND: Final = re.compile(r"[Gg]reatest regression found:\s*([0-9a-f]{6,40})")


@dataclass(frozen=True, slots=True)
class Finder:
    """`asv find` in one repository."""

    root: Path

    def __call__(self, good: str, bad: str, benchmark: str) -> str | None:
        """Return the commit that asv names; None if it names none."""
        machine.register(machine.LOCAL)
        lines: list[str] = []
        command = [sys.executable, "-m", "asv", "find", "--machine", machine.LOCAL]
        environ = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        patience = processes.Patience(limit_s=LIMIT_S)
        try:
            processes.run(
                [*command, f"{good}^..{bad}", f"^{re.escape(benchmark)}$"],
                self.root,
                environ,
                lines.append,
                patience,
            )
        except subprocess.TimeoutExpired:
            return None
        found = FOUND.search("\n".join(lines))
        return self._whole(found[1]) if found else None

    def _whole(self, short: str) -> str | None:
        command = ["git", "-C", str(self.root), "rev-parse", "--verify", "--quiet", short]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout.strip() or None
