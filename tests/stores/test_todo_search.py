"""How every store of todos finds them by their words."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.model import Scope
from ltmc_server.stores.todos import TodoEdit, TodoFilter
from tests.stores.todo_stores import STORES, Store, added, opened

pytestmark = pytest.mark.anyio

few = settings(max_examples=25, deadline=None)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with opened(request.param) as one:
        yield one


@pytest.mark.parametrize("kind", STORES)
@few
@given(query=st.text(max_size=60))
async def test_a_search_takes_any_text(kind: str, query: str) -> None:
    with opened(kind) as store:
        await added(store, "tea")

        await titles(store, query)
        await store.find(query, Scope(project_id="here"), limit=5)


@pytest.mark.parametrize("kind", STORES)
@few
@given(words=st.lists(st.text("aäbcyz019", min_size=1, max_size=6), min_size=1, max_size=5))
async def test_a_todo_is_found_by_each_of_its_words_and_their_beginnings(
    kind: str, words: list[str]
) -> None:
    title = " ".join(words)
    with opened(kind) as store:
        await added(store, title)

        for word in words:
            assert await titles(store, word.upper()) == [title]
            assert await titles(store, word[:2]) == [title]
        assert await titles(store, " ".join(words[::-1])) == [title]


@pytest.mark.parametrize(
    "query",
    [
        "%",
        "_",
        "*",
        '"',
        "'",
        "t_a",
        "%ea",
        '"tea" OR coffee',
        "tea NOT x",
        "title:tea",
        "NEAR(tea x)",
    ],
)
async def test_signs_in_a_query_are_plain_characters(store: Store, query: str) -> None:
    await added(store, "tea")

    assert await titles(store, query) == []


async def test_signs_beside_a_word_do_not_hide_it(store: Store) -> None:
    await added(store, "grow by 100% in snake_case (soon)")

    for query in ("100%", "snake_case", '"soon"', "(SNAKE", "case*"):
        assert await titles(store, query), query


async def test_a_reworded_todo_is_found_by_its_new_words_only(store: Store) -> None:
    todo = await added(store, "tea")

    await store.edit("here", todo.id, TodoEdit(title="coffee"))

    assert await titles(store, "tea") == []
    assert await titles(store, "coffee") == ["coffee"]


async def test_a_deleted_todo_is_not_found(store: Store) -> None:
    todo = await added(store, "tea")

    assert await store.remove("here", todo.id) == todo

    assert await titles(store, "tea") == []
    assert await store.get("here", todo.id) is None


async def test_finding_ranks_by_how_much_of_the_question_is_there(store: Store) -> None:
    for title in ("oil the hinges", "buy milk", "call the plumber", "water the roses"):
        await added(store, title)

    found = await store.find("who could oil my hinges", Scope(project_id="here"), limit=3)

    assert found[0].title == "oil the hinges"
    assert all(0 <= one.score <= 1 for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


async def test_a_todo_that_holds_every_word_scores_1_even_alone(store: Store) -> None:
    await added(store, "oil the hinges")

    [every] = await store.find("HINGES oil", Scope(project_id="here"), limit=3)
    [half] = await store.find("oil please", Scope(project_id="here"), limit=3)

    assert every.score == 1
    assert 0 < half.score < 0.5


async def titles(store: Store, query: str) -> list[str]:
    wanted = TodoFilter(project_id="here", query=query)
    return [todo.title for todo in (await store.page(wanted, limit=200, offset=0)).items]
