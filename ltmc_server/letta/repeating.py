"""When a request to Letta is sent again, and when it is not sent at all."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import field
from typing import TYPE_CHECKING, Final, TypeVar

from ltmc_server.caching.breaker import Breaker
from ltmc_server.dataclass import dataclass
from ltmc_server.letta.asking import Asking, Failed
from ltmc_server.letta.errors import LettaRefused, LettaUnavailable
from ltmc_server.letta.saying import unavailable

if TYPE_CHECKING:
    from tenacity import AsyncRetrying, RetryCallState

_T = TypeVar("_T")

PAUSE_S: Final = 0.2
"""Before the second attempt at most; doubled before each further one."""

PAUSE_S_MAX: Final = 10.0
"""A server that asks for a longer pause is not waited for."""

SILENCES: Final = 3
"""Attempts in a row that found nobody, until the server is left alone for a while."""


@dataclass(slots=True, eq=False)
class Repeating:
    """Repeats what fails for now and may be sent twice, for as long as the request has time."""

    retries: int
    breaker: Breaker = field(default_factory=Breaker)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    repeated: int = 0
    """Attempts beyond the first, so far."""
    silences: int = 0
    is_heard: bool = False
    """Somebody has answered since the start."""
    _is_trying: bool = False

    async def run(self, asking: Asking, attempt: Callable[[], Awaitable[_T]]) -> _T:
        """Return what an `attempt` brings.

        Raises:
            LettaRefused: Letta refuses.
            LettaUnavailable: there is no answer within the time, the attempts, or at all.
        """
        is_try = self._enter(asking)
        try:
            async with asyncio.timeout(asking.within_s) as time:
                return await self._repeated(asking, attempt, time.when() or 0)
        except TimeoutError:
            failed = self._late(asking)
        except Failed as error:
            failed = error
        finally:
            if is_try:
                self._is_trying = False
        # Without the cause: its traceback would hold the request.
        raise unavailable(failed, asking) from None

    def heard(self) -> None:
        """Note that somebody is there."""
        self.is_heard = True
        self.silences = 0
        self.breaker.worked()

    def _enter(self, asking: Asking) -> bool:
        """Tell whether this request is the one that tries a silent server; refuse the others."""
        breaker = self.breaker
        if not breaker.is_open or asking.anyway:
            return False
        if breaker.is_due and not self._is_trying:
            self._is_trying = True
            return True
        wait_s = max(0.0, breaker.retry_at - breaker.clock())
        raise LettaUnavailable(
            f"was not asked: it {breaker.cause}, {self.silences} times in a row",
            f"Nothing was changed. It is tried again in {wait_s:.0f} s; "
            "letta_health_check tries at once.",
        )

    async def _repeated(
        self, asking: Asking, attempt: Callable[[], Awaitable[_T]], until: float
    ) -> _T:
        try:
            return await self._counted(attempt)
        except Failed as failed:
            first: list[Failed] = [failed]

        async def following() -> _T:
            # The first attempt was made without tenacity, which takes 0.1 ms whatever comes of it.
            if first:
                raise first.pop()
            return await self._counted(attempt)

        return await self._retrying(asking, until)(following)

    def _retrying(self, asking: Asking, until: float) -> "AsyncRetrying":
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt
        from tenacity.wait import wait_random_exponential

        doubling = wait_random_exponential(multiplier=PAUSE_S, max=PAUSE_S_MAX)

        def pause(state: "RetryCallState") -> float:
            asked = _failure(state).pause_s
            return doubling(state) if asked is None else asked

        def is_worth_it(error: BaseException) -> bool:
            if not isinstance(error, Failed) or not error.passing:
                return False
            if asking.may_be_done and not asking.is_repeatable:
                return False
            left_s = until - asyncio.get_running_loop().time()
            return (error.pause_s or 0) <= min(PAUSE_S_MAX, left_s)

        def count(state: "RetryCallState") -> None:
            self.repeated += 1

        return AsyncRetrying(
            retry=retry_if_exception(is_worth_it),
            stop=stop_after_attempt(1 + self.retries),
            wait=pause,
            sleep=self.sleep,
            before_sleep=count,
            reraise=True,
        )

    async def _counted(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        try:
            answer = await attempt()
        except Failed as failed:
            if failed.silent:
                self._silent(str(failed))
            elif failed.status is not None:
                self.heard()
            raise
        except LettaRefused:
            self.heard()
            raise
        self.heard()
        return answer

    def _late(self, asking: Asking) -> Failed:
        if not asking.is_sent:
            return Failed(
                f"was not asked within {asking.within_s:g} s: every connection "
                "(LTMC_LETTA_POOL_SIZE) is busy"
            )
        self._silent(f"did not answer within {asking.within_s:g} s")
        return Failed(f"did not answer within {asking.within_s:g} s")

    def _silent(self, why: str) -> None:
        self.silences += 1
        # Requests that were under way together are one failure.
        if self.silences >= SILENCES and (not self.breaker.is_open or self.breaker.is_due):
            self.breaker.failed(why)


def _failure(state: "RetryCallState") -> Failed:
    assert state.outcome is not None
    error = state.outcome.exception()
    assert isinstance(error, Failed)
    return error
