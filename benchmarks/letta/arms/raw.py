"""Plain HTTP with the SDK's version header, and no models: the least that Python can do."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, TypeAlias

from benchmarks.letta.arms.arm import Arm, StepFailed
from benchmarks.letta.letta_http import HEADERS, TIMEOUT_S
from benchmarks.letta.steps import BLOCK, FOUND_MAX, LIST_MAX, Kind, Step

Request: TypeAlias = tuple[str, str, dict[str, Any]]
"""Method, path below `/v1/`, and what `httpx` is given besides."""


def _of(step: Step, *parts: str) -> str:
    return "/".join(("agents", step.agent, *parts))


LIMIT: Final = {"params": {"limit": LIST_MAX}}

REQUESTS: Final[Mapping[Kind, Callable[[Step], list[Request]]]] = {
    "health": lambda step: [("GET", "health/", {})],
    "list_agents": lambda step: [
        ("GET", "agents/", {"params": {"tags": step.text, "limit": LIST_MAX}})
    ],
    "get_agent": lambda step: [("GET", _of(step), {})],
    "read_memory": lambda step: [("GET", _of(step, "core-memory/blocks"), {})],
    "write_memory": lambda step: [
        ("PATCH", _of(step, "core-memory/blocks", BLOCK), {"json": {"value": step.text}})
    ],
    "send": lambda step: [
        (
            "POST",
            _of(step, "messages"),
            {"json": {"messages": [{"role": "user", "content": step.text}]}},
        )
    ],
    "list_tools": lambda step: [("GET", "tools/", LIMIT)],
    "agent_tools": lambda step: [("GET", _of(step, "tools"), LIMIT)],
    "attach": lambda step: [
        ("PATCH", _of(step, "tools/attach", step.tool), {}),
        ("GET", _of(step, "tools"), LIMIT),
    ],
    "insert": lambda step: [("POST", _of(step, "archival-memory"), {"json": {"text": step.text}})],
    "search": lambda step: [
        (
            "GET",
            _of(step, "archival-memory/search"),
            {"params": {"query": step.text, "top_k": FOUND_MAX}},
        )
    ],
}


class Raw(Arm):
    """One `httpx.Client`."""

    name: ClassVar[str] = "raw"
    every: ClassVar[int] = 3  # it decides nothing, and each turn costs

    def __init__(self, url: str) -> None:
        import httpx

        super().__init__()
        self.client = httpx.Client(
            base_url=f"{url}/v1/",
            headers=HEADERS,
            timeout=TIMEOUT_S,
            # As the SDK keeps them.
            limits=httpx.Limits(max_connections=1000, max_keepalive_connections=100),
        )

    def take(self, step: Step) -> object:
        import httpx

        answer: object = None
        for method, path, given in REQUESTS[step.kind](step):
            try:
                response = self.client.request(method, path, **given)
            except httpx.HTTPError as error:
                raise StepFailed(f"{type(error).__name__}: {error}"[:300]) from error
            if response.is_error:
                raise StepFailed(f"{response.status_code}: {response.text}"[:300])
            self.received += len(response.content)
            answer = response.json()
        return answer

    def said(self, answer: object) -> str:
        return str(answer)

    def close(self) -> None:
        super().close()
        self.client.close()
