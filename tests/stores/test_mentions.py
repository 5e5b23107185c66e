"""What every store of messages says of what they are about."""

from collections.abc import Iterator

import pytest

from ltmc_server.errors import NotFound
from ltmc_server.stores.in_memory.mentions import InMemoryMentions
from ltmc_server.stores.in_memory.messages import InMemoryMessages
from ltmc_server.stores.mentions import About, MentionStore
from ltmc_server.stores.messages import Message, MessageDraft
from ltmc_server.stores.sqlite.mentions import SqliteMentions
from tests.stores.message_stores import CITATION, DOCUMENT, STORES, Setup, opened, said

pytestmark = pytest.mark.anyio


@pytest.fixture(params=STORES)
def setup(request: pytest.FixtureRequest) -> Iterator[Setup]:
    with opened(request.param) as one:
        yield one


@pytest.fixture
def mentions(setup: Setup) -> MentionStore:
    if isinstance(setup.store, InMemoryMessages):
        return InMemoryMentions(setup.store)
    return SqliteMentions(setup.store.database)


async def citing(setup: Setup, content: str, *, conversation: str = "c1") -> Message:
    draft = MessageDraft(
        project_id="here", conversation_id=conversation, role="user", content=content
    )
    # Twice, as an answer may be made from two passages of one document.
    return await setup.store.log(draft, [CITATION, CITATION])


async def test_messages_that_cite_it_and_messages_that_are_named_newest_first(
    setup: Setup, mentions: MentionStore
) -> None:
    first = await citing(setup, "what is tea?")
    named = await said(setup.store, "tea is green")
    await said(setup.store, "coffee is black")
    about = About(project_id="here", document_id=DOCUMENT, message_ids=[named.id, first.id])

    page = await mentions.messages(about, limit=9)

    assert (page.items, page.total, page.has_more) == ([named, first], 2, False)


async def test_pages_visit_each_message_once(setup: Setup, mentions: MentionStore) -> None:
    made = [await citing(setup, str(n)) for n in range(5)]
    about = About(project_id="here", document_id=DOCUMENT)

    first = await mentions.messages(about, limit=3)
    rest = await mentions.messages(about, limit=3, cursor=str(first.next))

    assert [*first.items, *rest.items] == made[::-1]
    assert (first.has_more, rest.has_more) == (True, False)


async def test_another_project_and_another_conversation_are_left_out(
    setup: Setup, mentions: MentionStore
) -> None:
    stranger = await said(setup.store, "tea", project="elsewhere")
    await citing(setup, "tea", conversation="other")
    here = await citing(setup, "tea")

    about = About(
        project_id="here",
        document_id=DOCUMENT,
        message_ids=[stranger.id],
        conversation_id="c1",
    )
    assert (await mentions.messages(about, limit=9)).items == [here]


async def test_conversations_count_only_what_is_about_it(
    setup: Setup, mentions: MentionStore
) -> None:
    first = await citing(setup, "one", conversation="old")
    await citing(setup, "two", conversation="new")
    newest = await citing(setup, "three", conversation="new")
    await said(setup.store, "something else", conversation="old")
    about = About(project_id="here", document_id=DOCUMENT)

    page = await mentions.conversations(about, limit=1)
    rest = await mentions.conversations(about, limit=1, cursor=str(page.next))

    [new], [old] = page.items, rest.items
    assert (new.conversation_id, new.message_count, new.last_at) == ("new", 2, newest.created_at)
    assert (old.conversation_id, old.message_count, old.first_at) == ("old", 1, first.created_at)
    assert (page.total, page.next, rest.has_more) == (2, newest.id, False)


async def test_a_cursor_that_is_no_message_is_refused(mentions: MentionStore) -> None:
    about = About(project_id="here", document_id=DOCUMENT)

    with pytest.raises(NotFound, match="msg_none"):
        await mentions.messages(about, limit=9, cursor="msg_none")
    with pytest.raises(NotFound, match="msg_none"):
        await mentions.conversations(about, limit=9, cursor="msg_none")
