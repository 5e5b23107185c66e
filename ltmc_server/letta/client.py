"""`Letta` over one pool of connections: repeated, shared, kept, and every error one of ours."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import field
from functools import partial
from typing import Any, Final, Literal

from ltmc_server.dataclass import dataclass
from ltmc_server.letta.asking import Answer, Asking, Failed, File, json_of, parsed, target
from ltmc_server.letta.connection import Connection
from ltmc_server.letta.errors import LettaRefused, LettaUnavailable
from ltmc_server.letta.interfaces import EVERY_AGENT, HEALTH, Got, Method, Query
from ltmc_server.letta.opening import key_of
from ltmc_server.letta.reading import Reads
from ltmc_server.letta.repeating import Repeating
from ltmc_server.letta.saying import unavailable
from ltmc_server.letta.streaming import events
from ltmc_server.settings import Settings

WARM_AFTER_S: Final = 0.5
"""After the start, before the import takes the interpreter from the first calls."""

NOT_FOUND: Final = 404


@dataclass(slots=True, eq=False)
class LettaClient:
    """One Letta server, for the life of this server."""

    settings: Settings
    connection: Connection = field(init=False, repr=False)
    repeating: Repeating = field(init=False, repr=False)
    reads: Reads = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.connection = Connection(self.settings)
        self.repeating = Repeating(self.settings.letta_retries)
        self.reads = Reads(self.settings.letta_cache_s)

    @property
    def state(self) -> Literal["connected", "unreachable", "not loaded yet"]:
        """How the server was when it was last asked; it is not asked for this."""
        if self.repeating.breaker.is_open:
            return "unreachable"
        return "connected" if self.repeating.is_heard else "not loaded yet"

    async def get(
        self, path: str, query: Query | None = None, *, about: str, fresh: bool = False
    ) -> Got:
        key = target(path, query)
        ask = partial(self._read, key, anyway=about == HEALTH)
        return await self.reads.get(key, ask, about=about, fresh=fresh)

    async def send(
        self,
        method: Method,
        path: str,
        body: object = None,
        *,
        changes: frozenset[str],
        query: Query | None = None,
    ) -> Any:  # noqa: ANN401
        asking = Asking(
            verb=method,
            target=target(path, query),
            within_s=self.settings.letta_timeout_s,
            body=json_of(body),
        )
        with self.reads.writing(changes):
            return (await self._answer(asking)).value

    async def message(self, path: str, body: object, *, agent_id: str) -> Any:  # noqa: ANN401
        with self.reads.writing({agent_id, EVERY_AGENT}):
            return (await self._answer(self._message(path, body))).value

    async def events(self, path: str, body: object, *, agent_id: str) -> AsyncGenerator[Any, None]:
        asking = self._message(path, body)
        await self.connection.open()
        until = asyncio.get_running_loop().time() + asking.within_s
        with self.reads.writing({agent_id, EVERY_AGENT}):
            try:
                async with AsyncExitStack() as stack:

                    async def begun() -> Any:  # noqa: ANN401  aiohttp's, which is not imported yet
                        answering = self.connection.answering(asking)
                        return await stack.enter_async_context(answering)

                    response = await self.repeating.run(asking, begun)
                    told = events(response.content, until, key_of(self.settings))
                    async with aclosing(told):
                        async for event in told:
                            yield event
            except TimeoutError:
                late = Failed(f"did not end its answer within {asking.within_s:g} s")
                raise unavailable(late, asking) from None
            except Failed as failed:
                raise unavailable(failed, asking) from None

    async def upload(self, path: str, name: str, content: bytes, *, fields: Query) -> Any:  # noqa: ANN401
        asking = Asking(
            verb="POST",
            target=path,
            within_s=self.settings.letta_timeout_s,
            file=File(name, content, fields),
        )
        with self.reads.writing({"agents", "tools"}):
            return (await self._answer(asking)).value

    async def warm(self) -> None:
        """Import what the first request needs, a while after the start."""
        await asyncio.sleep(WARM_AFTER_S)
        with suppress(LettaUnavailable):  # The first request says it to whoever can read it.
            await self.connection.open()

    async def aclose(self) -> None:
        """Stop the reads that are under way, and close the connections."""
        await self.reads.aclose()
        await self.connection.aclose()

    def figures(self) -> Mapping[str, float]:
        """Return what was counted since the start."""
        return {
            "requests_total": self.connection.requests,
            "retries_total": self.repeating.repeated,
            "cache_hits_total": self.reads.hits,
            "coalesced_total": self.reads.shared,
        }

    async def _read(self, key: str, *, anyway: bool) -> Answer:
        within_s = self.settings.letta_timeout_s
        return await self._answer(Asking(verb="GET", target=key, within_s=within_s, anyway=anyway))

    async def _answer(self, asking: Asking) -> Answer:
        async def attempt() -> Answer:
            was_done = asking.may_be_done
            try:
                return parsed(await self.connection.attempt(asking))
            except LettaRefused as refusal:
                if asking.verb == "DELETE" and was_done and refusal.details["status"] == NOT_FOUND:
                    # The attempt before this one did it, and its answer got lost.
                    return Answer(None, 0)
                raise

        await self.connection.open()
        return await self.repeating.run(asking, attempt)

    def _message(self, path: str, body: object) -> Asking:
        within_s = self.settings.letta_message_timeout_s
        return Asking(verb="POST", target=path, within_s=within_s, body=json_of(body))
