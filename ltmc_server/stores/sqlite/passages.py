"""Passages of documents: found by words, read by id, followed by views."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from functools import partial

import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.model import DocumentId, Holding, Passage, PassageId, Scope, now
from ltmc_server.stores.interfaces import Also, Changes, Place, VectorPage, no_more
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.owners import OWNED
from ltmc_server.stores.sqlite.passage_words import Expected, WordSearch
from ltmc_server.stores.sqlite.remembered import Remembered
from ltmc_server.stores.sqlite.rows import DOCUMENT, batches, document_of, marks, plain, to_us
from ltmc_server.stores.sqlite.scopes import ALIVE, where
from ltmc_server.stores.sqlite.searching import search
from ltmc_server.stores.sqlite.standing import Standing
from ltmc_server.stores.sqlite.vector_log import Since, page, span
from ltmc_server.stores.sqlite.word_scores import Scored, score, scored_inside
from ltmc_server.stores.sqlite.words import phrase


@dataclass(frozen=True, slots=True)
class SqlitePassages:
    """A `PassageStore` and a `ChangeLog` in the record."""

    database: Database
    remembered: Remembered = field(default_factory=Remembered, repr=False)
    standing: Standing = field(default_factory=Standing, repr=False)
    expected: Expected = field(default_factory=Expected, repr=False)

    async def holding(
        self, words: Sequence[str], scope: Scope, *, limit: int, also: Also = no_more
    ) -> Sequence[Holding]:
        phrases = [phrase(word) for word in words]
        if not phrases:
            return []

        def begin(db: sqlite3.Connection) -> tuple[Scored, Sequence[Holding] | None]:
            search = WordSearch(db, self.remembered, self.expected, scope, limit)
            scored = search.scored(phrases)
            return scored, search.holding(scored, also)

        # All of it is of one moment: rows are counted, and then looked for.
        scored, found = self.database.read_at_once("searching for words", begin)
        if found is not None:
            return found
        # There is more to go through than where all is in scope.
        narrow = partial(scored_inside, words=scored.words, scope=scope)
        sums = await search(self.database, "passage_words", "searching for words", narrow)

        def end(db: sqlite3.Connection) -> Sequence[Holding] | None:
            self.remembered.follow(db)
            search = WordSearch(db, self.remembered, self.expected, scope, limit)
            return search.holding(replace(scored, sums=sums), also)

        return self.database.read_at_once("searching for words", end) or []

    async def expect(self, words: Sequence[str]) -> None:
        phrases = [phrase(word) for word in words]
        if phrases:
            work = partial(score, remembered=self.remembered, phrases=phrases)
            self.expected.keep(phrases, self.database.read_at_once("searching for words", work))

    async def get(self, ids: Sequence[PassageId]) -> Sequence[Passage]:
        def work(db: sqlite3.Connection) -> dict[PassageId, Passage]:
            cursor = plain(db)
            return {
                id: Passage(id=id, document=document_of(document), start=start, text=text)
                for some in batches(ids)
                for id, start, text, *document in cursor.execute(
                    f"""SELECT passages.id, start, text, {DOCUMENT} FROM {OWNED}
                        WHERE passages.id IN ({marks(len(some))}) AND {ALIVE}""",  # noqa: S608
                    (*some, to_us(now())),
                )
            }

        found = self.database.read("reading passages", work)
        return [found[id] for id in ids if id in found]

    async def owners(
        self, ids: Sequence[PassageId], project_id: str | None = None
    ) -> Mapping[PassageId, DocumentId]:
        def work(db: sqlite3.Connection) -> dict[PassageId, DocumentId]:
            self._follow(db)
            return self.remembered.owners.alive(db, ids, project_id)

        return self.database.read("looking up documents", work)

    async def ids(
        self, scope: Scope, among: Collection[PassageId] | None = None
    ) -> Sequence[PassageId]:
        if among is not None:

            def inside(db: sqlite3.Connection) -> Sequence[PassageId]:
                self._follow(db)
                return list(self.remembered.owners.inside(db, among, scope))

            return self.database.read("looking up documents", inside)
        condition, values = where(scope)
        # In one row: of a hundred thousand each would be asked for by itself.
        sql = f"""
            SELECT json_group_array(passages.id)
            FROM passages JOIN documents ON documents.id = document_id
            WHERE {condition}
        """  # noqa: S608

        def every(db: sqlite3.Connection) -> Sequence[PassageId]:
            found: list[PassageId] = orjson.loads(db.execute(sql, values).fetchone()[0])
            return found

        return await search(self.database, "passage_words", "reading passages", every)

    async def any_expired(self, project_id: str) -> bool:
        def work(db: sqlite3.Connection) -> bool:
            self._follow(db)
            return self.remembered.owners.any_expired(db, project_id)

        return self.database.read("reading expiries", work)

    async def known_vectors(self, digests: Sequence[bytes], *, model: str) -> Mapping[bytes, bytes]:
        def work(db: sqlite3.Connection) -> dict[bytes, bytes]:
            return {
                row["digest"]: row["vector"]
                for some in batches(digests)
                for row in db.execute(
                    f"""SELECT digest, vector FROM passages JOIN vectors ON passage_id = id
                        WHERE digest IN ({marks(len(some))}) AND model = ?""",  # noqa: S608
                    (*some, model),
                )
            }

        return self.database.read("looking for known vectors", work)

    async def span(self) -> tuple[int, int]:
        def work(db: sqlite3.Connection) -> tuple[int, int]:
            return self.standing.get(db, "span", partial(span, db))

        return self.database.read("reading changes", work)

    async def page(
        self, project_id: str, *, model: str, limit: int, after: Place = ()
    ) -> VectorPage:
        def work(db: sqlite3.Connection) -> VectorPage:
            # Whoever reads all vectors is about to find some: their documents are at hand here.
            self.remembered.follow(db)
            found, documents = page(db, project_id, model, after, limit)
            self.remembered.owners.learn(project_id, documents)
            return found

        return self.database.read("reading vectors", work)

    async def since(self, seq: int | None, *, model: str, limit: int | None = None) -> Changes:
        changes = self.database.read_at_once("reading changes", Since(seq, model, limit))
        # It may be ahead of the span that stands.
        self.standing.end()
        return changes

    def _follow(self, db: sqlite3.Connection) -> None:
        self.standing.get(db, "followed", partial(self.remembered.follow, db))
