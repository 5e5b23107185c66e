"""What a start of the server pulls in."""

import subprocess
import sys


def test_a_start_imports_nothing_that_only_a_call_needs() -> None:
    code = "import sys, ltmc_server.server, ltmc_server.protocol.pipes; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    heavy = {"mcp", "numpy", "faiss", "onnxruntime", "httpx2", "tenacity", "neo4j", "redis"}
    assert (heavy | {"ltmc_server.documentation.upkeep"}) & set(done.stdout.split()) == set()
