"""A stand-in for a Letta server: real answers, recorded, with the state of a server in memory.

`with standin() as server:` starts one in a process of its own. Which answers are the real server's,
and which are not: docs/letta-standin.md.
"""

import contextlib
import json
import re
import select
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from tracker.errors import StandinNotStarted

START_S: Final = 30.0
STOP_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Standin:
    """One that serves."""

    base_url: str
    api_key: str
    profile: str
    pid: int
    ca_file: Path | None
    """Whom to trust, in `wan`: for `SSL_CERT_FILE` or `verify`."""

    def counters(self) -> dict[str, Any]:
        """Return how many requests it has had by route, and on how many connections.

        The connection that asks is not among them.
        """
        context = ssl.create_default_context(cafile=self.ca_file) if self.ca_file else None
        url = f"{self.base_url}/_counters"
        with urllib.request.urlopen(url, timeout=STOP_S, context=context) as answer:  # noqa: S310
            counted: dict[str, Any] = json.load(answer)
        return counted


@contextlib.contextmanager
def standin(profile: Literal["zero", "measured", "wan"] = "zero") -> Iterator[Standin]:
    """Start one in a process of its own; it ends with the block, or with this process.

    Raises:
        StandinNotStarted: it did not serve in time; the reason is on standard error.
    """
    with tempfile.TemporaryDirectory() as folder:
        ca_file = Path(folder) / "ca.pem"
        command = [sys.executable, "-m", "tracker.letta.standin", "--profile", profile]
        command += ["--ca-file", str(ca_file), "--while-stdin"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with process:
            try:
                base_url = _address(process, profile)
                trusted = ca_file if ca_file.exists() else None
                yield Standin(base_url, "none", profile, process.pid, trusted)
            finally:
                _stop(process)


def _address(process: "subprocess.Popen[bytes]", profile: str) -> str:
    """Return where it serves, as soon as it says so."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_S)
    said = process.stdout.readline().decode() if ready else ""
    found = re.search(r" on (https?://\S+)", said)
    if found is None:
        raise StandinNotStarted(profile, START_S)
    return found[1]


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_S)
