"""How every store of messages reads, lists and deletes conversations."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.errors import NotFound
from ltmc_server.stores import messages as promises
from ltmc_server.stores.messages import Message, MessageDraft, MessageFilter
from tests.stores.message_stores import CITATION, STORES, Setup, Store, opened, said

pytestmark = pytest.mark.anyio

few = settings(max_examples=25, deadline=None)


@pytest.fixture(params=STORES)
def setup(request: pytest.FixtureRequest) -> Iterator[Setup]:
    with opened(request.param) as one:
        yield one


@pytest.fixture
def store(setup: Setup) -> Store:
    return setup.store


@pytest.mark.parametrize("kind", STORES)
@few
@given(
    where=st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12),
    limit=st.integers(min_value=1, max_value=3),
)
async def test_conversations_are_each_listed_once_the_newest_message_first(
    kind: str, where: list[str], limit: int
) -> None:
    with opened(kind) as setup:
        logged = [await said(setup.store, "x", conversation=c, tool="t") for c in where]
        for tool in ("", "t"):
            names: list[str] = []
            cursor, more = "", True
            while more and len(names) <= len(where):
                page = await setup.store.conversations(
                    "here", limit=limit, cursor=cursor, source_tool=tool
                )
                cursor, more = str(page.next), page.has_more
                names += [one.conversation_id for one in page.items]
                for one in page.items:
                    mine = [m for m in logged if m.conversation_id == one.conversation_id]
                    assert (one.message_count, one.last_message_id) == (len(mine), mine[-1].id)
                    assert (one.first_at, one.last_at) == (mine[0].created_at, mine[-1].created_at)
                assert page.total == len(set(where))

            assert names == list(dict.fromkeys(where[::-1]))


async def test_a_conversation_that_moves_up_while_paging_comes_no_second_time(
    store: Store,
) -> None:
    for name in ("a", "b", "c"):
        await said(store, "x", conversation=name)
    first = await store.conversations("here", limit=2)

    await said(store, "again", conversation="b")

    second = await store.conversations("here", limit=2, cursor=str(first.next))
    assert [one.conversation_id for one in first.items] == ["c", "b"]
    assert [one.conversation_id for one in second.items] == ["a"]


async def test_conversations_of_a_tool_count_its_messages_only(store: Store) -> None:
    kettle = await said(store, "hot", tool="kettle")
    await said(store, "thanks")
    await said(store, "cold", conversation="c2", tool="fridge")

    [one] = (await store.conversations("here", limit=5, source_tool="kettle")).items

    assert (one.conversation_id, one.message_count) == ("c1", 1)
    assert one.last_message_id == kettle.id


@pytest.mark.parametrize("kind", STORES)
@few
@given(
    where=st.lists(st.sampled_from(["c1", "c2"]), max_size=15),
    limit=st.integers(min_value=1, max_value=4),
)
async def test_a_conversation_is_read_once_from_its_beginning(
    kind: str, where: list[str], limit: int
) -> None:
    with opened(kind) as setup:
        logged = [await said(setup.store, str(n), conversation=c) for n, c in enumerate(where)]
        read: list[Message] = []
        cursor, more = "", True
        while more and len(read) <= len(where):
            page = await setup.store.conversation("here", "c1", limit=limit, cursor=cursor)
            read += page.items
            cursor, more = str(page.next), page.has_more
            assert page.total == where.count("c1")

    assert read == [message for message in logged if message.conversation_id == "c1"]


async def test_a_message_that_comes_while_paging_is_read_at_the_end(store: Store) -> None:
    for text in ("one", "two", "three"):
        await said(store, text)
    first = await store.conversation("here", "c1", limit=2)

    await said(store, "four")

    second = await store.conversation("here", "c1", limit=2, cursor=str(first.next))
    assert [message.content for message in second.items] == ["three", "four"]


async def test_long_texts_end_a_page_early(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promises, "PAGE_CHARS_MAX", 10)
    for text in ("a" * 50, "b" * 6, "c" * 6):
        await said(store, text)

    first = await store.conversation("here", "c1", limit=3)
    second = await store.conversation("here", "c1", limit=3, cursor=str(first.next))

    assert [len(message.content) for message in first.items] == [50]
    assert [len(message.content) for message in second.items] == [6]
    assert second.has_more


async def test_a_cursor_of_another_conversation_is_refused(store: Store) -> None:
    other = await said(store, "there", conversation="c2")

    with pytest.raises(NotFound, match=other.id):
        await store.conversation("here", "c1", limit=2, cursor=other.id)


async def test_a_conversation_is_deleted_whole(setup: Setup) -> None:
    draft = MessageDraft(project_id="here", conversation_id="c1", role="tool", content="tea")
    answer = await setup.store.log(draft, [CITATION, CITATION])
    await said(setup.store, "other", conversation="c2")

    removed = await setup.store.remove_conversation("here", "c1")

    assert (removed.messages, removed.citations) == (1, 2)
    about_tea = MessageFilter(project_id="here", query="tea")
    assert (await setup.store.page(about_tea, limit=5, offset=0)).total == 0
    assert await setup.store.cited("here", answer.id) is None
    names = [
        one.conversation_id for one in (await setup.store.conversations("here", limit=5)).items
    ]
    assert names == ["c2"]
