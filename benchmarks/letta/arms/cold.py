"""A new process for each operation: what a script pays that is started for one thing."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from benchmarks.letta.arms.arm import Arm, StepFailed
from benchmarks.letta.operations import Way
from benchmarks.letta.steps import Step, as_data

ROOT: Final = Path(__file__).parents[3]
PROGRAM: Final = (sys.executable, "-m", "benchmarks.letta.arms.cold_program")
TIMEOUT_S: Final = 60.0


class SdkCold(Arm):
    """Python, the import of the SDK, a `Letta`, the calls."""

    name: ClassVar[str] = "sdk_cold"
    every: ClassVar[int] = 10

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def take(self, step: Step) -> object:
        return self.go([step], "in turn")

    def go(self, steps: Sequence[Step], way: Way) -> list[object]:
        asked = json.dumps({"url": self.url, "way": way, "steps": as_data(steps)})
        done = subprocess.run(
            PROGRAM,
            check=False,
            cwd=ROOT,
            input=asked,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )
        if done.returncode:
            raise StepFailed((done.stderr.splitlines() or ["it died"])[-1][:300])
        answers: list[object] = json.loads(done.stdout)
        return answers

    def said(self, answer: object) -> str:
        return str(answer)
