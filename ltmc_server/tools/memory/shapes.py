"""How documents, hits and versions look in a result."""

from collections.abc import Sequence
from itertools import pairwise

from ltmc_server.model import Document, Version
from ltmc_server.retrieval.differences import difference
from ltmc_server.retrieval.search import Hit
from ltmc_server.retrieval.tokens import count_tokens
from ltmc_server.stores.messages import Citation
from ltmc_server.tools.vocabulary import Object


def labels(document: Document) -> Object:
    """Return what is known of a document beside its text."""
    return {
        "id": document.id,
        "file_name": document.file_name,
        "resource_type": document.resource_type,
        "tags": document.tags or None,
        "metadata": document.metadata or None,
        "conversation_id": document.conversation_id,
        "created_at": document.created_at,
        "updated_at": document.updated_at,
        "event_time": document.event_time,
        "expires_at": document.expires_at,
    }


def as_hit(hit: Hit, rank: int, explain: bool = False) -> Object:
    """Return a hit as `retrieve` gives it: the document, its passage, and how well it answers."""
    passage = hit.passage
    said = {
        "content": passage.text,
        "offsets": [passage.start, passage.start + len(passage.text)],
        "score": hit.score,
        "matched_by": hit.signals.matched_by,
        "rank": rank,
    }
    return labels(passage.document) | said | ({"explain": hit.signals} if explain else {})


def as_citation(hit: Hit) -> Citation:
    """Return a hit as the log keeps it: where the passage stood, and in which version."""
    passage = hit.passage
    return Citation(
        id=passage.document.id,
        file_name=passage.document.file_name,
        version=passage.document.version,
        start=passage.start,
        end=passage.start + len(passage.text),
        score=hit.score,
    )


def cited(hit: Hit) -> Object:
    """Return where a passage of a context is from."""
    citation = as_citation(hit)
    return {
        "id": citation.id,
        "file_name": citation.file_name,
        "offsets": [citation.start, citation.end],
        "score": citation.score,
    }


def within_tokens(hits: Sequence[Hit], max_tokens: int | None) -> Sequence[Hit]:
    """Return the hits, best first, whose texts together stay in the budget; always the first."""
    if max_tokens is None:
        return hits
    kept: list[Hit] = []
    spent = 0
    for hit in hits:
        spent += count_tokens(hit.passage.text)
        if kept and spent > max_tokens:
            break
        kept.append(hit)
    return kept


def changes(versions: Sequence[Version], count: int) -> Sequence[Object]:
    """Describe each of the first `count` versions by its difference from the one before it."""
    before = {newer.version: older for newer, older in pairwise(versions)}
    return [
        (
            {
                "version": each.version,
                "created_at": each.created_at,
                "chars": len(each.content),
                "diff": difference(before[each.version].content, each.content)
                if each.version in before
                else None,
            }
        )
        for each in versions[:count]
    ]
