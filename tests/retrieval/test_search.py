"""From a question to its answers: each way of matching, and what none of them may show."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.model import Draft, Mode, Scope
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.retrieval.meaning import Meaning
from ltmc_server.retrieval.search import CANDIDATES_MIN, Retriever, best_of_each_document
from ltmc_server.retrieval.view import VectorView
from ltmc_server.stores.faiss import FaissVectors
from tests.builders import HERE, LONG_AGO, PROJECT, draft
from tests.stores.conftest import RECORDS, Record

pytestmark = pytest.mark.anyio

MODES: tuple[Mode, ...] = ("hybrid", "semantic", "keyword")
MANY = 200
"""Passages: more than any way of matching proposes for one result."""


@dataclass(frozen=True)
class Library:
    """A record that can be searched."""

    record: Record
    retriever: Retriever

    async def store(self, draft: Draft) -> None:
        indexer = Indexer(self.record.passages, self.retriever.meaning.embedder)
        made = await indexer.pieces(draft.content, draft.file_name)
        await self.record.documents.put(draft, made.pieces, model=made.model)

    async def names(self, query: str, scope: Scope, mode: Mode) -> list[str]:
        """Return the names of the documents found, best first."""
        ranked = await self.retriever.rank(query, scope, limit=1, mode=mode)
        hits = await self.retriever.read(best_of_each_document(ranked))
        return [hit.passage.document.file_name for hit in hits]


@pytest.fixture(params=RECORDS)
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    embedder = HashingEmbedder()
    with RECORDS[request.param](tmp_path) as record:
        passages = record.passages
        view = VectorView(FaissVectors, passages, passages)
        yield Library(record, Retriever(passages, view, Meaning(lambda: embedder)))


def long(phrase: str) -> str:
    """Return a text of more passages than are looked at, each saying the phrase."""
    return "\n\n".join(f"{phrase} {n} " + phrase * 30 for n in range(MANY))


@pytest.mark.parametrize("mode", MODES)
async def test_the_text_that_answers_comes_first(library: Library, mode: Mode) -> None:
    await library.store(draft("tea", "Green tea is brewed at seventy degrees."))
    await library.store(draft("car", "The engine takes five litres of oil."))
    await library.store(draft("sea", "Waves break on the shore at night."))

    assert (await library.names("how is green tea brewed?", HERE, mode))[0] == "tea"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "narrow",
    [
        Scope(project_id="coffee"),
        Scope(project_id=PROJECT, conversation_id="c1"),
        Scope(project_id=PROJECT, resource_type="note"),
        Scope(project_id=PROJECT, tags=("x",)),
    ],
    ids=["project", "conversation", "type", "tag"],
)
async def test_a_filter_holds_before_the_cut_to_the_best(
    library: Library, mode: Mode, narrow: Scope
) -> None:
    await library.store(draft("louder", long("green tea ")))
    await library.store(
        draft(
            "inside",
            "Once there was green tea on the table, and many other things were there too.",
            project_id=narrow.project_id,
            conversation_id=narrow.conversation_id,
            resource_type=narrow.resource_type or "document",
            tags=narrow.tags,
        )
    )

    assert await library.names("green tea", narrow, mode) == ["inside"]


@pytest.mark.parametrize("mode", MODES)
async def test_expired_texts_neither_come_back_nor_take_the_place_of_others(
    library: Library, mode: Mode
) -> None:
    await library.store(draft("alive", "Once there was green tea on the table, and much else."))
    await library.store(draft("expired", long("green tea "), expires_at=LONG_AGO))

    assert await library.names("green tea", HERE, mode) == ["alive"]


async def test_hits_are_best_first_with_ties_by_id(library: Library) -> None:
    for name in "abc":
        await library.store(draft(name, "green tea"))
    await library.store(draft("d", "green water"))

    hits = await library.retriever.read(await library.retriever.rank("green tea", HERE, limit=9))

    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [hit.passage.document.file_name for hit in hits] == ["a", "b", "c", "d"]


async def test_a_hit_by_words_has_its_cosine_too(library: Library) -> None:
    await library.store(draft("tea", "green tea"))

    [hit] = await library.retriever.rank("tea", HERE, limit=1)

    assert hit.signals.strength is not None
    assert hit.signals.cosine is not None
    assert hit.signals.matched_by == ["keyword", "semantic"]


async def test_of_each_document_the_best_passage_is_kept(library: Library) -> None:
    await library.store(draft("long", long("green tea ")))
    ranked = await library.retriever.rank("green tea", HERE, limit=1)

    best = list(best_of_each_document(ranked))

    assert len(ranked) > 1
    assert best == [ranked[0]]


async def test_what_went_between_ranking_and_reading_is_left_out(library: Library) -> None:
    await library.store(draft("tea", "green tea"))
    await library.store(draft("leaf", "green leaf"))
    ranked = await library.retriever.rank("green", HERE, limit=2)

    await library.record.documents.remove([ranked[0].document_id])

    assert [hit.passage.id for hit in await library.retriever.read(ranked)] == [ranked[1].id]


async def test_an_empty_record_answers_with_nothing(library: Library) -> None:
    for mode in MODES:
        assert await library.names("green tea", HERE, mode) == []


async def test_an_identifier_is_found_however_long_the_question_is(library: Library) -> None:
    await library.store(draft("right", "PAY-1042: refunds get stuck."))
    for n in range(40):
        await library.store(draft(f"other{n}", f"What we wrote down about planning quarter {n}."))

    asked = "do you remember what we wrote down about PAY-1042 when planning the next quarter"
    for mode in ("hybrid", "keyword"):
        assert (await library.names(asked, HERE, mode))[0] == "right"


async def test_what_one_way_found_is_known_to_the_other(library: Library) -> None:
    """The nearest holds a word worse than all that words propose, and those are not the nearest."""
    for number in range(100):
        others = " ".join(f"{letter * 5}{number}" for letter in "bdfghj")
        await library.store(draft(f"c{number}", f"tea tea tea {others}"))
    await library.store(draft("near", "zzbrewingk tea"))
    await library.store(draft("nearer", "zzbrewingk zzbrewingu zzbrewingo"))

    ranked = await library.retriever.rank("tea zzbrewing", HERE, limit=1)

    hits = await library.retriever.read(ranked)
    by_name = {each.passage.document.file_name: each for each in hits}
    near = by_name["near"]
    assert by_name["nearer"].signals.matched_by == ["semantic"]
    assert near.signals.matched_by == ["keyword", "semantic"]
    assert near.signals.held is not None
    assert all(each.signals.cosine is not None for each in hits)
    strengths = [each.signals.strength for each in hits if each.signals.strength is not None]
    assert near.signals.strength == min(strengths)
    assert len(strengths) > CANDIDATES_MIN
