"""A Letta server to ask: one started here, or the one that LETTA_BASE_URL names."""

import contextlib
import http.client
import json
import os
import shutil
import socket
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.errors import LettaUnreachable
from tracker.letta.installation import Installation, install
from tracker.letta.parts import Part, Program, start
from tracker.letta.postgres import START_S as POSTGRES_START_S, Postgres

ROOT: Final = Path(__file__).parents[2]
SERVE: Final = Path(__file__).with_name("serve_letta.py")

LETTA_START_S: Final = 180.0
"""Longest wait for Letta: 10 s, nearly all of it imports, 50 where the machine is busy."""
STUB_START_S: Final = 60.0
ASK_S: Final = 5.0
"""Longest wait for one answer about its health."""

API_KEY: Final = "x"
"""It asks for none; its client wants one."""

MODEL: Final = "openai-proxy/gpt-4o-mini"
EMBEDDING: Final = "openai/text-embedding-3-small"
"""What the stub is called there."""

FOLDER_PREFIX: Final = "ltmc-letta-"

NO_NETWORK: Final = {
    # Nothing listens on port 9: whatever it would fetch fails at once.
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
}

FROM_OUTSIDE: Final = ("PATH", "LANG", "LC_ALL", "TZ")
"""All that a part gets of the user's environment: no key, no proxy, no setting of his."""


def silent(_: str) -> None:
    """Say nothing of the progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LettaServer:
    """One that answers, and how to ask it."""

    base_url: str
    version: str
    api_key: str = API_KEY
    model: str = MODEL
    embedding: str = EMBEDDING
    llm_url: str | None = None
    """The stub's, without `/v1`; None where the language model is not ours."""
    folder: Path | None = None
    """Where its files and logs are while it runs; None where it is not ours."""
    parts: tuple[Part, ...] = ()

    @property
    def pids(self) -> Mapping[str, int]:
        """Return the process of each part: postgres, llm_stub, letta."""
        return {part.name: part.pid for part in self.parts}


@contextmanager
def letta(say: Callable[[str], None] = silent) -> Iterator[LettaServer]:
    """Yield the server that LETTA_BASE_URL names; start one where it names none.

    LETTA_API_KEY, LETTA_MODEL and LETTA_EMBEDDING go with it.

    Raises:
        LettaUnreachable: no Letta server answers at LETTA_BASE_URL.
        LettaNotInstalled, LettaNotStarted: as `letta_server`.
    """
    if base_url := os.environ.get("LETTA_BASE_URL", "").rstrip("/"):
        yield _given(base_url)
    else:
        with letta_server(say) as server:
            yield server


@contextmanager
def letta_server(
    say: Callable[[str], None] = silent, installation: Installation | None = None
) -> Iterator[LettaServer]:
    """Start PostgreSQL, the stub and Letta, on loopback; stop all of them when the block ends.

    Nothing of it is left then, however the block ended: no process, no file.

    Raises:
        LettaNotInstalled: its environment could not be made.
        LettaNotStarted: a part of it ended, or was not ready in time.
    """
    installed = installation or install(say)
    with ExitStack() as ending:
        folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        # PostgreSQL runs as another user where we are root; it must come through, not look around.
        folder.chmod(0o711)

        say("starting PostgreSQL")
        database = Postgres(installed.postgres, folder)
        database.make()
        postgres = database.start()
        ending.callback(postgres.stop)
        postgres.wait_until(database.is_ready, POSTGRES_START_S)

        llm_url, stub = _listening(_stub(folder), folder)
        ending.callback(stub.stop)
        base_url, server = _listening(_letta(installed, folder, database.uri, llm_url), folder)
        ending.callback(server.stop)
        say("starting the stub of a language model")
        stub.wait_until(lambda: _answer(f"{llm_url}/stats") is not None, STUB_START_S)
        say("starting Letta, 10 to 50 seconds")
        server.wait_until(lambda: _version(base_url) is not None, LETTA_START_S)

        yield LettaServer(
            base_url=base_url,
            version=_version(base_url) or "",
            llm_url=llm_url,
            folder=folder,
            parts=(postgres, stub, server),
        )


def _stub(folder: Path) -> Program:
    return Program(
        name="llm_stub",
        command=[sys.executable, "-m", "tracker.letta.llm_stub"],
        folder=ROOT,  # where the package is found
        environ=_outside(),
    )


def _letta(installed: Installation, folder: Path, database: str, llm_url: str) -> Program:
    environ = {
        **_outside(),
        **NO_NETWORK,
        "HOME": str(folder),
        "LETTA_DIR": str(folder / ".letta"),
        "LETTA_PG_URI": database,
        # As whoever runs a server would set it: each call takes half the time.
        "LETTA_DISABLE_SQLALCHEMY_POOLING": "false",
        "LETTA_DISABLE_TRACING": "true",
        "DD_TRACE_ENABLED": "false",
        "OPENAI_API_KEY": "sk-stub",
        "OPENAI_BASE_URL": f"{llm_url}/v1",
        "PYTHONWARNINGS": "ignore",
    }
    # -P: the modules beside the script are not to stand in for those Letta imports.
    command: list[str | Path] = [installed.python, "-P", SERVE]
    # In its own folder: it writes files to where it runs.
    return Program(name="letta", command=command, folder=folder, environ=environ)


def _outside() -> dict[str, str]:
    return {name: os.environ[name] for name in FROM_OUTSIDE if name in os.environ}


def _listening(program: Program, folder: Path) -> tuple[str, Part]:
    """Start it with a socket on a free port of loopback; return its address, too."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        descriptor = bound.fileno()
        handed = Program(
            name=program.name,
            command=[*program.command, str(descriptor)],
            folder=program.folder,
            environ=program.environ,
            listening=descriptor,
        )
        part = start(handed, folder / f"{program.name}.log")
        return f"http://127.0.0.1:{bound.getsockname()[1]}", part


def _given(base_url: str) -> LettaServer:
    if not base_url.startswith(("http://", "https://")):
        raise LettaUnreachable(base_url, "it does not begin with http:// or https://")
    api_key = os.environ.get("LETTA_API_KEY") or API_KEY
    request = urllib.request.Request(  # noqa: S310  the user's own address
        f"{base_url}/v1/health/", headers={"Authorization": f"Bearer {api_key}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=ASK_S) as answer:  # noqa: S310
            version = json.load(answer)["version"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        raise LettaUnreachable(base_url, str(error) or type(error).__name__) from error
    return LettaServer(
        base_url=base_url,
        version=str(version),
        api_key=api_key,
        model=os.environ.get("LETTA_MODEL") or MODEL,
        embedding=os.environ.get("LETTA_EMBEDDING") or EMBEDDING,
    )


def _version(base_url: str) -> str | None:
    answer = _answer(f"{base_url}/v1/health/")
    return str(answer["version"]) if answer else None


def _answer(url: str) -> Mapping[str, object] | None:
    """Return what it answers on loopback, whatever proxy the user has set; None for nothing yet."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        answer = json.loads(direct.open(url, timeout=ASK_S).read())
        return answer if isinstance(answer, dict) else None
    return None
