"""What every passage store promises: found by words, read by id."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ltmc_server.model import PassageId, Scope
from ltmc_server.retrieval.words import words
from tests.builders import HERE, LONG_AGO, MODEL, PROJECT, draft, pieces
from tests.stores.conftest import Record

pytestmark = pytest.mark.anyio


async def texts(record: Record, *wanted: str, limit: int = 99) -> list[str]:
    """Return the texts of the passages that hold any of the words, best first."""
    hits = await record.passages.holding(wanted, HERE, limit=limit)
    return [each.text for each in await record.passages.get([hit.id for hit in hits])]


async def put(record: Record, file_name: str, *parts: str) -> list[PassageId]:
    """Store a text in these passages; return their ids."""
    before = set(await record.passages.ids(HERE))
    await record.documents.put(draft(file_name, "".join(parts)), pieces(*parts), model=MODEL)
    return sorted(set(await record.passages.ids(HERE)) - before)


async def test_passages_come_in_the_asked_order_without_strangers(record: Record) -> None:
    [one, two] = await put(record, "a", "green ", "tea")

    found = await record.passages.get([two, PassageId(9999), one])

    assert [(each.id, each.start, each.text) for each in found] == [
        (two, 6, "tea"),
        (one, 0, "green "),
    ]
    assert found[0].document.file_name == "a"


async def test_more_passages_than_one_statement_takes_are_read(record: Record) -> None:
    ids = await put(record, "a", *(f"{n} " for n in range(1200)))

    assert [each.id for each in await record.passages.get(ids)] == ids


async def test_any_of_the_words_is_enough_and_more_are_better(record: Record) -> None:
    for name, text in {"a": "one fish", "b": "one bird", "c": "two fish", "d": "none"}.items():
        await put(record, name, text)
    for n in range(9):
        await put(record, f"x{n}", "something else")

    found = await texts(record, "one", "fish")

    assert found[0] == "one fish"
    assert sorted(found[1:]) == ["one bird", "two fish"]


async def test_equal_passages_come_by_ascending_id_and_no_more_than_asked(record: Record) -> None:
    ids = [id for name in "abcde" for id in await put(record, name, "the same words")]

    hits = await record.passages.holding(["same"], HERE, limit=3)

    assert [hit.id for hit in hits] == ids[:3]
    assert all(hit.strength > 0 for hit in hits)


async def test_a_word_of_several_tokens_stands_together_and_in_order(record: Record) -> None:
    await put(record, "a", "call memory_action now")
    await put(record, "b", "an action of memory")
    await put(record, "c", "memory and then an action")

    assert await texts(record, "memory_action") == ["call memory_action now"]
    assert await texts(record, "memory action") == ["call memory_action now"]


async def test_a_word_of_the_file_name_finds_the_text(record: Record) -> None:
    await put(record, "recipes/sourdough.md", "flour and water")

    assert await texts(record, "sourdough") == ["flour and water"]


async def test_words_are_found_whatever_their_case(record: Record) -> None:
    await put(record, "a", "Darjeeling")

    assert await texts(record, "dARJEELING") == ["Darjeeling"]


@pytest.mark.parametrize(
    "word",
    ['"', '""', '"tea" OR', "tea AND NOT", "tea*", "^tea", "text:tea", "NEAR(tea 1)", "(", "-tea"],
)
async def test_operators_of_the_engine_are_plain_text(record: Record, word: str) -> None:
    await put(record, "a", "coffee")

    assert await texts(record, word) == []


async def test_no_words_find_nothing(record: Record) -> None:
    await put(record, "a", "tea")

    assert await texts(record) == []
    assert await texts(record, "", "!?", "🍵", "\x00") == []


@pytest.mark.parametrize("text", ["a\x00b tea", "🍵 tea 🫖", 'say "tea"', "tea'); DROP TABLE x;--"])
async def test_text_with_odd_characters_is_kept_and_found(record: Record, text: str) -> None:
    await put(record, "a", text)

    assert await texts(record, "tea") == [text]


def test_no_text_of_a_question_raises(record: Record) -> None:
    with asyncio.Runner() as runner:
        runner.run(put(record, "a", "green tea, and \x00 a pot"))

        @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(question=st.text(max_size=80), more=st.lists(st.text(max_size=9), max_size=9))
        def ask(question: str, more: list[str]) -> None:
            runner.run(record.passages.holding([*words(question), *more], HERE, limit=9))

        ask()


async def test_any_word_that_was_stored_is_found(record: Record) -> None:
    stored = [
        "naïve",
        "o'clock",
        "C++",
        "x.y.z",
        "über-groß",
        "v1.2.3",
        "日本語",
        "user@host",
        "a_b",
    ]
    for number, word in enumerate(stored):
        await put(record, str(number), f"here {word} stands")

    for word in stored:
        assert f"here {word} stands" in await texts(record, word)


async def test_known_vectors_are_those_of_the_same_text_and_model(record: Record) -> None:
    await put(record, "a", "green ", "tea")
    [green, tea, other] = pieces("green ", "tea", "coffee")

    known = await record.passages.known_vectors([green.digest, other.digest], model=MODEL)

    assert dict(known) == {green.digest: green.vector}
    assert dict(await record.passages.known_vectors([tea.digest], model="model-2")) == {}
    assert dict(await record.passages.known_vectors([], model=MODEL)) == {}


async def test_a_project_that_holds_expired_passages_says_so(record: Record) -> None:
    await put(record, "a", "tea")
    assert not await record.passages.any_expired(PROJECT)

    await record.documents.put(draft("b", expires_at=LONG_AGO), pieces("x"), model=MODEL)

    assert await record.passages.any_expired(PROJECT)
    assert not await record.passages.any_expired("coffee")


async def test_passages_of_other_projects_are_out_of_scope(record: Record) -> None:
    ids = await put(record, "a", "tea")

    assert await record.passages.ids(HERE) == ids
    assert await record.passages.ids(Scope(project_id="coffee")) == []


async def test_a_passage_is_of_its_document_until_that_is_gone(record: Record) -> None:
    [one] = await put(record, "a", "tea")
    [two] = await put(record, "b", "oil")
    [a, b] = [each.document.id for each in await record.passages.get([one, two])]

    assert await record.passages.owners([two, PassageId(9999), one]) == {one: a, two: b}

    await record.documents.remove([a])

    assert await record.passages.owners([one, two]) == {two: b}
