"""A client that costs next to nothing: requests on one connection to a server over HTTP."""

import http.client
import json
import os
import re
import subprocess
import time
from collections.abc import Mapping
from typing import Any, Self

from benchmarks.client import SERVER, STOP_TIMEOUT_S

MODERN = "2026-07-28"
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientInfo": {"name": "benchmark", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}

TIMEOUT_S = 60


def call_of(
    tool: str, arguments: Mapping[str, object], *, modern: bool
) -> tuple[str, dict[str, str]]:
    """Return the body and the headers of a call, in one of the two eras of the protocol."""
    params: dict[str, Any] = {"name": tool, "arguments": arguments}
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if modern:
        params["_meta"] = ENVELOPE
        headers |= {
            "MCP-Protocol-Version": MODERN,
            "Mcp-Method": "tools/call",
            "Mcp-Name": tool,
        }
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return json.dumps(message), headers


def post(connection: http.client.HTTPConnection, body: str, headers: Mapping[str, str]) -> bytes:
    """Send a request and return the body of the response."""
    connection.request("POST", "/mcp", body, dict(headers))
    return connection.getresponse().read()


class HttpClient:
    """A server process on a free port; stopped when the `with` block ends, whatever happens.

    Raises:
        NotImplementedError: this commit does not serve HTTP.
    """

    def __init__(self, data_dir: str, **settings: str) -> None:
        self.process = subprocess.Popen(
            (*SERVER, "serve", "--http", "127.0.0.1:0"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"LTMC_DATA_DIR": data_dir, "LTMC_PROJECT_ID": "benchmark"} | settings,
        )
        assert self.process.stderr
        self.stderr = self.process.stderr
        found = re.search(r":(\d+)/mcp", self.stderr.readline())
        if found is None:
            self.__exit__()
            raise NotImplementedError("serve --http")
        self.port = int(found[1])
        self.connection = self.connect()

    def connect(self) -> http.client.HTTPConnection:
        """Return one more connection to the server; whoever asks for it closes it."""
        return http.client.HTTPConnection("127.0.0.1", self.port, TIMEOUT_S)

    def call(self, tool: str, arguments: dict[str, Any], *, modern: bool) -> float:
        """Call an action, in one of the two eras of the protocol; return how long it took, in s."""
        body, headers = call_of(tool, arguments, modern=modern)
        began = time.perf_counter()
        response = json.loads(post(self.connection, body, headers))
        took = time.perf_counter() - began
        if "result" not in response:
            raise RuntimeError(str(response)[:500])
        return took

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if hasattr(self, "connection"):
            self.connection.close()
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.stderr.close()
