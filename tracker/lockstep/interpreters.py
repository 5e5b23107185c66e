"""The driver's end of a worker: an interpreter in a side's environment, and its conversation."""

import contextlib
import json
import os
import select
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from tracker.lockstep.sides import Installed
from tracker.lockstep.worker.channel import Channel

BOOT: Final = """
import importlib.util, sys
folder, root, requests, answers = sys.argv[1:]
place = importlib.util.spec_from_file_location(
    "lockstep_worker", f"{folder}/__init__.py", submodule_search_locations=[folder]
)
package = sys.modules["lockstep_worker"] = importlib.util.module_from_spec(place)
place.loader.exec_module(package)
from lockstep_worker.serving import serve
serve(root, int(requests), int(answers))
"""
"""Imports the worker by its folder: the environment has no `tracker`, or that of another commit."""

WORKER: Final = Path(__file__).parent / "worker"

LOOK_S: Final = 0.5
"""So often a silent worker is looked at: is it still there?"""

TAIL_LINES: Final = 15
TAIL_BYTES: Final = 4_000
KILL_TIMEOUT_S: Final = 5.0


class Silent(Exception):
    """The worker ended or was too slow; its text says which."""


@dataclass(slots=True)
class Allowance:
    """How long the worker may still take, over all that it is asked of one case."""

    limit_s: float
    left_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.left_s = self.limit_s


@dataclass(slots=True)
class Interpreter:
    """A worker that has been started. One thing at a time is asked of it."""

    installed: Installed
    process: subprocess.Popen[bytes]
    channel: Channel
    output: Path
    """Of the case at hand, or of the interpreter itself."""

    @classmethod
    def start(cls, installed: Installed, seed: int | None, folder: Path) -> Self:
        """Start one, its output going to a file of `folder`."""
        requests, to_worker = os.pipe()
        from_worker, answers = os.pipe()
        output = folder / "output"
        boot = [installed.python, "-P", "-c", BOOT, str(WORKER), installed.benchmark_dir]
        try:
            with output.open("ab") as said:
                process = subprocess.Popen(
                    [*boot, str(requests), str(answers)],
                    cwd=folder,
                    env=installed.environ(seed),
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    pass_fds=(requests, answers),
                    start_new_session=True,  # Ctrl-C is ours to handle
                )
        except BaseException:
            os.close(to_worker)
            os.close(from_worker)
            raise
        finally:
            os.close(requests)
            os.close(answers)
        return cls(installed, process, Channel(from_worker, to_worker), output)

    def tell(self, **request: object) -> None:
        """Ask for something; the answer is to be received."""
        try:
            self.channel.send(**request)
        except OSError as error:
            raise Silent("it had ended") from error

    def answer(self, allowance: Allowance) -> dict[str, Any]:
        """Return the next answer.

        Raises:
            Silent: the worker ended, or the allowance is spent.
        """
        began = time.monotonic()
        deadline = began + allowance.left_s
        try:
            # Two answers may have come at once: the child's last, and that it has ended.
            while not self.channel.has_message() and not self._hears(deadline):
                if self.process.poll() is not None:
                    raise Silent(f"it ended with status {self.process.returncode}")
                if time.monotonic() > deadline:
                    raise Silent(f"it timed out after {allowance.limit_s:g} s")
            message = self.channel.receive()
        except (OSError, json.JSONDecodeError) as error:
            raise Silent(f"it broke off: {error}") from error
        finally:
            allowance.left_s -= time.monotonic() - began
        if message is None:
            raise Silent("it ended")
        return message

    def _hears(self, deadline: float) -> bool:
        """Wait for something to be said, but not for long."""
        wait_s = min(LOOK_S, max(0.0, deadline - time.monotonic()))
        return bool(select.select([self.channel.reads], [], [], wait_s)[0])

    def said(self) -> str:
        """Return the last lines that were printed."""
        with contextlib.suppress(FileNotFoundError), self.output.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
            return "\n".join(lines[-TAIL_LINES:])
        return ""

    def kill(self) -> None:
        """End it at once. What it started is for the caller to find."""
        for pipe in (self.channel.reads, self.channel.writes):
            with contextlib.suppress(OSError):
                os.close(pipe)
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait(KILL_TIMEOUT_S)


@contextlib.contextmanager
def said_to(interpreter: Interpreter, output: Path) -> Iterator[None]:
    """Have what a case prints kept in a file of its own."""
    before, interpreter.output = interpreter.output, output
    try:
        yield
    finally:
        interpreter.output = before
