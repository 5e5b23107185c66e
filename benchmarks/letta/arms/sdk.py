"""The SDK of Letta: one client that lasts, as its documentation has it, and one for each call."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from benchmarks.letta.arms.arm import Arm, StepFailed
from benchmarks.letta.letta_http import API_KEY, TIMEOUT_S
from benchmarks.letta.steps import BLOCK, FOUND_MAX, LIST_MAX, Kind, Step

if TYPE_CHECKING:
    from httpx import Response
    from letta_client import Letta


def _attach(client: "Letta", step: Step) -> object:
    client.agents.tools.attach(step.tool, agent_id=step.agent)
    return client.agents.tools.list(step.agent, limit=LIST_MAX).items


# `.items` of a page is one request; iterating over the page would be two or more.
CALLS: Final[Mapping[Kind, Callable[["Letta", Step], object]]] = {
    "health": lambda client, step: client.health(),
    "list_agents": lambda client, step: client.agents.list(tags=[step.text], limit=LIST_MAX).items,
    "get_agent": lambda client, step: client.agents.retrieve(step.agent),
    "read_memory": lambda client, step: client.agents.blocks.list(step.agent).items,
    "write_memory": lambda client, step: client.agents.blocks.update(
        BLOCK, agent_id=step.agent, value=step.text
    ),
    "send": lambda client, step: client.agents.messages.create(
        step.agent, messages=[{"role": "user", "content": step.text}]
    ),
    "list_tools": lambda client, step: client.tools.list(limit=LIST_MAX).items,
    "agent_tools": lambda client, step: client.agents.tools.list(step.agent, limit=LIST_MAX).items,
    "attach": _attach,
    "insert": lambda client, step: client.agents.passages.create(step.agent, text=step.text),
    "search": lambda client, step: client.agents.passages.search(
        step.agent, query=step.text, top_k=FOUND_MAX
    ),
}


def opened(url: str, on_response: "Callable[[Response], None] | None" = None) -> "Letta":
    """Make a client as anybody would, but for the retries: they would pass failures off as slow.

    Args:
        url: of Letta.
        on_response: is given each response, before its body is read.
    """
    from letta_client import DefaultHttpxClient, Letta

    hooks: dict[str, list[Callable[..., Any]]] = {"response": [on_response] if on_response else []}
    return Letta(
        base_url=url,
        api_key=API_KEY,
        max_retries=0,
        timeout=TIMEOUT_S,
        http_client=DefaultHttpxClient(event_hooks=hooks),
    )


def take(client: "Letta", step: Step) -> object:
    """Take a step with a client.

    Raises:
        StepFailed: Letta refused, or did not answer.
    """
    from letta_client import APIError

    try:
        return CALLS[step.kind](client, step)
    except APIError as error:
        raise StepFailed(f"{type(error).__name__}: {error}"[:300]) from error


def said(answer: object) -> str:
    """Return what models of the SDK hold."""
    return repr(answer)


class Sdk(Arm):
    """One synchronous `Letta` for everything, over connections that are kept."""

    name: ClassVar[str] = "sdk"

    def __init__(self, url: str) -> None:
        super().__init__()
        self.responses: list[Response] = []
        self.url = url
        self.client = opened(url, self.responses.append)

    def take(self, step: Step) -> object:
        return take(self.client, step)

    def said(self, answer: object) -> str:
        # Here, where nothing is timed.
        self.received += sum(len(response.content) for response in self.responses)
        self.responses.clear()
        return said(answer)

    def close(self) -> None:
        super().close()
        self.client.close()


class SdkNewClient(Sdk):
    """A `Letta` for each call, closed after it."""

    name: ClassVar[str] = "sdk_new_client"
    every: ClassVar[int] = 3

    def take(self, step: Step) -> object:
        with opened(self.url, self.responses.append) as client:
            return take(client, step)
