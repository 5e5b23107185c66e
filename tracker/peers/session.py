"""One run: environments made, servers measured, samples kept."""

import platform
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from os import getloadavg
from pathlib import Path
from typing import Final

import psutil
from filelock import FileLock, Timeout

from tracker.peers import environments
from tracker.peers.catalogue import Catalogue, Peer
from tracker.peers.contender import Contender
from tracker.peers.environments import Environments
from tracker.peers.errors import Busy, NotInstalled, PeerFailed
from tracker.peers.measuring import measure
from tracker.peers.recording import record
from tracker.peers.samples import Machine, Samples
from tracker.peers.turns import Plan, Say
from tracker.peers.workload import Workload

LOCK: Final = "peers.lock"

CLIENT: Final = ("mcp",)
"""Packages whose client asks."""


@dataclass(frozen=True, slots=True)
class Session:
    """Whom to measure, with what, and where their environments are."""

    catalogue: Catalogue
    peers: Sequence[Peer]
    workload: Workload
    plan: Plan
    root: Path
    environments: Path

    def run(self, say: Say) -> Samples:
        """Measure, and return the samples.

        Raises:
            Busy: another run uses the environments.
            KeyboardInterrupt: as it came, after everything has been stopped.
        """
        load_before = getloadavg()[0]
        with alone(self.environments):
            made = Environments(self.environments, self.root, lambda what: say(0.0, what))
            contenders = [self._contender(made, peer) for peer in self.peers]
            began_s = time.monotonic()
            measure(contenders, self.workload, self.plan, say)
        commit, is_clean = state(self.root)
        return Samples(
            measured_at=datetime.now(UTC).replace(microsecond=0),
            took_s=round(time.monotonic() - began_s, 1),
            commit=commit,
            is_clean=is_clean,
            client={name: version(name) for name in CLIENT} | {"python": platform.python_version()},
            notes=len(self.workload.notes),
            questions=len(self.workload.questions),
            answered=sum(bool(each.relevant) for each in self.workload.questions),
            machine=machine(load_before),
            rows=tuple(contender.row() for contender in contenders),
        )

    def record(self, folder: Path) -> Iterator[str]:
        """Write real answers of each dialect; yield what was written, or why it was not."""
        with alone(self.environments):
            made = Environments(self.environments, self.root, print)
            # Of those that share a dialect the first, which is as its users have it.
            chosen = {peer.dialect: peer for peer in reversed(self.peers)}
            for peer in chosen.values():
                contender = self._contender(made, peer)
                try:
                    why = contender.unavailable
                    yield f"{contender.peer.name}: {why or record(contender, folder).name}"
                except (PeerFailed, OSError) as error:
                    yield f"{contender.peer.name}: {contender.without_paths(str(error))}"

    def _contender(self, made: Environments, peer: Peer) -> Contender:
        contender = Contender(peer)
        try:
            contender.environment = made.of(peer)
            contender.versions = environments.versions(contender.environment, peer)
            if peer.files:
                contender.model = made.model(self.catalogue.model)
        except (NotInstalled, OSError, ValueError) as error:
            contender.unavailable = contender.without_paths(str(error))
        return contender


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep others from the environments of a folder.

    Raises:
        Busy: another process keeps us from them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / LOCK, timeout=0):
            yield
    except Timeout:
        raise Busy(folder) from None


def state(root: Path) -> tuple[str, bool]:
    """Return the commit of a working tree, and whether nothing was changed since."""
    try:
        commit = _git(root, "rev-parse", "HEAD")
        # Samples and the page made of them are no change of what was measured.
        made = (":!results/judging/peers.json", ":!docs/peers.md", ":!docs/peers.png")
        changed = _git(root, "status", "--porcelain", "--", ".", *made)
    except (OSError, subprocess.SubprocessError):
        return "", False
    return commit, not changed


def machine(load_before: float) -> Machine:
    """Return what this machine is, without its name."""
    return Machine(
        processor=_processor(),
        processors=psutil.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
        system=f"{platform.system()} {platform.machine()}",
        load_before=round(load_before, 2),
    )


def _processor() -> str:
    try:
        said = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor() or "unknown"
    names = (line.partition(":")[2].strip() for line in said.splitlines() if "model name" in line)
    return next(names, platform.processor() or "unknown")


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
