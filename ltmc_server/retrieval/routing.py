"""Which kinds of things a question is put to, by plain rules that the answer tells.

Sources that the caller names are asked and no others; when none is named, all are. A word of
the question that speaks of a source (`task`, `said`) is told as a reason and decides nothing: a
rule that left stores out by their names would hide what is there.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

from ltmc_server.model import Scope
from ltmc_server.stores.full_text import folded, query_words
from ltmc_server.stores.interfaces import Finder, Found

Source: TypeAlias = Literal["memory", "todo", "chat"]
"""A kind of thing that can be asked."""

CUES: Final[Mapping[Source, frozenset[str]]] = {
    "memory": frozenset({"document", "documents", "file", "files", "memory", "note", "notes"}),
    "todo": frozenset({"blocked", "deadline", "due", "task", "tasks", "todo", "todos"}),
    "chat": frozenset({"asked", "chat", "conversation", "message", "messages", "said", "told"}),
}
"""Words that speak of a source."""


async def ask(
    finders: Mapping[Source, Finder],
    query: str,
    scope: Scope,
    *,
    named: Sequence[Source],
    top_k: int,
) -> dict[str, Any]:
    """Put `query` to the sources `named`, or to all; merge what they find by score.

    Scores of two sources are on one scale from 0 to 1, but made in two ways: by meaning for
    memories, by words for the others. Equal ones come newest first.
    """
    asked: list[dict[str, object]] = []
    not_asked: list[dict[str, object]] = []
    found: list[Found] = []
    for source in CUES:
        if named and source not in named:
            not_asked.append({"source": source, "why": "not named in source_types"})
        elif source not in finders:
            not_asked.append({"source": source, "why": "this server does not keep it"})
        else:
            here = await finders[source].find(query, scope, limit=top_k)
            why = "named in source_types" if named else _why(source, query)
            asked.append({"source": source, "why": why, "found": len(here)})
            found += here
    found.sort(key=lambda one: one.created_at, reverse=True)
    found.sort(key=lambda one: one.score, reverse=True)
    return {
        "asked": asked,
        "not_asked": not_asked,
        "results": found[:top_k],
        "returned": len(found[:top_k]),
        "total_found": len(found),
    }


def _why(source: Source, query: str) -> str:
    cues = sorted({folded(word) for word in query_words(query)} & CUES[source])
    every = "no source_types given, so all are asked"
    return f"{every}; the query says {', '.join(cues)}" if cues else every
