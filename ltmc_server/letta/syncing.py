"""Which texts go from Letta to the memory and which the other way: decided from what is there.

Three texts decide: the one in Letta, the one in the memory, and the one that both had when they
were last in step, of which the digest is known. A side that has it still takes what the other has.
Where both have changed, nothing is overwritten until somebody says which is to stay.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, Literal, TypeAlias

from ltmc_server.dataclass import dataclass

Direction: TypeAlias = Literal["pull", "push", "both"]
Prefer: TypeAlias = Literal["letta", "memory"]
Do: TypeAlias = Literal["nothing", "pull", "push", "note", "conflict", "hold"]
"""`note` remembers that both are in step; `hold` leaves things as they are and says why."""

TEXT_CHARS_MAX: Final = 1_000_000
"""Of a text in the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A text on both sides, or on one."""

    name: str
    kind: Literal["block", "passage"]
    letta: str | None
    """None: it is not there."""
    memory: str | None
    synced: str | None
    """Digest of the text that both had when they were last in step; None: they never were."""
    limit: int | None = None
    """Characters that Letta has room for."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done about a pair."""

    pair: Pair
    do: Do
    why: str = ""
    replaces: bool = False
    """Whether a text is overwritten that the other side never had: it is put aside first."""


def digest(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def plan(
    pairs: Iterable[Pair], *, direction: Direction, prefer: Prefer | None = None
) -> list[Step]:
    """Return a step for each pair, in their order.

    Args:
        pairs: what there is.
        direction: which way texts may go.
        prefer: whose text stays where both have changed.
    """
    return [_allowed(_wanted(pair, prefer), direction) for pair in pairs]


def _wanted(pair: Pair, prefer: Prefer | None) -> Step:
    if pair.letta is None and pair.memory is None:
        return Step(pair, "nothing")
    if pair.memory is None:
        return _only_there(pair, prefer)
    if pair.letta is None:
        return _only_here(pair)
    return _on_both(pair, pair.letta, pair.memory, prefer)


def _only_there(pair: Pair, prefer: Prefer | None) -> Step:
    if not pair.letta:
        return Step(pair, "nothing")
    if pair.synced is None or prefer == "letta":
        return Step(pair, "pull")
    return Step(pair, "hold", "its document was deleted here; prefer: letta brings it back")


def _only_here(pair: Pair) -> Step:
    if pair.synced is not None:
        return Step(pair, "hold", "it was deleted in Letta; the document is kept")
    if pair.kind == "block":
        return Step(pair, "hold", "Letta has no such block; letta_create_memory_block makes one")
    return Step(pair, "push")


def _on_both(pair: Pair, letta: str, memory: str, prefer: Prefer | None) -> Step:
    if letta == memory:
        return Step(pair, "nothing" if pair.synced == digest(letta) else "note")
    if pair.synced == digest(letta):
        return Step(pair, "push")
    if pair.synced == digest(memory):
        return Step(pair, "pull")
    if prefer is None:
        why = "both have changed" if pair.synced else "they differ and were never in step"
        return Step(pair, "conflict", why)
    return Step(pair, "pull" if prefer == "letta" else "push", replaces=True)


def _allowed(step: Step, direction: Direction) -> Step:
    """Return the step, or why it is not to be done."""
    reasons = {"pull": _against_pull, "push": _against_push}.get(step.do)
    why = (
        next((why for is_so, why in reasons(step.pair, direction) if is_so), "") if reasons else ""
    )
    if not why:
        return step
    return Step(step.pair, "conflict" if step.replaces else "hold", why)


def _against_pull(pair: Pair, direction: Direction) -> Sequence[tuple[bool, str]]:
    text = pair.letta or ""
    return (
        (direction == "push", "it changed in Letta, and push writes nothing here"),
        (not text, "it is empty in Letta, and a document has a text; delete the document"),
        (
            len(text) > TEXT_CHARS_MAX,
            f"it has more than the {TEXT_CHARS_MAX} characters of a document",
        ),
    )


def _against_push(pair: Pair, direction: Direction) -> Sequence[tuple[bool, str]]:
    text = pair.memory or ""
    return (
        (direction == "pull", "it changed here, and pull writes nothing in Letta"),
        (
            pair.kind == "passage" and pair.letta is not None,
            "a passage does not change in Letta; store the text under another name",
        ),
        (
            pair.limit is not None and len(text) > pair.limit,
            f"it has more than the {pair.limit} characters that Letta takes",
        ),
        (
            pair.kind == "block" and not pair.name.strip("."),
            "its label would lead elsewhere in Letta's paths",
        ),
        ("\0" in text, "it has a character 0, which Letta would leave out"),
    )
