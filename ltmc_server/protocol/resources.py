"""Resources under `ltmc://`: how the server is, and the texts it holds, for a client to read.

Texts of one answer are cut to the bound that results of calls have, and say so.
"""

from collections.abc import Callable, Coroutine
from dataclasses import asdict
from functools import cached_property
from typing import Any, Final

import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.dispatch import Dispatcher, without_nulls
from ltmc_server.errors import NotFound
from ltmc_server.protocol.messages import (
    FIXED,
    INVALID_PARAMS,
    JSON,
    MEMORY,
    RESOURCE_NOT_FOUND,
    TEMPLATES,
    TEXT,
    Object,
)
from ltmc_server.responses import fit

URI_CHARS_MAX: Final = 300
"""A longer one is unknown; no id is that long."""


class Unreadable(Exception):
    """A resource that is there could not be read: what the tool said of it."""


@dataclass(frozen=True)
class Resources:
    """The resources of one server."""

    dispatcher: Dispatcher

    @property
    def templates(self) -> list[Object]:
        """What names a resource by a part of it, as `resources/templates/list` has it."""
        return TEMPLATES if "memory_action" in self.dispatcher.tools else []

    async def read(self, uri: str) -> list[Object] | None:
        """Return the contents of a resource, or None if there is none of that name.

        Raises:
            Unreadable: a store failed.
        """
        if len(uri) > URI_CHARS_MAX:
            return None
        if uri.startswith(MEMORY) and self.templates:
            text = await self._memory(uri.removeprefix(MEMORY))
            return None if text is None else [{"uri": uri, "mimeType": TEXT, "text": text}]
        scheme, _, name = uri.partition("://")
        make = self._makers.get(name) if scheme == "ltmc" else None
        if make is None:
            return None
        whole = without_nulls(orjson.loads(orjson.dumps(await make())))
        assert isinstance(whole, dict), "each maker returns an object"
        said = fit(whole, self.dispatcher.response_bytes_max)
        return [{"uri": uri, "mimeType": JSON, "text": orjson.dumps(said).decode()}]

    @cached_property
    def _makers(self) -> dict[str, Callable[[], Coroutine[Any, Any, Object]]]:
        return {
            "health": self._health,
            "metrics": self._metrics,
            "sla": self._sla,
            "stores": self._stores,
            "tools": self._tools,
        }

    async def _memory(self, id: str) -> str | None:
        reply = await self.dispatcher.call("memory_action", {"action": "get", "id": id})
        said = reply.payload
        if not reply.is_error:
            text, chars = said["content"], said["chars"]
            if len(text) == chars:
                return str(text)
            return f"{text}\n\n[cut: {len(text)} of {chars} characters; {_on(id, len(text))}]"
        # An id that no text can have is as unknown as one that none has.
        if said["error"]["code"] in {NotFound.code, "invalid_arguments"}:
            return None
        raise Unreadable(" ".join(filter(None, map(said["error"].get, ("message", "hint")))))

    async def _health(self) -> Object:
        health = self.dispatcher.health
        states = {name: state for name, (state, _) in (await health.stores()).items()}
        return {"status": health.status(states), "stores": states}

    async def _metrics(self) -> Object:
        metrics = self.dispatcher.metrics
        every = sorted(metrics.by_action().items(), key=lambda item: -item[1].calls)
        return {
            "since": metrics.since,
            "all": asdict(metrics.whole()),
            # A list, busiest first: what does not fit is left out from its end.
            "items": [{"action": name} | asdict(one) for name, one in every],
        }

    async def _sla(self) -> Object:
        return {name: asdict(sla) for name, sla in self.dispatcher.health.slas().items()}

    async def _stores(self) -> Object:
        health = self.dispatcher.health
        stores = {
            name: {"state": state, "response_time_ms": took}
            for name, (state, took) in (await health.stores()).items()
        }
        counted = {name: dict(one.figures()) for name, one in health.counted.items()}
        return {"stores": stores, "figures": counted}

    async def _tools(self) -> Object:
        for name in self.dispatcher.tools:
            await self.dispatcher.tools.take(name)
        return self._overview

    @cached_property
    def _overview(self) -> Object:
        items = [
            {
                "tool": tool.name,
                "about": (type(tool).__doc__ or "").partition("\n")[0],
                "actions": {action.name: action.summary for action in tool.actions.values()},
            }
            for tool in self.dispatcher.tools.values()
        ]
        return {"items": items}


def _on(id: str, read: int) -> str:
    return f'go on with memory_action {{"action": "get", "id": "{id}", "from_char": {read}}}'


def unknown_resource(uri: str, *, is_modern: bool) -> tuple[int, str, Object]:
    """Return the code, the message and the data of the protocol's error for a name not known."""
    code = INVALID_PARAMS if is_modern else RESOURCE_NOT_FOUND
    known = ", ".join(f"ltmc://{name}" for name in FIXED)
    message = f"No resource {uri[:100]!r}; there are: {known}, and {MEMORY}{{id}} of a stored text."
    return code, message, {"uri": uri[:URI_CHARS_MAX]}
