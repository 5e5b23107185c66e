"""Words that many texts have: what holds several of them is found, in bounded work."""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import combinations, islice

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.stores.sqlite import word_counts, word_scores
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.passages import SqlitePassages
from ltmc_server.stores.sqlite.together import SCORED_MAX, Word, at_least
from tests.builders import HERE, MODEL, draft, pieces

pytestmark = pytest.mark.anyio

COMMON = ("amber", "basil", "cedar", "delta", "ember", "fjord", "grove", "heron", "ivory", "jetty")
"""Each in three of ten of the texts below."""

TEXTS = 2_400

WORDS = st.integers(1, 6)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Open a record with many texts of common words, of which one has six."""
    with Database.open(tmp_path_factory.mktemp("common") / "ltmc.db", durability="normal") as made:
        asyncio.run(_fill(made))
        yield made


async def _fill(database: Database) -> None:
    documents = SqliteDocuments(database)
    threes = [each for _ in range(TEXTS // 100) for each in combinations(COMMON, 3)]
    for number, three in enumerate(islice(threes, TEXTS)):
        await _put(documents, f"{number}.md", f"Leaf {number}: {' '.join(three)} and the rest.")
        if number == TEXTS // 2:
            await _put(documents, "six.md", f"Leaf: {' '.join(COMMON[:6])} and more.")


async def _put(documents: SqliteDocuments, name: str, text: str) -> None:
    await documents.put(draft(name, text), pieces(text), model=MODEL)


async def found(database: Database, words: Sequence[str]) -> list[str]:
    """Return the names of what holds the words, best first."""
    passages = SqlitePassages(database)
    hits = await passages.holding(words, HERE, limit=10)
    return [each.document.file_name for each in await passages.get([hit.id for hit in hits])]


@pytest.mark.parametrize("noise", [(), ("leaf",), COMMON[6:8]])
async def test_of_common_words_the_text_with_the_most_is_first(
    database: Database, noise: tuple[str, ...]
) -> None:
    assert (await found(database, [*COMMON[:6], *noise]))[0] == "six.md"


async def test_two_common_words_find_what_has_both(database: Database) -> None:
    passages = SqlitePassages(database)
    hits = await passages.holding(COMMON[:2], HERE, limit=10)
    texts = [each.text for each in await passages.get([hit.id for hit in hits])]
    assert len(texts) == 10
    assert all("amber" in text and "basil" in text for text in texts)


async def test_what_has_each_word_once_holds_about_all_of_the_question(database: Database) -> None:
    passages = SqlitePassages(database)
    best, *others = await passages.holding(COMMON[:6], HERE, limit=10)
    assert best.share == pytest.approx(1, abs=0.3)
    assert best.strength == pytest.approx(1, abs=0.4)
    assert all(other.share < best.share for other in others)


async def test_a_rare_word_beside_common_ones_is_found_whatever_else_is(database: Database) -> None:
    """A word in fewer rows than are scored, and then one that is in none."""
    words = ["1234", *COMMON[:3], "nowhere"]
    assert (await found(database, words))[0] == "1234.md"


async def test_of_a_word_by_itself_the_newest_rows_are_scored(database: Database) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_scores, "NEWEST_MAX", 10)
        names = await found(database, ["leaf"])
    assert sorted(names) == sorted(f"{TEXTS - 1 - n}.md" for n in range(10))


async def test_common_words_that_no_text_has_together_are_found_apart(database: Database) -> None:
    """So there is an answer wherever a text has any of the words."""
    documents = SqliteDocuments(database)
    for number in range(SCORED_MAX + 1):
        await _put(documents, f"lone{number}.md", f"Solitude {number}")
        await _put(documents, f"alone{number}.md", f"Desert {number}")
    assert len(await found(database, ["solitude", "desert"])) == 10


@pytest.mark.parametrize("share", [3, 10_000])
async def test_words_of_which_not_all_rows_are_counted_are_looked_for_together(
    database: Database, share: int
) -> None:
    """Where one of them is so common, and where all are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_counts, "COUNTED_MIN", SCORED_MAX + 100)
        patch.setattr(word_counts, "COMMON", share)
        passages = SqlitePassages(database)
        hits = await passages.holding(["leaf", *COMMON[:2]], HERE, limit=10)
        texts = [each.text for each in await passages.get([hit.id for hit in hits])]
        most = passages.remembered.counts.most
    assert (most == SCORED_MAX + 100) is (share == 10_000)
    assert len(texts) == 10
    assert all("amber" in text and "basil" in text for text in texts)


async def test_rows_are_counted_up_to_a_share_of_the_texts(database: Database) -> None:
    """In a large store the bound grows, as to be common means more there."""
    passages = SqlitePassages(database)
    counts = passages.remembered.counts
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_counts, "COUNTED_MIN", 25)
        patch.setattr(word_counts, "COMMON", 3)
        await passages.holding(["leaf", *COMMON[:2]], HERE, limit=10)
        bound = counts.most
        assert bound / 2 < passages.remembered.texts / 3 <= bound
        assert counts.known['"leaf"'][0] == bound
        assert counts.known['"amber"'][0] < bound
    # With another bound all is counted anew, and no row is missed that was not counted before.
    await _put(SqliteDocuments(database), "last.md", "Amber")
    await passages.holding(["amber", "leaf"], HERE, limit=10)
    assert counts.known['"leaf"'][0] > bound


@settings(max_examples=200, deadline=None)
@given(
    texts=st.lists(st.sets(WORDS, max_size=6), max_size=8),
    words=st.lists(WORDS, min_size=1, max_size=6, unique=True),
    count=WORDS,
)
def test_at_least_so_many_words_are_in_what_is_found(
    texts: list[set[int]], words: list[int], count: int
) -> None:
    count = min(count, len(words))
    text, used = at_least(count, [Word(f'"w{word}"', 1, 1.0, 1.0) for word in words])

    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE held USING fts5 (text)")
    for row, held in enumerate(texts):
        value = " ".join(f"w{word}" for word in held)
        db.execute("INSERT INTO held (rowid, text) VALUES (?, ?)", (row, value))
    rows = {row for [row] in db.execute("SELECT rowid FROM held WHERE held MATCH ?", (text,))}
    db.close()

    assert rows == {row for row, held in enumerate(texts) if len(held & set(words)) >= count}
    assert len(used) == text.count('"w')
