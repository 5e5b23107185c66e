"""A server process that listens on a free port, and a client that speaks plain HTTP to it."""

import http.client
import json
import re
import select
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.wire import SERVER, WAIT_S, Message, environment

MODERN = "2026-07-28"
TOKEN = "a token of the tests"  # noqa: S105  nobody's
JSON = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> Message:
        message = json.loads(self.body)
        assert isinstance(message, dict)
        return message


@dataclass
class HttpServer:
    """One server on 127.0.0.1."""

    process: subprocess.Popen[bytes]
    port: int
    asked: int = 0

    @classmethod
    @contextmanager
    def open(
        cls, data_dir: Path, *, listen: str = "127.0.0.1:0", **settings: str
    ) -> Iterator[Self]:
        """Start a server on a data folder; end it at the latest when the block ends."""
        with subprocess.Popen(
            (*SERVER, "serve", "--http", listen),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(data_dir) | settings,
        ) as process:
            try:
                assert process.stderr
                ready, _, _ = select.select([process.stderr], [], [], WAIT_S)
                assert ready, "the server did not start in time"
                said = process.stderr.readline().decode()
                found = re.fullmatch(r"ltmc: serving http://.*:(\d+)/mcp\n", said)
                assert found, said
                yield cls(process, int(found[1]))
            finally:
                process.kill()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request on a connection of its own."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, WAIT_S)) as connection:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(
                response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
            )

    def ask(self, method: str, params: Message, *, modern: bool = False) -> Message:
        """Send a JSON-RPC request and return the answer to it."""
        self.asked += 1
        message = {"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params}
        headers = JSON | {"MCP-Protocol-Version": MODERN if modern else "2025-06-18"}
        if modern:
            headers["Mcp-Method"] = method
            for key in ("name", "uri"):
                if isinstance(params.get(key), str):
                    headers["Mcp-Name"] = params[key]
        return self.request("POST", "/mcp", json.dumps(message).encode(), headers).message

    def call(self, action: str, **arguments: object) -> Message:
        """Call memory_action; return what it gave, and fail if that is an error."""
        params = {"name": "memory_action", "arguments": {"action": action} | arguments}
        result = self.ask("tools/call", params)["result"]
        assert not result["isError"], result
        content = result["structuredContent"]
        assert isinstance(content, dict)
        return content
