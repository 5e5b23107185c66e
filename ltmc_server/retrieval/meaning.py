"""The question as a vector, in the space that the record's vectors are in."""

from collections.abc import Awaitable, Callable

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.errors import EmbedderUnavailable
from ltmc_server.model import Mode, Vector
from ltmc_server.observability.degraded import did_without

MODEL = "embedding model"
"""What a result is said to have done without."""


async def nothing_waits() -> int:
    """Say that every text is embedded: so it is where that takes no time."""
    return 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a vector, and who made it."""

    vector: Vector
    embedder: Embedder


@dataclass(frozen=True, slots=True)
class Meaning:
    """Embeds questions."""

    embedder: Callable[[], Embedder]
    """The one of the record, at this moment."""
    settle: Callable[[], Awaitable[int]] = nothing_waits
    """Waits a while for texts that are being embedded; returns how many are not yet."""
    fallback: str | None = None
    """Why this server has no better embedder; None if it has."""
    is_off: bool = False
    """Whether no vector is wanted here: words are all there is, and nothing is missed."""

    @property
    def takes_time(self) -> bool:
        """Whether a question is embedded by a thread or a server that has to be waited for."""
        return not (self.is_off or self.embedder().is_instant)

    def tell_fallback(self, mode: Mode) -> set[str]:
        """Have the result say that a lesser embedder answers, where one does."""
        if self.fallback is None or mode == "keyword":
            return set()
        did_without(MODEL)
        return {MODEL}

    async def ask(self, query: str, mode: Mode) -> Asked | None:
        """Return the question as a vector; None if words have to do, which the result says.

        Raises:
            EmbedderUnavailable: only meaning was asked for, and the model can not be.
        """
        if self.is_off and mode != "semantic":
            return None
        embedder = self.embedder()
        self.tell_fallback(mode)
        try:
            [vector] = await embedder.embed([query], urgent=True)
        except EmbedderUnavailable:
            if mode == "semantic":
                raise
            did_without(MODEL)
            return None
        return Asked(vector, embedder)
