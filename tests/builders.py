"""Drafts, pieces and whole tools, made with only what a test is about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.model import Draft, Piece, ResourceType, Scope
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.retrieval.keeping import Keeper
from ltmc_server.retrieval.meaning import Meaning
from ltmc_server.retrieval.search import Retriever
from ltmc_server.retrieval.view import VectorView
from ltmc_server.stores.drafts import digest_of
from ltmc_server.stores.in_memory.archive import InMemoryArchive
from ltmc_server.stores.in_memory.documents import InMemoryDocuments, InMemoryPassages
from ltmc_server.stores.in_memory.messages import InMemoryMessages
from ltmc_server.stores.in_memory.vectors import InMemoryVectors
from ltmc_server.tools.memory import MemoryTool
from ltmc_server.workspace.confinement import Workspace

PROJECT = "tea"
MODEL = "model-1"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HERE = Scope(project_id=PROJECT)


class DraftFields(TypedDict, total=False):
    """What a test may say of a draft beside its name and text."""

    project_id: str
    resource_type: ResourceType
    conversation_id: str | None
    tags: Sequence[str]
    metadata: dict[str, object]
    event_time: datetime | None
    expires_at: datetime | None
    expected_version: int | None
    idempotency_key: str | None


def draft(file_name: str, content: str = "green tea", **fields: Unpack[DraftFields]) -> Draft:
    """Return a draft of the project that these tests work in."""
    return replace(Draft(project_id=PROJECT, file_name=file_name, content=content), **fields)


def pieces(*texts: str) -> list[Piece]:
    """Return passages that follow each other, each with bytes of its own for a vector."""
    made: list[Piece] = []
    start = 0
    for text in texts:
        digest = digest_of(text)
        made.append(Piece(start=start, text=text, digest=digest, vector=digest[:8]))
        start += len(text)
    return made


async def nothing_waits() -> None:
    """Do nothing: texts are embedded as they are stored."""


def memory_tool(project: str = PROJECT, *roots: Path) -> MemoryTool:
    """Return the tool over stores that live in dictionaries."""
    documents, embedder = InMemoryDocuments(), HashingEmbedder()
    passages = InMemoryPassages(documents)
    view = VectorView(InMemoryVectors, passages, passages)
    return MemoryTool(
        documents=documents,
        indexer=Indexer(passages, lambda: embedder),
        retriever=Retriever(passages, view, Meaning(lambda: embedder)),
        reembedding=None,  # type: ignore[arg-type]
        messages=InMemoryMessages(lambda key: documents.texts.get(key, ())),
        archive=InMemoryArchive(documents),
        workspace=Workspace.of(roots),
        project=project,
        after_storing=nothing_waits,
        waiting=lambda: 0,
    )


def keeper_of(memory: MemoryTool) -> Keeper:
    """Return what stores texts where that tool finds them."""
    return Keeper(memory.documents, memory.indexer, nothing_waits)
