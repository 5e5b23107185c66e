"""Which messages are about something: linked to it, or made from it."""

from collections.abc import Sequence
from typing import Protocol

from ltmc_server.dataclass import dataclass
from ltmc_server.model import CursorPage
from ltmc_server.stores.messages import Conversation, Message, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What messages have to be about."""

    project_id: str
    document_id: str
    """Messages that cite it are; any other name is cited by none."""
    message_ids: Sequence[MessageId] = ()
    """These are; ids that are no message of the project count for nothing."""
    conversation_id: str = ""
    """Only messages of it; any, if it is empty."""


class MentionStore(Protocol):
    """Messages by what they are about.

    A cursor that is no message of the project raises `NotFound`.
    """

    async def messages(self, about: About, *, limit: int, cursor: str = "") -> CursorPage[Message]:
        """Return messages, newest first, after the message `cursor`.

        A page may hold fewer than `limit` when texts are long, but at least one.
        """
        ...

    async def conversations(
        self, about: About, *, limit: int, cursor: str = ""
    ) -> CursorPage[Conversation]:
        """Return their conversations, counting only them, the one with the newest of them first.

        Args:
            about: what the messages are about.
            limit: how many at most.
            cursor: `last_message_id` of the entry to go on after.
        """
        ...
