"""The embedder of the record: the one whose vectors it is searched by, whichever that is now."""

from collections.abc import Callable, Sequence
from dataclasses import field

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.errors import EmbedderUnavailable
from ltmc_server.model import Vectors


@dataclass(frozen=True, slots=True)
class Missing:
    """An `Embedder` of a model that is not to be had here: what it made can not be asked."""

    name: str = ""
    """Of the model; empty where none is wanted, and the record has none either."""
    why: str = "the record has its vectors, this server has it not"
    remedy: str = "Retry"
    dimension: int = 1
    cosine_share: float = 0.0
    multilingual: bool = False
    is_instant: bool = False

    @property
    def model(self) -> str:
        if not self.name:
            raise self._unavailable()
        return self.name

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        raise self._unavailable()

    def _unavailable(self) -> EmbedderUnavailable:
        return EmbedderUnavailable(self.name or "of this server", self.why, self.remedy)

    async def aclose(self) -> None:
        """Nothing is open."""


def name_of(embedder: Embedder) -> str | None:
    """Return the name of its model; None while only its server could tell it."""
    try:
        return embedder.model
    except EmbedderUnavailable:
        return None


@dataclass(slots=True)
class CurrentEmbedder:
    """Finds the embedder of the record's model, which another process may change at any time."""

    chosen: Embedder
    """The one that a new record gets."""
    model_of_record: Callable[[], str | None]
    find: Callable[[str], Embedder | None]
    """The embedder of a model by its name, if it is to be had here."""
    known: dict[str, Embedder] = field(default_factory=dict)

    def __call__(self) -> Embedder:
        """Return the embedder to use for one question or one text, from beginning to end."""
        model = self.model_of_record()
        if model is None or model == name_of(self.chosen):
            return self.chosen
        if model not in self.known:
            self.known[model] = self.find(model) or Missing(model)
        return self.known[model]

    async def aclose(self) -> None:
        """Let go of what the embedders hold."""
        for embedder in (self.chosen, *self.known.values()):
            await embedder.aclose()
