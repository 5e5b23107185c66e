"""What does it cost to read a resource?"""

import tempfile
import time
from typing import ClassVar

from benchmarks.client import Client
from benchmarks.marks import Samples, samples, unit
from benchmarks.workload import texts

READS = 200
TEXTS = 100


class OverStdio:
    """One resource after the other, 200 times each, from a server that holds 100 texts.

    Asks:   what does a client wait for that reads how the server is, or a text by its name?
    Unit:   seconds a read.
    Noise:  follows the machine; compare the resources within one run.
    """

    version = "1"
    timeout = 120
    param_names: ClassVar = ["resource"]
    params: ClassVar = [["health", "metrics", "sla", "stores", "tools", "memory"]]

    def setup(self, resource: str) -> None:
        with tempfile.TemporaryDirectory() as folder, Client(folder) as client:
            client.initialize()
            client.send("resources/list", {})
            if "result" not in client.receive():
                # asv skips, but only on this from `setup`.
                raise NotImplementedError("resources/list")

    @unit("seconds")
    def track_read(self, resource: str) -> Samples:
        with tempfile.TemporaryDirectory() as folder, Client(folder) as client:
            client.initialize()
            for file_name, content in texts(TEXTS):
                client.call("memory_action", action="store", file_name=file_name, content=content)
            uri = f"ltmc://{resource}"
            if resource == "memory":
                arguments = {"action": "get", "file_name": file_name}
                client.send("tools/call", {"name": "memory_action", "arguments": arguments})
                uri += "/" + client.receive()["result"]["structuredContent"]["id"]
            return samples([_read(client, uri) for _ in range(READS)])


def _read(client: Client, uri: str) -> float:
    """Time one read."""
    began = time.perf_counter()
    client.send("resources/read", {"uri": uri})
    response = client.receive()
    took = time.perf_counter() - began
    if "result" not in response:
        raise RuntimeError(str(response)[:500])
    return took
