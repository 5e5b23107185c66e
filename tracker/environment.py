"""`locked`: an asv environment that holds exactly what a commit's own lock file says.

asv installs the newest release of everything that is not pinned, so a dependency's slow release
would show up as ours. Here each commit brings its `requirements.lock`; uv makes the environment
match it, which takes nothing when the lock has not changed since the commit before.
"""

import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from asv import util
from asv.console import log
from asv.environment import EnvironmentUnavailable
from asv.plugins.virtualenv import Virtualenv

LOCK: Final = "requirements.lock"

SYNCED: Final = "locked-to.sha256"
"""Names, inside the environment, the lock it was last made to match."""

COMPILE: Final = """
import compileall, importlib.metadata, sys
paths = importlib.metadata.distribution(sys.argv[1]).files or ()
sources = [str(path.locate()) for path in paths if path.suffix == ".py"]
sys.exit(not all(compileall.compile_file(source, quiet=1) for source in sources))
"""
"""Compiles one installed project. uv's own `--compile-bytecode` would go over all of
site-packages again, some seconds a commit."""


class Locked(Virtualenv):
    """A virtual environment made by uv, its packages those of the commit's lock file."""

    tool_name: ClassVar[str] = "locked"

    def __init__(
        self,
        conf: object,
        python: str,
        requirements: Mapping[str, str],
        tagged_env_vars: Mapping[tuple[str, str], str],
    ) -> None:
        super().__init__(conf, python, requirements, tagged_env_vars)
        self._uv_program = _find_uv()

    def check_presence(self) -> bool:
        """Say whether the environment is there. It has no pip, which asv's own check wants."""
        try:
            info = self.load_info_file(self._path)
        except (util.UserError, OSError):
            return False
        expected = {
            "tool_name": self.tool_name,
            "python": self._python,
            "requirements": self._requirements,
            "build_env_vars": self.build_env_vars,
        }
        return bool(info == expected) and self._interpreter.exists()

    def _setup(self) -> None:
        log.info(f"Creating {self.name}")
        self._uv("venv", "--quiet", f"--python={self._executable}", self._path)

    def _uninstall_project(self) -> None:
        # asv's contract: from here until the end of the installation, no commit is installed.
        self._set_installed_commit_hash(None)

    def _build_project(self, repo: object, commit_hash: str, build_dir: str) -> None:
        """Build nothing: one call of uv builds and installs."""

    def _install_project(self, repo: object, commit_hash: str, build_dir: str) -> None:
        log.info(f"Installing {commit_hash[:8]} into {self.name}")
        self._synchronise(_lock_of(Path(build_dir)))
        # `--reinstall` because two commits share one version; it also keeps uv from serving the
        # wheel that it built of another commit in this folder.
        self._uv_pip("install", "--no-deps", "--no-build-isolation", "--reinstall", build_dir)
        # In a folder without packages: asv's own checkout would be found as the installed one.
        util.check_call(
            [str(self._interpreter), "-c", COMPILE, self._project],
            cwd=self._path,
            timeout=self._install_timeout,
        )

    def _synchronise(self, lock: Path) -> None:
        """Make the packages those of `lock`, compiled, unless they are already."""
        stamp = Path(self._path, SYNCED)
        digest = hashlib.sha256(lock.read_bytes()).hexdigest()
        if stamp.exists() and stamp.read_text("utf-8") == digest:
            return
        stamp.unlink(missing_ok=True)
        log.info(f"Installing the packages of {LOCK}")
        # Compiled, because a machine may forbid Python to write bytecode (PYTHONDONTWRITEBYTECODE)
        # and every cold start would then measure the compiler.
        self._uv_pip("sync", "--compile-bytecode", str(lock))
        stamp.write_text(digest, "utf-8")

    def _uv_pip(self, command: str, *arguments: str) -> None:
        self._uv("pip", command, "--quiet", f"--python={self._interpreter}", *arguments)

    def _uv(self, *arguments: str) -> None:
        # Not the variable of the environment that runs asv: uv would install there.
        environ = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
        util.check_call(
            [self._uv_program, *arguments],
            env={**environ, **self.build_env_vars},
            timeout=self._install_timeout,
            cwd=None,
        )

    @property
    def _interpreter(self) -> Path:
        folder = "Scripts" if sys.platform == "win32" else "bin"
        return Path(self._path, folder, "python")


def _find_uv() -> str:
    try:
        # Needed by this type only: a plain asv can still load the plugin for its own types.
        from uv import find_uv_bin
    except ModuleNotFoundError:
        hint = "uv is not installed; `./just` installs it, `-E virtualenv` does without"
        raise EnvironmentUnavailable(hint) from None
    return find_uv_bin()


def _lock_of(build_dir: Path) -> Path:
    """Return the commit's lock, or the working tree's for a commit from before it had one."""
    candidates: Sequence[Path] = (build_dir / LOCK, Path.cwd() / LOCK)
    for lock in candidates:
        if lock.is_file():
            return lock
    message = f"Neither the commit nor the working tree has a {LOCK}; make one with `./just lock`."
    raise util.UserError(message)
