"""The Letta that is measured against: a real one, or the stand-in, started for the run."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from benchmarks.client import STOP_TIMEOUT_S

ROOT: Final = Path(__file__).parents[2]

Profile: TypeAlias = Literal["zero", "measured", "wan"]


@dataclass(frozen=True, slots=True)
class Backend:
    """A Letta, or what stands in for it."""

    kind: Literal["real", "standin"]
    profile: Profile | None
    url: str
    pooling: bool | None
    """Whether the server keeps its connections to the database; None where nobody knows."""


@contextmanager
def backend(
    kind: Literal["real", "standin"], profile: Profile, url: str | None
) -> Iterator[Backend]:
    """Yield what is to be measured against; start it if no address is given.

    Raises:
        NotImplementedError: this checkout can not start it.
    """
    if kind == "standin":
        if url:
            yield Backend(kind, profile, url, None)
            return
        with standin(profile) as started:
            yield Backend(kind, profile, started, None)
    elif url:
        yield Backend(kind, None, url, None)
    else:
        try:
            from tracker.letta.server import letta
        except ImportError as error:
            raise NotImplementedError(str(error)) from error
        with letta(lambda line: print(line, file=sys.stderr)) as server:
            yield Backend(kind, None, server.base_url, pooling=True if server.parts else None)


@contextmanager
def standin(profile: Profile) -> Iterator[str]:
    """Serve the stand-in from a process that ends with us, however we end; yield its address.

    Raises:
        NotImplementedError: it does not start.
    """
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory()))
        process = subprocess.Popen(
            (
                *(sys.executable, "-m", "tracker.letta.standin", "--while-stdin"),
                *("--profile", profile, "--ca-file", str(folder / "ca.pem")),
            ),
            cwd=ROOT,
            # It ends when its stdin does, so that nothing is left even where we are killed.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # Ctrl-C is ours; ended before those who ask it, it would only make failures.
            start_new_session=True,
        )
        ending.callback(_stop, process)
        assert process.stdout
        found = re.search(r"https?://\S+", process.stdout.readline())
        if found is None:
            raise NotImplementedError("tracker.letta.standin")
        if profile == "wan":
            ending.enter_context(_environment(SSL_CERT_FILE=str(folder / "ca.pem")))
        ending.enter_context(_environment(NO_PROXY="127.0.0.1,localhost"))
        yield found[0]


def _stop(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    assert process.stdout
    process.stdin.close()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    """Set variables for ourselves and for all that we start, until the block ends."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
