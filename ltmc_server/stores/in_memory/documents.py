"""Documents and their passages in dictionaries."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime

from ltmc_server.dataclass import dataclass
from ltmc_server.model import (
    Document,
    DocumentId,
    Draft,
    Holding,
    Page,
    Passage,
    PassageId,
    Piece,
    Scope,
    Stored,
    Version,
    new_id,
    now,
)
from ltmc_server.stores.drafts import check_repeat, check_version, request_digest
from ltmc_server.stores.full_text import rarity, stand_in, tokens
from ltmc_server.stores.interfaces import Also, Changes, Place, VectorPage, no_more

BM25_SATURATION, BM25_LENGTH = 1.2, 0.75
"""The usual k1 and b, which FTS5 has too."""


@dataclass(frozen=True, slots=True)
class InMemoryDocuments:
    """A `DocumentStore` in a dictionary."""

    rows: dict[DocumentId, Document] = field(default_factory=dict)
    texts: dict[DocumentId, list[Version]] = field(default_factory=dict)
    passages: dict[PassageId, tuple[DocumentId, Piece, str]] = field(default_factory=dict)
    """Passage, the document it is of, and the model of its vector."""
    changes: list[tuple[PassageId, bool]] = field(default_factory=list)
    keys: dict[tuple[str, str], tuple[bytes, Stored]] = field(default_factory=dict)

    async def put(self, draft: Draft, pieces: Sequence[Piece], *, model: str) -> Stored:
        key = (draft.project_id, draft.idempotency_key or "")
        if key in self.keys and self._is_there(self.keys[key][1].document.id):
            check_repeat(draft, self.keys[key][0])
            return self.keys[key][1]
        moment = now()
        old = await self.get(draft.project_id, file_name=draft.file_name)
        check_version(draft, old.version if old else 0)
        changed = old is None or old.content != draft.content
        id = old.id if old else DocumentId(new_id("mem"))
        document = _document(draft, id=id, old=old, pieces=len(pieces), moment=moment)
        self.rows[id] = document
        if changed:
            version = Version(version=document.version, content=draft.content, created_at=moment)
            self.texts.setdefault(id, []).insert(0, version)
            self._replace_passages(id, pieces, model)
        twin = next((d.id for d in self.rows.values() if self._same_text(d, document)), None)
        lacking = sum(
            owner == id and piece.vector is None for owner, piece, _ in self.passages.values()
        )
        stored = Stored(document=document, duplicate_of=twin, unembedded=lacking)
        if draft.idempotency_key:
            self.keys[key] = (request_digest(draft), replace(stored, duplicate_of=None))
        return stored

    async def get(self, project_id: str, *, id: str = "", file_name: str = "") -> Document | None:
        for document in self.rows.values():
            asked = document.id == id if id else document.file_name == file_name
            if asked and in_scope(document, Scope(project_id=project_id)):
                return replace(document, content=self.texts[document.id][0].content)
        return None

    async def page(self, scope: Scope, *, limit: int, offset: int) -> Page[Document]:
        found = [document for document in self.rows.values() if in_scope(document, scope)]
        found.sort(key=lambda document: (document.created_at, document.id), reverse=True)
        return Page.of(found[offset : offset + limit], total=len(found), offset=offset)

    async def remove(self, ids: Sequence[DocumentId]) -> int:
        there = [id for id in dict.fromkeys(ids) if self._is_there(id)]
        for id in there:
            self._replace_passages(id, (), "")
            del self.rows[id], self.texts[id]
        return len(there)

    async def versions(self, id: DocumentId) -> Sequence[Version]:
        return list(self.texts[id]) if self._is_there(id) else []

    def restore(
        self, row: Document, texts: Sequence[Version], pieces: Sequence[Piece], model: str
    ) -> None:
        """Put a document as it was, newest version first, in the place of what has expired."""
        for id in [id for id, old in self.rows.items() if _holds_the_place(old, row)]:
            self._replace_passages(id, (), "")
            del self.rows[id], self.texts[id]
        self.rows[row.id] = row
        self.texts[row.id] = list(texts)
        self._replace_passages(row.id, pieces, model)

    def _is_there(self, id: DocumentId) -> bool:
        return id in self.rows and is_alive(self.rows[id])

    def _replace_passages(self, id: DocumentId, pieces: Sequence[Piece], model: str) -> None:
        for gone in [number for number, (owner, _, _) in self.passages.items() if owner == id]:
            del self.passages[gone]
            self.changes.append((gone, True))
        for piece in pieces:
            number = PassageId(len(self.changes) + 1)  # never given twice: the log only grows
            self.passages[number] = (id, piece, model)
            self.changes.append((number, False))

    def _same_text(self, one: Document, other: Document) -> bool:
        same = self.texts[one.id][0].content == self.texts[other.id][0].content
        apart = one.id != other.id and is_alive(one)
        return apart and one.project_id == other.project_id and same


@dataclass(frozen=True, slots=True)
class InMemoryPassages:
    """A `PassageStore` and a `ChangeLog` over the same dictionaries."""

    documents: InMemoryDocuments

    async def holding(
        self, words: Sequence[str], scope: Scope, *, limit: int, also: Also = no_more
    ) -> Sequence[Holding]:
        texts = {
            id: tokens(f"{self.documents.rows[owner].file_name} {piece.text}")
            for id, (owner, piece, _) in self.documents.passages.items()
        }
        inside = set(await self.ids(scope))
        found = [
            Holding(id, self.documents.passages[id][0], strength, share)
            for id, (strength, share) in held(texts, list(map(tokens, words))).items()
            if id in inside
        ]
        found.sort(key=lambda one: (-one.strength, one.id))
        wanted = also([one.id for one in found[:limit]])
        return [one for at, one in enumerate(found) if at < limit or one.id in wanted]

    async def expect(self, words: Sequence[str]) -> None:
        """There is nothing to begin: it takes no time."""

    async def get(self, ids: Sequence[PassageId]) -> Sequence[Passage]:
        found = []
        for id in ids:
            if id in self.documents.passages:
                owner, piece, _ = self.documents.passages[id]
                document = self.documents.rows[owner]
                if is_alive(document):
                    found.append(
                        Passage(id=id, document=document, start=piece.start, text=piece.text)
                    )
        return found

    async def owners(
        self, ids: Sequence[PassageId], project_id: str | None = None
    ) -> Mapping[PassageId, DocumentId]:
        return {passage.id: passage.document.id for passage in await self.get(ids)}

    async def ids(
        self, scope: Scope, among: Collection[PassageId] | None = None
    ) -> Sequence[PassageId]:
        rows = self.documents.rows
        passages = self.documents.passages
        return [
            id
            for id, (owner, _, _) in passages.items()
            if in_scope(rows[owner], scope) and (among is None or id in among)
        ]

    async def any_expired(self, project_id: str) -> bool:
        rows = self.documents.rows.values()
        return any(row.project_id == project_id and not is_alive(row) for row in rows)

    async def known_vectors(self, digests: Sequence[bytes], *, model: str) -> Mapping[bytes, bytes]:
        wanted = set(digests)
        return {
            piece.digest: piece.vector
            for _, piece, made_by in self.documents.passages.values()
            if piece.digest in wanted and made_by == model and piece.vector is not None
        }

    async def span(self) -> tuple[int, int]:
        newest = len(self.documents.changes)
        return min(1, newest), newest

    async def page(
        self, project_id: str, *, model: str, limit: int, after: Place = ()
    ) -> VectorPage:
        passages, rows = self.documents.passages, self.documents.rows
        ids = sorted(id for id in passages if (id,) > after)[:limit]
        there = [(id, *passages[id]) for id in ids]
        return VectorPage(
            rows=[
                (id, piece.vector)
                for id, owner, piece, made_by in there
                if rows[owner].project_id == project_id
                and made_by == model
                and piece.vector is not None
            ],
            end=(ids[-1],) if len(ids) == limit else None,
        )

    async def since(self, seq: int | None, *, model: str, limit: int | None = None) -> Changes:
        newest = len(self.documents.changes)
        whole = seq is None or seq > newest
        news = self.documents.changes[0 if whole else seq :]
        if limit is not None and not whole:
            news = news[:limit]
        removed = {id for id, gone in news if gone}
        return Changes(
            seq=newest if whole or seq is None else seq + len(news),
            added=[
                (id, self.documents.rows[owner].project_id, piece.vector)
                for id in sorted(
                    ({id for id, _ in news} - removed) & self.documents.passages.keys()
                )
                for owner, piece, made_by in [self.documents.passages[id]]
                if made_by == model and piece.vector is not None
            ],
            removed=sorted(removed),
            whole=whole,
        )


def _holds_the_place(old: Document, new: Document) -> bool:
    same_name = (old.project_id, old.file_name) == (new.project_id, new.file_name)
    return old.id == new.id or same_name


def in_scope(document: Document, scope: Scope) -> bool:
    """Tell whether a document is one that the question is about, and has not expired."""
    return (
        document.project_id == scope.project_id
        and scope.conversation_id in (None, document.conversation_id)
        and scope.resource_type in (None, document.resource_type)
        and set(scope.tags) <= set(document.tags)
        and (scope.created_after is None or document.created_at >= scope.created_after)
        and (scope.created_before is None or document.created_at < scope.created_before)
        and document.file_name.startswith(scope.folder)
        and is_alive(document)
    )


def is_alive(document: Document) -> bool:
    """Tell whether a document has not expired."""
    return document.expires_at is None or document.expires_at > now()


def held(
    texts: Mapping[PassageId, Sequence[str]], phrases: Sequence[Sequence[str]]
) -> dict[PassageId, tuple[float, float]]:
    """Return the strength and the share of each text that holds any of `phrases`, by BM25."""
    average = sum(map(len, texts.values())) / len(texts) if texts else 1.0
    strengths, shares = Counter[PassageId](), Counter[PassageId]()
    total = 0.0
    for phrase in phrases:
        counts = {id: count for id, text in texts.items() if (count := stand_in(text, phrase))}
        weight = rarity(total=len(texts), holding=len(counts))
        total += weight
        for id, count in counts.items():
            long = 1 - BM25_LENGTH + BM25_LENGTH * len(texts[id]) / average
            often = count * (BM25_SATURATION + 1) / (count + BM25_SATURATION * long)
            strengths[id] += weight * often  # type: ignore[assignment]  # a Counter of floats
            shares[id] += weight  # type: ignore[assignment]
    return {id: (strengths[id] / total, min(1.0, shares[id] / total)) for id in strengths}


def _document(
    draft: Draft, *, id: DocumentId, old: Document | None, pieces: int, moment: datetime
) -> Document:
    same = old is not None and old.content == draft.content
    version = 1 if old is None else old.version + (not same)
    return Document(
        id=id,
        project_id=draft.project_id,
        file_name=draft.file_name,
        resource_type=draft.resource_type,
        conversation_id=draft.conversation_id,
        tags=tuple(draft.tags),
        metadata=dict(draft.metadata),
        version=version,
        chars=len(draft.content),
        chunk_count=old.chunk_count if same and old else pieces,
        created_at=old.created_at if old else moment,
        updated_at=moment,
        event_time=draft.event_time,
        expires_at=draft.expires_at,
    )
