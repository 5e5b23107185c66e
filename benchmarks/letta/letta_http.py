"""Plain requests to a Letta server, which make the agents, check effects and read the counters.

Independent of everything that is measured.
"""

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from httpx import Client

SDK_VERSION: Final = "1.12.1"
"""Letta answers this version and newer ones without what they do not use: half as much."""

API_KEY: Final = os.environ.get("LETTA_API_KEY") or "benchmark"
"""A Letta of ours asks for none."""

HEADERS: Final = {
    "X-Stainless-Package-Version": SDK_VERSION,
    "Authorization": f"Bearer {API_KEY}",
}
TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Counted:
    """What a Letta server has done until now; None for what it does not say."""

    requests: int | None = None
    connections: int | None = None
    server_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What it has done between two readings."""

    requests: float | None
    connections: float | None
    server_s: float | None


@dataclass
class LettaHttp:
    """One connection to a Letta server."""

    url: str
    _client: "Client" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        import httpx

        self._client = httpx.Client(base_url=self.url, headers=HEADERS, timeout=TIMEOUT_S)

    def ask(self, method: str, path: str, **given: Any) -> Any:  # noqa: ANN401  JSON is anything
        """Ask and return the JSON of the answer.

        Raises:
            httpx.HTTPStatusError: it was refused.
        """
        response = self._client.request(method, path, **given)
        response.raise_for_status()
        return response.json() if response.content else None

    def counted(self) -> Counted:
        """Read the counters, where the server has them."""
        response = self._client.get("/_counters")
        if response.status_code != 200:
            return Counted()
        said = response.json()
        return Counted(sum(said["requests"].values()), said["connections"], said.get("server_ms"))

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def between(before: Counted, after: Counted) -> Spent:
    """Return what was done from one reading to another."""
    server_ms = _difference(before.server_ms, after.server_ms)
    return Spent(
        _difference(before.requests, after.requests),
        _difference(before.connections, after.connections),
        None if server_ms is None else server_ms / 1e3,
    )


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
