"""One server that speaks Bolt: its driver, the time limits, the driver's errors."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import StoreUnavailable
from ltmc_server.threads import in_thread

if TYPE_CHECKING:
    from neo4j import AsyncDriver, AsyncManagedTransaction

_T = TypeVar("_T")
Transaction: TypeAlias = "AsyncManagedTransaction"
Row: TypeAlias = Sequence[Any]

SERVER: Final = "The graph server"

WRITE_S: Final = 10.0
"""Longest that one batch may take; no call waits for it."""
CONNECTIONS_MAX: Final = 8
ROWS_AT_ONCE: Final = 500
"""Fetched before the event loop gets its turn; more of them take milliseconds to read."""
RETRY_S: Final = 0.05
"""First pause after a conflict with another transaction."""
RETRY_SHARE: Final = 0.5
"""Of the time limit, for tries; the rest is left to say what was wrong."""
TRIES_MAX: Final = 5
"""Of a transaction that made the same node as another: servers that do not lock see that late."""
CAUSE_CHARS_MAX: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class BoltAddress:
    """Where a server is, and who we are there."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str
    timeout_s: float = 1.0
    """Longest that one question may take."""

    @property
    def name(self) -> str:
        """What the place is called in messages and in the record."""
        return f"{self.uri} {self.database}"


class Bolt:
    """A connection to one database of a server; the driver is imported when it is first needed."""

    def __init__(self, address: BoltAddress) -> None:
        self.address = address
        self._driver: AsyncDriver | None = None
        self._errors: tuple[type[Exception], ...] = ()
        """What the driver raises; known once it is there."""
        self._met: tuple[type[Exception], ...] = ()
        """What a transaction raises that made the same node as another at the same moment."""

    async def run(
        self,
        doing: str,
        work: Callable[[Transaction], Awaitable[_T]],
        *,
        writes: bool = False,
        limit_s: float | None = None,
    ) -> _T:
        """Run `work` in one transaction; it may be run again when it met another one.

        Args:
            doing: completes "… failed while …" in the error.
            work: asks and changes; whatever it raises undoes everything.
            writes: whether it changes anything.
            limit_s: longest that all of it may take; the address says how long, if it is None.

        Raises:
            StoreUnavailable: the server can not be reached, refused, or took too long.
        """
        driver = await self._opened()
        session = driver.session(database=self.address.database)
        async with self._guarded(doing, limit_s), session:
            if not writes:
                return await session.execute_read(work)
            for attempt in range(1, TRIES_MAX):
                with suppress(*self._met):
                    return await session.execute_write(work)
                await asyncio.sleep(RETRY_S * attempt)
            return await session.execute_write(work)

    async def stream(
        self, doing: str, cypher: str, values: dict[str, object], *, limit_s: float
    ) -> AsyncGenerator[Row]:
        """Yield the rows that a query finds, without holding more than a few hundred of them."""
        driver = await self._opened()
        session = driver.session(database=self.address.database, fetch_size=ROWS_AT_ONCE)
        async with session:
            async with self._guarded(doing, limit_s):
                rows = aiter(await session.run(cypher, values))
            while True:
                # Each wait has its limit; whoever reads may take what time it needs.
                async with self._guarded(doing, limit_s):
                    row = await anext(rows, None)
                if row is None:
                    return
                yield row.values()

    async def close(self) -> None:
        """Hang up."""
        driver, self._driver = self._driver, None
        if driver is not None:
            await driver.close()

    def _made(self, neo4j: Any) -> "AsyncDriver":  # noqa: ANN401  the module
        address = self.address
        errors: tuple[type[Exception], ...] = (ValueError, *self._errors)
        try:
            driver: AsyncDriver = neo4j.AsyncGraphDatabase.driver(
                address.uri,
                auth=(address.user, address.password),
                max_connection_pool_size=CONNECTIONS_MAX,
                connection_timeout=address.timeout_s,
                connection_acquisition_timeout=address.timeout_s,
                initial_retry_delay=RETRY_S,
                max_transaction_retry_time=RETRY_SHARE * address.timeout_s,
                telemetry_disabled=True,
            )
        except errors as error:
            raise StoreUnavailable(SERVER, "reading its address", _cause(error)) from error
        return driver

    @asynccontextmanager
    async def _guarded(self, doing: str, limit_s: float | None) -> AsyncIterator[None]:
        limit_s = limit_s or self.address.timeout_s
        try:
            async with asyncio.timeout(limit_s):
                yield
        except TimeoutError as error:
            cause = f"it did not answer within {limit_s:g} s"
            raise StoreUnavailable(SERVER, doing, cause) from error
        except Exception as error:
            if not isinstance(error, self._errors):
                raise
            raise StoreUnavailable(SERVER, doing, _cause(error)) from error

    async def _opened(self) -> "AsyncDriver":
        if self._driver is None:
            # It takes most of a second of CPU: not on the event loop, and not from the time limit.
            neo4j = await in_thread(_imported)
            self._errors = (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError)
            self._met = (neo4j.exceptions.ConstraintError,)
            if self._driver is None:
                self._driver = self._made(neo4j)
        return self._driver


async def rows(transaction: Transaction, cypher: str, **values: object) -> list[list[Any]]:
    """Return what a query finds, a list a row; texts of callers are values only."""
    result = await transaction.run(cypher, values)
    return await result.values()


def _imported() -> Any:  # noqa: ANN401  a module whose import is the point
    import neo4j

    # It would tell of every retry; what matters of them is told by whoever asked.
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)
    return neo4j


def _cause(error: Exception) -> str:
    """Say what went wrong; the driver's texts name addresses and statements, never passwords."""
    code = getattr(error, "code", None)
    said = " ".join(str(getattr(error, "message", None) or error).split())
    return (f"{code}: {said}" if code else said)[:CAUSE_CHARS_MAX]
