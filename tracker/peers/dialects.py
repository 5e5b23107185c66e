"""How each server is asked to keep a note and to find it, and how its answers are read.

Names of tools and shapes of answers are those of the versions in benchmarks/peers.toml;
`tests/tracker/peers/answers/` has real answers of each.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from tracker.peers.connection import Call, Message
from tracker.peers.workload import Note

FOUND_MAX: Final = 10
"""How many answers each is asked for."""


class Dialect(ABC):
    """The calls and answers of one server."""

    name: ClassVar[str]

    @abstractmethod
    def store(self, note: Note) -> Call:
        """Return the call that keeps a note."""

    @abstractmethod
    def retrieve(self, question: str) -> Call:
        """Return the call that finds the ten notes which answer best."""

    @abstractmethod
    def fetch(self, note: Note) -> Call:
        """Return the surest call for a note that should be there."""

    @abstractmethod
    def found(self, result: Message) -> list[str]:
        """Return names, or the beginnings of texts, in the order of an answer."""

    def refused(self, result: Message) -> str | None:
        """Return why the server did not do it, or None; some say so in an answer of success."""
        if result.get("isError"):
            return said(result)[:300] or str(result.get("error"))[:300]
        return None


def said(result: Message) -> str:
    """Return the text of a result."""
    blocks = result.get("content") or ()
    return "\n".join(str(block.get("text", "")) for block in blocks)


def told(result: Message) -> Any:  # noqa: ANN401  JSON
    """Return what a result holds as JSON: its structured part, or its text if that is JSON."""
    structured = result.get("structuredContent")
    if isinstance(structured, dict):
        inner = structured.get("result", structured)
        if isinstance(inner, dict | list):
            return inner
    try:
        return json.loads(said(result))
    except ValueError:
        return {}


def listed(result: Message, key: str) -> Iterable[Mapping[str, Any]]:
    """Return the objects under a key of an answer, or none."""
    answer = told(result)
    rows = answer.get(key) if isinstance(answer, dict) else None
    return [row for row in rows or () if isinstance(row, dict)]


class Ltmc(Dialect):
    """Ours."""

    name = "ltmc"

    def store(self, note: Note) -> Call:
        given = {"action": "store", "file_name": note.name, "content": note.text}
        return "memory_action", {**given}

    def retrieve(self, question: str) -> Call:
        return "memory_action", {"action": "retrieve", "query": question, "top_k": FOUND_MAX}

    def fetch(self, note: Note) -> Call:
        return "memory_action", {"action": "get", "file_name": note.name}

    def found(self, result: Message) -> list[str]:
        answer = told(result)
        documents = listed(result, "documents") or ([answer] if "file_name" in answer else [])
        return [str(each["file_name"]) for each in documents]


class LtmcLiteral(Ltmc):
    """Ours, asked for the question as a piece of text."""

    name = "ltmc-literal"

    def retrieve(self, question: str) -> Call:
        tool, given = super().retrieve('"' + question.replace('"', " ") + '"')
        return tool, {**given, "mode": "keyword"}


class ServerMemory(Dialect):
    """@modelcontextprotocol/server-memory: a note is an entity with one observation."""

    name = "server-memory"

    def store(self, note: Note) -> Call:
        entity = {"name": note.name, "entityType": "note", "observations": [note.text]}
        return "create_entities", {"entities": [entity]}

    def retrieve(self, question: str) -> Call:
        return "search_nodes", {"query": question}

    def fetch(self, note: Note) -> Call:
        return "open_nodes", {"names": [note.name]}

    def found(self, result: Message) -> list[str]:
        return [str(each["name"]) for each in listed(result, "entities")]


class MemoryKeeper(Dialect):
    """mcp-memory-keeper, by its search for words."""

    name = "memory-keeper"

    def store(self, note: Note) -> Call:
        return "context_save", {"key": note.name, "value": note.text}

    def retrieve(self, question: str) -> Call:
        return "context_search", {"query": question, "limit": FOUND_MAX}

    def fetch(self, note: Note) -> Call:
        return "context_get", {"key": note.name}

    def found(self, result: Message) -> list[str]:
        keys = [str(each["key"]) for each in listed(result, "items")]
        return keys or re.findall(r"^• \[\w+\] ([\w.-]+)", said(result), re.MULTILINE)

    def refused(self, result: Message) -> str | None:
        text = said(result)
        failed = re.match(r"(?:Failed|Error|\w+ ?search failed)", text, re.IGNORECASE)
        return text[:300] if failed else super().refused(result)


class MemoryKeeperVectors(MemoryKeeper):
    """The same, by its vectors."""

    name = "memory-keeper-vectors"

    def retrieve(self, question: str) -> Call:
        return "context_semantic_search", {"query": question, "topK": FOUND_MAX, "minSimilarity": 0}

    def found(self, result: Message) -> list[str]:
        keys = re.findall(r"^\s*Key: ([\w.-]+)$", said(result), re.MULTILINE)
        return keys or super().found(result)


class MemoryService(Dialect):
    """mcp-memory-service. The conversation is named, or it refuses texts that look alike."""

    name = "memory-service"

    def store(self, note: Note) -> Call:
        labels = {"tags": [note.name], "type": "note"}
        given = {"content": note.text, "conversation_id": "benchmark", "metadata": labels}
        return "memory_store", {**given}

    def retrieve(self, question: str) -> Call:
        return "memory_search", {"query": question, "mode": "semantic", "limit": FOUND_MAX}

    def fetch(self, note: Note) -> Call:
        return "memory_search", {"query": note.text, "mode": "exact", "limit": FOUND_MAX}

    def found(self, result: Message) -> list[str]:
        # The tag stands behind the time.
        return re.findall(r"^ +Created: \S+ \[([\w.-]+)", said(result), re.MULTILINE)

    def refused(self, result: Message) -> str | None:
        text = said(result)
        return text[:300] if re.match(r"(?:Error|Failed)", text) else super().refused(result)


class BasicMemory(Dialect):
    """basic-memory: a note is a Markdown file, found by its vectors."""

    name = "basic-memory"

    def store(self, note: Note) -> Call:
        given = {"title": note.name, "content": note.text, "directory": "notes"}
        return "write_note", {**given, "project": "main", "output_format": "json"}

    def retrieve(self, question: str) -> Call:
        given = {"query": question, "search_type": "vector", "page_size": FOUND_MAX}
        return "search_notes", {**given, "project": "main", "output_format": "json"}

    def fetch(self, note: Note) -> Call:
        given = {"identifier": f"notes/{note.name}", "project": "main"}
        return "read_note", {**given, "output_format": "json"}

    def found(self, result: Message) -> list[str]:
        answer = told(result)
        if isinstance(answer, dict) and answer.get("title"):
            return [str(answer["title"])]
        titles = (str(each.get("title", "?")) for each in listed(result, "results"))
        return list(dict.fromkeys(titles))

    def refused(self, result: Message) -> str | None:
        text = said(result)
        failed = re.match(r"(?:# )?(?:Error|Search Failed|Semantic Search)", text)
        return text[:300] if failed else super().refused(result)


class Qdrant(Dialect):
    """mcp-server-qdrant: the name goes into the metadata."""

    name = "qdrant"

    def store(self, note: Note) -> Call:
        return "qdrant-store", {"information": note.text, "metadata": {"name": note.name}}

    def retrieve(self, question: str) -> Call:
        return "qdrant-find", {"query": question}

    def fetch(self, note: Note) -> Call:
        return "qdrant-find", {"query": note.text}

    def found(self, result: Message) -> list[str]:
        answer = told(result)
        text = "\n".join(map(str, answer)) if isinstance(answer, list) else said(result)
        return re.findall(r'<metadata>\{"name": "([\w.-]+)"\}</metadata>', text)


DIALECTS: Final[Mapping[str, Dialect]] = {
    kind.name: kind()
    for kind in (
        *(Ltmc, LtmcLiteral, ServerMemory, MemoryKeeper, MemoryKeeperVectors),
        *(MemoryService, BasicMemory, Qdrant),
    )
}
