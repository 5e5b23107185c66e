"""An embedder behind any OpenAI-compatible server: `POST {url}/embeddings`."""

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pydantic import SecretStr

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.answers import BadAnswer, vectors_of
from ltmc_server.errors import EmbedderUnavailable
from ltmc_server.model import Vectors
from ltmc_server.retry_after import retry_after_s
from ltmc_server.threads import in_thread

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Response
    from tenacity import RetryCallState

BATCH: Final = 64
"""Texts of one request."""

CONNECTIONS_MAX: Final = 4
ANSWER_BYTES_MAX: Final = 32_000_000
"""64 vectors of 8,192 numbers of 30 digits, and then some."""

PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long one request is waited for, with its repetitions."""

    attempts: int = 4
    request_s: float = 20.0
    pause_s: float = 0.25
    """Before the second attempt; doubled before each further one."""
    pause_s_max: float = 5.0
    """A server that asks for a longer one is not waited for."""
    whole_s: float = 60.0


class Failed(Exception):
    """A request that gave no vectors; says why, without the text or the key."""

    passing = False
    pause_s: float | None = None
    """What the server asks to wait."""


class FailedForNow(Failed):
    """The same request may succeed later."""

    passing = True

    def __init__(self, why: str, pause_s: float | None = None) -> None:
        super().__init__(why)
        self.pause_s = pause_s


@dataclass(slots=True, eq=False, kw_only=True)
class EndpointEmbedder:
    """An `Embedder` that asks a server; its vectors are checked, and made unit vectors here.

    Long work sends one request at a time, so there is always a connection for urgent work.
    """

    url: str = field(repr=False)
    """It may hold a password."""
    name: str
    key: SecretStr | None = None
    given: int | None = None
    """The dimension, if it is known before the first answer."""
    patience: Patience = Patience()
    _client: "AsyncClient | None" = field(default=None, repr=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def model(self) -> str:
        return f"endpoint:{self.name}:{self.dimension}"

    @property
    def dimension(self) -> int:
        if self.given is None:
            raise self._unavailable("its server has not answered yet")
        return self.given

    @property
    def cosine_share(self) -> float:
        """As of MiniLM: nobody sets up a server for a weaker model."""
        return 0.6

    @property
    def multilingual(self) -> bool:
        """Models that are served are, today; nothing says so of this one."""
        return True

    @property
    def is_instant(self) -> bool:
        return False

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        import numpy as np

        parts = []
        for start in range(0, len(texts), BATCH):
            async with nullcontext() if urgent else self._turn:
                parts.append(await self._asked(texts[start : start + BATCH]))
        if not parts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.concatenate(parts)

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _asked(self, texts: Sequence[str]) -> Vectors:
        if self._client is None:
            # They take 50 ms, and this is not often the embedder.
            await in_thread(_libraries)
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt

        retrying = AsyncRetrying(
            retry=retry_if_exception(self._is_worth_repeating),
            stop=stop_after_attempt(self.patience.attempts),
            wait=self._pause,
            reraise=True,
        )
        try:
            async with asyncio.timeout(self.patience.whole_s):
                content: bytes = await retrying(self._answer, texts)
        except TimeoutError:
            raise self._unavailable(f"no answer within {self.patience.whole_s:g} s") from None
        except Failed as failed:
            # Without the cause: its traceback would hold the request, the key in it.
            raise self._unavailable(str(failed)) from None
        try:
            vectors = await in_thread(partial(vectors_of, content, len(texts), self.given))
        except BadAnswer as bad:
            raise self._unavailable(str(bad)) from None
        self.given = int(vectors.shape[1])
        return vectors

    async def _answer(self, texts: Sequence[str]) -> bytes:
        """Send one request and return the answer's body."""
        import httpx2

        request = {"model": self.name, "encoding_format": "float", "input": _sendable(texts)}
        try:
            async with self._opened().stream("POST", "embeddings", json=request) as response:
                _check(response)
                return await _body(response)
        except httpx2.TimeoutException:
            raise FailedForNow(f"no answer within {self.patience.request_s:g} s") from None
        except httpx2.HTTPError as error:
            raise FailedForNow(f"the connection failed ({type(error).__name__})") from None

    def _opened(self) -> "AsyncClient":
        import httpx2

        if self._client is None:
            key = self.key.get_secret_value() if self.key else ""
            self._client = httpx2.AsyncClient(
                base_url=self.url,
                headers={"Authorization": f"Bearer {key}"} if key else {},
                timeout=self.patience.request_s,
                limits=httpx2.Limits(max_connections=CONNECTIONS_MAX),
            )
        return self._client

    def _is_worth_repeating(self, error: BaseException) -> bool:
        return (
            isinstance(error, Failed)
            and error.passing
            and (error.pause_s or 0) <= self.patience.pause_s_max
        )

    def _pause(self, state: "RetryCallState") -> float:
        assert state.outcome is not None
        error = state.outcome.exception()
        if isinstance(error, Failed) and error.pause_s is not None:
            return error.pause_s
        doubled: float = self.patience.pause_s * 2 ** (state.attempt_number - 1)
        return min(self.patience.pause_s_max, doubled)

    def _unavailable(self, why: str) -> EmbedderUnavailable:
        return EmbedderUnavailable(f"endpoint:{self.name}", why)


def _libraries() -> None:
    import httpx2  # noqa: F401
    import tenacity  # noqa: F401


def _check(response: "Response") -> None:
    if response.is_success:
        return
    why = f"its server said HTTP {response.status_code}"
    if response.status_code in PASSING:
        raise FailedForNow(why, retry_after_s(response.headers.get("Retry-After")))
    raise Failed(why)


async def _body(response: "Response") -> bytes:
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > ANSWER_BYTES_MAX:
            raise Failed(f"the answer is longer than {ANSWER_BYTES_MAX:,} bytes")
    return bytes(body)


def _sendable(texts: Sequence[str]) -> list[Any]:
    # Servers refuse an empty text, and what is no UTF-8.
    return [text.encode("utf-8", "replace").decode("utf-8") or " " for text in texts]
