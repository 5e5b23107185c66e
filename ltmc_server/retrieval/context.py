"""Texts packed into one, under a budget of tokens."""

from collections.abc import Sequence
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.retrieval.tokens import BYTES_PER_TOKEN, TOKENIZER, count_tokens, cut_to_tokens
from ltmc_server.retrieval.words import words

SEPARATOR: Final = "\n\n---\n\n"
CUT_MARK: Final = " […]"

CUT_TOKENS_MIN: Final = 40
"""A text is cut to no less than this; where less is left it is skipped and the next one tried."""

NEAR: Final = 0.9
"""Texts that share this part of their words are one text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text that may go in, and where it is from."""

    text: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A text that went in."""

    index: int
    """Its place among the sources."""
    source: str
    tokens: int
    truncated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A text that did not go in."""

    index: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What went in and what did not."""

    context: str
    parts: Sequence[Part]
    total_tokens: int
    """Of `context`, separators and marks included; never above `max_tokens`."""
    max_tokens: int
    tokenizer: str
    documents_included: int
    documents_left_out: Sequence[LeftOut]


def pack(sources: Sequence[Source], *, max_tokens: int) -> Context:
    """Join texts in their order until the budget is spent; near-duplicates go in once."""
    context, parts, left_out = "", list[Part](), list[LeftOut]()
    taken: list[frozenset[str]] = []
    for index, source in enumerate(sources):
        own = frozenset(word.lower() for word in words(source.text))
        if any(_overlap(own, other) >= NEAR for other in taken):
            left_out.append(LeftOut(index=index, why="says the same as an earlier one"))
            continue
        lead = SEPARATOR if context else ""
        text = _fitting(source.text, max_tokens - count_tokens(context + lead))
        if text is None:
            left_out.append(LeftOut(index=index, why="does not fit into the tokens that are left"))
            continue
        context += lead + text
        taken.append(own)
        cut = text != source.text
        tokens = count_tokens(text)
        parts.append(Part(index=index, source=source.name, tokens=tokens, truncated=cut))
    return Context(
        context=context,
        parts=parts,
        total_tokens=count_tokens(context),
        max_tokens=max_tokens,
        tokenizer=TOKENIZER,
        documents_included=len(parts),
        documents_left_out=left_out,
    )


def _fitting(text: str, tokens_left: int) -> str | None:
    """Return the text, or its beginning and a mark, in the tokens left; None if that is nothing."""
    if count_tokens(text) <= tokens_left:
        return text
    room = tokens_left - count_tokens(CUT_MARK)
    if room < CUT_TOKENS_MIN:
        return None
    beginning = cut_to_tokens(text, room)
    # Not in the middle of a word, where one ends near enough.
    at_word = beginning.rfind(" ", len(beginning) - BYTES_PER_TOKEN * CUT_TOKENS_MIN // 2)
    return (beginning[:at_word] if at_word > 0 else beginning) + CUT_MARK


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))
