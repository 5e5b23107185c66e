"""The pool of connections to one Letta server; one attempt to ask it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.letta.asking import ANSWER_BYTES_MAX, Asking, Failed, fields
from ltmc_server.letta.opening import Prepared, key_of, prepared
from ltmc_server.letta.saying import refused, said
from ltmc_server.retry_after import retry_after_s
from ltmc_server.settings import Settings
from ltmc_server.threads import in_thread

if TYPE_CHECKING:
    from aiohttp import ClientHandlerType, ClientRequest, ClientResponse, ClientSession, FormData

CONNECT_S: Final = 5.0
"""Longest wait for a connection to be made; letta-client's."""

TOO_MANY: Final = 429
PASSING: Final = frozenset({408, 425, TOO_MANY})
"""Statuses beside 5xx after which the same request may succeed."""


@dataclass(slots=True, eq=False)
class Connection:
    """A pool that is opened when it is first asked, or before, in a thread."""

    settings: Settings
    requests: int = 0
    """Sent so far."""
    _session: "ClientSession | None" = field(default=None, repr=False)
    _prepared: Prepared | None = field(default=None, repr=False)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _turns: asyncio.Semaphore = field(init=False)
    """Waiting for a connection is waiting for us; it tells nothing about the server."""

    def __post_init__(self) -> None:
        self._turns = asyncio.Semaphore(self.settings.letta_pool_size)

    @property
    def is_open(self) -> bool:
        """Whether the next request needs no import."""
        return self._session is not None

    async def open(self) -> "ClientSession":
        """Return the pool; import what it needs, in a thread, if nobody has yet."""
        if self._session is None:
            async with self._opening:
                if self._session is None:
                    self._prepared = await in_thread(
                        partial(prepared, self.settings), abandon_on_cancel=True
                    )
                    self._session = self._pool(self._prepared)
        return self._session

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def attempt(self, asking: Asking) -> bytes:
        """Send once; return the body of a good answer.

        Raises:
            LettaRefused: the answer is a refusal.
            Failed: there is none, or only half of one.
        """
        async with self.answering(asking) as response:
            return await _body(response)

    @asynccontextmanager
    async def answering(self, asking: Asking) -> "AsyncIterator[ClientResponse]":
        """Send once; yield a good answer whose body is still to come. Raises as `attempt` does.

        The pool has been opened.
        """
        import aiohttp

        async with self._turns:
            before, asking.may_be_done = asking.may_be_done, True
            asking.is_sent = True
            try:
                async with self._sending(asking) as response:
                    if not 200 <= response.status < 300:
                        asking.may_be_done = before or response.status >= 500
                        await self._refuse(response, asking)
                    yield response
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
                asking.may_be_done = before
                raise Failed(
                    f"can not be reached ({_kind(error)})", passing=True, silent=True
                ) from None
            except TimeoutError:
                raise  # Of whoever reads the body; it is an OSError, too.
            except aiohttp.ClientPayloadError:
                raise Failed("broke off in the middle of its answer", passing=True) from None
            except (aiohttp.ClientError, OSError):
                raise Failed("broke the connection off", passing=True) from None

    @asynccontextmanager
    async def _sending(self, asking: Asking) -> "AsyncIterator[ClientResponse]":
        from yarl import URL

        assert self._session is not None
        assert self._prepared is not None
        self.requests += 1
        async with self._session.request(
            asking.verb,
            URL(self._prepared.url + asking.target, encoded=True),
            data=_form(asking) if asking.file else asking.body,
            headers=None if asking.body is None else {"Content-Type": "application/json"},
            allow_redirects=False,
        ) as response:
            yield response

    async def _refuse(self, response: "ClientResponse", asking: Asking) -> None:
        """Raise what an answer that is no success amounts to."""
        status = response.status
        words = said(await _body(response), key_of(self.settings))
        if status in PASSING or status >= 500:
            pause_s = retry_after_s(response.headers.get("Retry-After"))
            raise Failed(
                f"answered {status}: {words}", passing=True, status=status, pause_s=pause_s
            )
        raise refused(status, words, may_be_done=asking.may_be_done and asking.is_write)

    def _pool(self, prepared: Prepared) -> "ClientSession":
        import aiohttp

        return aiohttp.ClientSession(
            headers=prepared.headers,
            connector=aiohttp.TCPConnector(
                limit=0,  # The turns are the limit.
                keepalive_timeout=self.settings.letta_keepalive_s,
                ssl=prepared.ssl,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            # The rest of the time is counted where a request is repeated, over all of it.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
            proxy=prepared.proxy,
            middlewares=[_once],
        )


async def _once(request: "ClientRequest", send: "ClientHandlerType") -> "ClientResponse":
    """Send a request one time: aiohttp repeats some by itself, and nobody counts them."""
    import aiohttp

    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        # It repeats after these two and what derives from them only.
        raise aiohttp.ClientConnectionError(_kind(error)) from None


async def _body(response: "ClientResponse") -> bytes:
    """Return the body of an answer, no longer than `ANSWER_BYTES_MAX` when it is unpacked."""
    body = bytearray()
    async for part in response.content.iter_any():
        if len(body) + len(part) > ANSWER_BYTES_MAX:
            response.close()
            raise Failed(f"answered with more than {ANSWER_BYTES_MAX:,} bytes")
        body += part
    return bytes(body)


def _form(asking: Asking) -> "FormData":
    """Return a form of the file; each attempt needs one of its own."""
    import aiohttp

    assert asking.file is not None
    form = aiohttp.FormData()
    for name, value in fields(asking.file.fields):
        form.add_field(name, value)
    form.add_field(
        "file",
        asking.file.content,
        filename=asking.file.name,
        content_type="application/octet-stream",
    )
    return form


def _kind(error: Exception) -> str:
    # Of an error no more is told: its text may hold the whole address.
    return getattr(error, "strerror", None) or type(error).__name__
