"""Models as Letta tells of them, and as we do."""

from typing import Any, Final, Literal, TypeAlias

Object: TypeAlias = dict[str, Any]

Kind: TypeAlias = Literal["llm", "embedding"]
KINDS: Final[tuple[Kind, ...]] = ("llm", "embedding")


def told(kind: Kind, model: Object) -> Object:
    """Return what there is to know of a model, to choose it."""
    size = (
        {"context_window": model.get("max_context_window") or model.get("context_window")}
        if kind == "llm"
        else {"dimension": model.get("embedding_dim")}
    )
    return {"handle": model["handle"], **size, "provider": model.get("provider_type")}
