"""A client of a scripted server, whose pauses take no time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from ltmc_server.letta.client import LettaClient
from ltmc_server.letta.reading import Reads
from ltmc_server.settings import Settings
from tests.letta.http_script import Script, Step, serving

KEY = "sk-do-not-say-this"
NOTHING: frozenset[str] = frozenset()


@dataclass
class Pauses:
    """How long the client would have slept."""

    taken_s: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.taken_s.append(seconds)


@dataclass
class Now:
    """A clock that a test turns."""

    at: float = 1_000.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Asked:
    """A client, its server, and what it waited for."""

    client: LettaClient
    script: Script
    pauses: Pauses
    now: Now


@asynccontextmanager
async def asking(*steps: Step, **settings: object) -> AsyncIterator[Asked]:
    async with (
        serving(*steps) as script,
        client_of(script.url, **settings) as (client, pauses, now),
    ):
        yield Asked(client, script, pauses, now)
        script.ending.set()


@asynccontextmanager
async def client_of(url: str, **settings: object) -> AsyncIterator[tuple[LettaClient, Pauses, Now]]:
    given: dict[str, Any] = {"letta_base_url": url, "letta_api_key": SecretStr(KEY), **settings}
    client, pauses, now = LettaClient(Settings(**given)), Pauses(), Now()
    client.repeating.sleep = pauses.sleep
    client.repeating.breaker.clock = now
    client.reads = Reads(client.settings.letta_cache_s, clock=now)
    try:
        yield client, pauses, now
    finally:
        await client.aclose()
