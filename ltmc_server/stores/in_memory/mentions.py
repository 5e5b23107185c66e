"""Messages in a list, by what they are about."""

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NotFound
from ltmc_server.model import CursorPage
from ltmc_server.stores.in_memory.messages import InMemoryMessages, counted
from ltmc_server.stores.mentions import About
from ltmc_server.stores.messages import Conversation, Message, short_enough


@dataclass(frozen=True, slots=True)
class InMemoryMentions:
    """A `MentionStore` over a list of messages."""

    log: InMemoryMessages

    async def messages(self, about: About, *, limit: int, cursor: str = "") -> CursorPage[Message]:
        mine, before = self._about(about), self._before(about, cursor)
        older = [each for each in reversed(mine) if self._number(each) < before]
        items = short_enough(older[:limit])
        more = len(items) < len(older)
        return CursorPage(
            items=items,
            returned=len(items),
            total=len(mine),
            has_more=more,
            next=items[-1].id if more else None,
        )

    async def conversations(
        self, about: About, *, limit: int, cursor: str = ""
    ) -> CursorPage[Conversation]:
        groups: dict[str, list[Message]] = {}
        for message in self._about(about):
            groups.setdefault(message.conversation_id, []).append(message)
        newest_first = sorted(groups.values(), key=lambda some: -self._number(some[-1]))
        before = self._before(about, cursor)
        older = [counted(some) for some in newest_first if self._number(some[-1]) < before]
        items, more = older[:limit], len(older) > limit
        return CursorPage(
            items=items,
            returned=len(items),
            total=len(groups),
            has_more=more,
            next=items[-1].last_message_id if more else None,
        )

    def _about(self, about: About) -> list[Message]:
        return [
            message
            for message in self.log.rows
            if message.project_id == about.project_id
            and about.conversation_id in ("", message.conversation_id)
            and (
                message.id in about.message_ids
                or about.document_id in [one.id for one in self.log.citations[message.id]]
            )
        ]

    def _number(self, message: Message) -> int:
        return self.log.rows.index(message)

    def _before(self, about: About, cursor: str) -> int:
        ids = [row.id if row.project_id == about.project_id else None for row in self.log.rows]
        if not cursor:
            return len(ids)
        if cursor not in ids:
            raise NotFound("message to go on after", cursor, "Leave out cursor to begin again.")
        return [str(id) for id in ids].index(cursor)
