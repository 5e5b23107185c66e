"""Every arm by name, and how they are opened."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

from benchmarks.letta.arms.arm import Arm, Unavailable
from benchmarks.letta.arms.cold import SdkCold
from benchmarks.letta.arms.mcp import McpHttp, McpMemory, McpStdio, McpStdioWarm
from benchmarks.letta.arms.peer import LettaMcpServer
from benchmarks.letta.arms.raw import Raw
from benchmarks.letta.arms.sdk import Sdk, SdkNewClient

ARMS: Final[Mapping[str, Callable[[str], Arm]]] = {
    "sdk_cold": SdkCold,
    "sdk_new_client": SdkNewClient,
    "sdk": Sdk,
    "raw": Raw,
    "mcp_memory": McpMemory,
    "mcp_stdio": McpStdio,
    "mcp_http": McpHttp,
    "mcp_stdio_warm": McpStdioWarm,
    "letta_mcp_server": LettaMcpServer,
}


@contextmanager
def opened(names: Sequence[str], url: str) -> Iterator[tuple[list[Arm], dict[str, str]]]:
    """Open arms; yield them, and why others could not be opened; close them, whatever happens."""
    with ExitStack() as stack:
        arms: list[Arm] = []
        closed: dict[str, str] = {}
        for name in names:
            try:
                arms.append(stack.enter_context(ARMS[name](url)))
            except (Unavailable, NotImplementedError, RuntimeError, OSError) as error:
                closed[name] = f"{type(error).__name__}: {error}"[:300]
        yield arms, closed
