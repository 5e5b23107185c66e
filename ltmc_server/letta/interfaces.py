"""What the tools ask of a Letta server."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final, Literal, Protocol, TypeAlias

from ltmc_server.dataclass import dataclass

Query: TypeAlias = Mapping[str, str | int | float | bool | list[str] | None]
"""Parameters of a request; None is left out, a list is repeated."""

Method: TypeAlias = Literal["POST", "PUT", "PATCH", "DELETE"]

HEALTH: Final = "health"
"""What a read is about that asks even a server that has been silent."""

EVERY_AGENT: Final = "agent-*"
"""What a write changes that may change any agent, or the list of them: one that several share."""


@dataclass(frozen=True, slots=True)
class Got:
    """An answer to a reading request."""

    value: Any
    """The JSON of it. It may be shared with others who asked: do not change it."""
    age_s: float | None = None
    """How long ago it was asked for, where it comes from the cache."""


class Letta(Protocol):
    """A Letta server over one pool of connections. Paths begin with `/v1/`; see `routes`.

    Every method raises `LettaRefused` for an answer that will not change by asking again, and
    `LettaUnavailable` for anything else that is no success.
    """

    async def get(
        self, path: str, query: Query | None = None, *, about: str, fresh: bool = False
    ) -> Got:
        """Read. Repeated when it fails for now; equal reads under way at once are one request.

        Args:
            path: what to read.
            query: its parameters.
            about: what a write must change to end a cached answer: an agent's id, `agents`,
                `tools`, `models`, `health`.
            fresh: take no answer that was asked for before now.
        """
        ...

    async def send(
        self,
        method: Method,
        path: str,
        body: object = None,
        *,
        changes: frozenset[str],
        query: Query | None = None,
    ) -> Any:  # noqa: ANN401  JSON is anything
        """Write; return the JSON of the answer, None where it has none.

        Ends cached reads about what it `changes`: an agent's id, `agents`, `tools`, `EVERY_AGENT`.

        Repeated only where that can not do a thing twice: PUT, PATCH, DELETE, and what never
        reached the server. What a repeated DELETE no longer finds, it has deleted.
        """
        ...

    async def message(self, path: str, body: object, *, agent_id: str) -> Any:  # noqa: ANN401
        """Send to an agent and wait for its whole answer, as long as messages may take.

        Ends cached reads about every agent: it may write to others, or to what it shares with them.
        """
        ...

    def events(self, path: str, body: object, *, agent_id: str) -> AsyncGenerator[Any, None]:
        """Send to an agent; yield the JSON of each event of its answer as it comes.

        Who stops before the last one closes it (`contextlib.aclosing`). Ends cached reads as
        `message` does.
        """
        ...

    async def upload(self, path: str, name: str, content: bytes, *, fields: Query) -> Any:  # noqa: ANN401
        """Send a file as a form, under the name `file`; return the JSON of the answer.

        Ends cached reads about `agents` and `tools`.
        """
        ...
