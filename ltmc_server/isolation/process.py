"""A process for one piece of work: without environment, files or much time, and then gone."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final, TypeAlias

import anyio
import orjson
from anyio.abc import Process

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import BoundExceeded, RequestError
from ltmc_server.threads import anyio_imported

SECONDS_MAX: Final = 5.0
ANSWER_BYTES_MAX: Final = 4_000_000
PROCESSES_MAX: Final = 2

Answer: TypeAlias = dict[str, Any]

_COMMAND: Final = (
    sys.executable,
    "-I",
    "-c",
    # The same packages that we have, wherever they are; -I leaves out the working directory.
    "import sys; sys.path[:] = sys.argv[1:]; from ltmc_server.isolation.child import main; main()",
)


@dataclass(frozen=True)
class Isolation:
    """Runs work in processes of its own, a few at a time."""

    seconds_max: float = SECONDS_MAX
    turns: anyio.CapacityLimiter = field(
        default_factory=lambda: anyio.CapacityLimiter(PROCESSES_MAX)
    )

    async def run(self, job: str, **arguments: object) -> Answer:
        """Return what `job` gives; its name is one of `child.JOBS`.

        Raises:
            RequestError: the work can not be done as asked; the message says why.
            BoundExceeded: it took too long, too much memory, or gave too much.
        """
        request = orjson.dumps({"job": job, "arguments": arguments})
        await anyio_imported()
        async with self.turns:
            with tempfile.TemporaryDirectory(prefix="ltmc-") as empty:
                said = await self._ask(request, empty)
        try:
            answer: Mapping[str, Any] = orjson.loads(said)
        except orjson.JSONDecodeError as error:
            raise BoundExceeded(
                f"{job} took more memory or gave more than one call may.", "Ask for less at once."
            ) from error
        if "refused" in answer:
            raise RequestError(str(answer["refused"]), answer.get("hint"))
        return dict(answer["result"])

    async def _ask(self, request: bytes, folder: str) -> bytes:
        process = await anyio.open_process(
            [*_COMMAND, *(path for path in sys.path if path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A filter's `debug` writes there.
            stderr=subprocess.DEVNULL,
            env={},
            cwd=folder,
        )
        ended = False
        try:
            with anyio.fail_after(self.seconds_max):
                said = await _exchange(process, request)
                await process.wait()
            ended = True
        except TimeoutError as error:
            raise BoundExceeded(
                f"It took more than {self.seconds_max:g} s and was stopped.",
                "Ask for less, or in another way.",
            ) from error
        finally:
            with anyio.CancelScope(shield=True):
                if not ended:
                    process.kill()
                await process.aclose()
        return said


async def _exchange(process: Process, request: bytes) -> bytes:
    assert process.stdin
    assert process.stdout
    said = bytearray()
    try:
        await process.stdin.send(request)
        await process.stdin.aclose()
        async for part in process.stdout:
            said += part
            if len(said) > ANSWER_BYTES_MAX:
                process.kill()
                return b""
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        return b""  # It died of its limits.
    return bytes(said)
