"""Calls to a server, and what is kept of each answer."""

import contextlib
import secrets
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, Self, TypeVar

import httpx
import orjson
from letta_client import APIStatusError, Letta

from tracker.letta.contract.shapes import Json, normal, shape

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")
Observed = dict[str, dict[str, Json]]
"""By the name of a call: its status, content type, shape and effect."""

TIMEOUT_S: Final = 60.0
MODEL: Final = "openai-proxy/gpt-4o-mini"
EMBEDDING: Final = "openai/text-embedding-3-small"
NOBODY: Final = "00000000-0000-4000-8000-000000000000"
"""The end of an id that is well formed and not there."""


class Raw(Protocol[T_co]):
    """A raw response of the SDK."""

    http_response: httpx.Response

    def parse(self) -> T_co:
        """Return what the SDK makes of it."""
        ...


class OtherwiseAnswered(Exception):
    """A call that the ones after it need went wrong; it is recorded, they are not made."""


@dataclass
class Recorder:
    """One run of the contract's calls. Everything it makes carries `token` in its name."""

    client: Letta
    plain: httpx.Client
    token: str
    observed: Observed = field(default_factory=dict)
    bodies: dict[str, Json] = field(default_factory=dict)

    @classmethod
    @contextlib.contextmanager
    def open(
        cls,
        base_url: str,
        *,
        api_key: str = "none",
        ca_file: Path | None = None,
        on_response: Callable[[httpx.Response], object] = lambda _: None,
    ) -> Iterator[Self]:
        """Connect to a server; what is made there is deleted at the end.

        `ca_file` says whom to trust, if not whom all do.
        """
        context = ssl.create_default_context(cafile=ca_file)
        hooks = {"response": [on_response]}
        http = httpx.Client(verify=context, timeout=TIMEOUT_S, event_hooks=hooks)
        plain = httpx.Client(
            base_url=base_url,
            verify=context,
            timeout=TIMEOUT_S,
            event_hooks=hooks,
            headers={"Authorization": f"Bearer {api_key}"},
        )
        client = Letta(
            base_url=base_url, api_key=api_key, max_retries=0, timeout=TIMEOUT_S, http_client=http
        )
        with client, plain:
            recorder = cls(client, plain, "t" + secrets.token_hex(5))
            try:
                yield recorder
            finally:
                recorder.clean()

    def call(
        self, name: str, send: Callable[[], Raw[T]], effect: Callable[[T], Any] | None = None
    ) -> T:
        """Make a call that is to succeed; record it with what `effect` reads off its answer."""
        try:
            raw = send()
        except APIStatusError as error:
            self._keep(name, error.response)
            raise OtherwiseAnswered(name) from error
        self._keep(name, raw.http_response)
        parsed = raw.parse()
        if effect is not None:
            self.effect(name, effect(parsed))
        return parsed

    def refused(self, name: str, send: Callable[[], object]) -> None:
        """Make a call that is to fail, and record how."""
        try:
            send()
        except APIStatusError as error:
            response = error.response
            self._keep(name, response)
            if response.status_code != httpx.codes.UNPROCESSABLE_ENTITY:  # that text is pydantic's
                body = self.bodies.get(name)
                self.effect(name, body.get("detail") if isinstance(body, dict) else body)
        else:
            self.observed[name] = {"status": 200}

    def request(
        self, name: str, method: str, path: str, effect: Callable[[Any], Any] | None = None
    ) -> None:
        """Make a call without the SDK and without its header, as older clients do."""
        response = self.plain.request(method, path)
        self._keep(name, response)
        if effect is not None and response.is_success:
            self.effect(name, effect(response.json()))

    def effect(self, name: str, value: Any) -> None:  # noqa: ANN401  whatever JSON can say
        """Record a fact that is not in the shape: a value, an order, a text."""
        read = orjson.loads(orjson.dumps(value))
        self.observed[name]["effect"] = normal(read, {self.token: "TOKEN"})

    def stream(self, name: str, path: str, message: dict[str, Json]) -> str:
        """Record the events of an answer that is streamed; return its text."""
        headers = {"X-Stainless-Package-Version": "1.12.1"}
        response = self.plain.post(path, json=message, headers=headers)
        lines = [each for each in response.text.split("\n\n") if each]
        events = [orjson.loads(each.removeprefix("data: ")) for each in lines[:-1]]
        kinds = [event["message_type"] for event in events]
        self.observed[name] = {
            "status": response.status_code,
            "type": _type(response),
            "shape": shape(events),
            # How many pieces the text comes in is the model's.
            "effect": [
                *(kind for index, kind in enumerate(kinds) if kind not in kinds[:index]),
                lines[-1],
            ],
        }
        self.bodies[name] = events
        return "".join(
            event["content"] for event in events if event["message_type"] == "assistant_message"
        )

    def clean(self) -> None:
        """Delete the agents and tools of this run."""
        with contextlib.suppress(httpx.HTTPError, APIStatusError):
            for agent in self.client.agents.list(tags=[self.token], limit=100).items:
                self.client.agents.delete(agent.id)
            for tool in self.client.tools.list(search=self.token, limit=100).items:
                self.client.tools.delete(tool.id)
            for block in self.client.blocks.list(label=f"extra_{self.token}").items:
                self.client.blocks.delete(block.id)

    def _keep(self, name: str, response: httpx.Response) -> None:
        assert name not in self.observed, f"two calls are named {name}"
        kept: dict[str, Json] = {"status": response.status_code, "type": _type(response)}
        if response.content and kept["type"] != "application/json":
            kept["shape"] = "text"
        elif response.content:
            body = response.json()
            kept["shape"] = shape(body)
            self.bodies[name] = body
        self.observed[name] = kept


def _type(response: httpx.Response) -> str:
    type: str = response.headers.get("content-type", "")
    return type.split(";", maxsplit=1)[0]
