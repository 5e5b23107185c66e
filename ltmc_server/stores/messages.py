"""What a message is, and what the tools ask of the store that keeps them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any, Final, Literal, NewType, Protocol, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.model import CursorPage, DocumentId, Page

MessageId = NewType("MessageId", str)
"""`msg_…`: sorts by the time it was logged."""

Role: TypeAlias = Literal["user", "assistant", "system", "tool"]
"""Who speaks."""

PAGE_CHARS_MAX: Final = 2_000_000
"""A page ends early once its texts are this long together; a response holds less anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What was said in a conversation, once."""

    id: MessageId
    project_id: str
    conversation_id: str
    role: Role
    content: str
    agent_name: str | None
    source_tool: str | None
    """The tool through which it came."""
    metadata: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDraft:
    """A message that is to be logged."""

    project_id: str
    conversation_id: str
    role: Role
    content: str
    agent_name: str | None = None
    source_tool: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A passage that an answer was made from."""

    id: DocumentId
    file_name: str
    """As it was then."""
    version: int
    """Of the document; `start` and `end` are offsets in the text of this version."""
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A citation, read again later."""

    rank: int
    """1 is the best."""
    citation: Citation
    text: str | None
    """The passage; None when the document is gone."""
    newest_version: int | None
    """Of the document, now; None when it is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The messages of one conversation, counted; or those of them that came through one tool."""

    conversation_id: str
    message_count: int
    first_at: datetime
    last_at: datetime
    last_message_id: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFilter:
    """Which messages a list is of; a field that is None or empty does not narrow it."""

    project_id: str
    query: str = ""
    """Each of its words, or a word that begins with it, is in the text."""
    conversation_id: str = ""
    role: Role | None = None
    source_tool: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was deleted with a conversation."""

    messages: int
    citations: int


class MessageStore(Protocol):
    """Messages, the conversations they make up, and the passages that answers cite.

    A page may hold fewer than `limit` when texts are long (`PAGE_CHARS_MAX`), but at least one.
    A cursor that is no message of the list it goes on in raises `NotFound`.
    """

    async def log(self, draft: MessageDraft, citations: Sequence[Citation] = ()) -> Message:
        """Add a message to its conversation, with the passages it cites, best first."""
        ...

    async def conversation(
        self, project_id: str, conversation_id: str, *, limit: int, cursor: str = ""
    ) -> CursorPage[Message]:
        """Return messages of a conversation after the message `cursor`, oldest first."""
        ...

    async def conversations(
        self, project_id: str, *, limit: int, cursor: str = "", source_tool: str = ""
    ) -> CursorPage[Conversation]:
        """Return conversations, the one with the newest message first.

        Args:
            project_id: whose.
            limit: how many at most.
            cursor: `last_message_id` of the entry to go on after.
            source_tool: count only messages that came through it.
        """
        ...

    async def page(self, wanted: MessageFilter, *, limit: int, offset: int) -> Page[Message]:
        """Return messages, newest first."""
        ...

    async def cited(self, project_id: str, id: MessageId) -> Sequence[Cited] | None:
        """Return the passages a message cites, best first; None if there is no such message."""
        ...

    async def remove_conversation(self, project_id: str, conversation_id: str) -> Removed:
        """Delete every message of a conversation, and what they cite."""
        ...


def short_enough(messages: Iterable[Message]) -> list[Message]:
    """Return the first of `messages`, as many as `PAGE_CHARS_MAX` has room for."""
    kept: list[Message] = []
    chars = 0
    for message in messages:
        chars += len(message.content)
        if kept and chars > PAGE_CHARS_MAX:
            break
        kept.append(message)
    return kept
