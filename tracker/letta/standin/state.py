"""What the stand-in remembers between requests: in memory, and bounded."""

from dataclasses import dataclass, field
from typing import Final, TypeVar

from tracker.letta.standin.answers import Body, golden
from tracker.letta.standin.requests import Page, Refused

AGENTS_MAX: Final = 10_000
TOOLS_MAX: Final = 10_000
BLOCKS_MAX: Final = 50_000
PER_AGENT_MAX: Final = 10_000
"""Of messages, of passages and of runs, each."""

Held = TypeVar("Held")


@dataclass(slots=True)
class Agent:
    """An agent: what of it is not in the golden answer."""

    fields: Body
    tags: list[str]
    blocks: list[str]
    tools: list[str] = field(default_factory=list)
    messages: list[Body] = field(default_factory=list)
    passages: list[Body] = field(default_factory=list)
    runs: list[Body] = field(default_factory=list)


@dataclass(slots=True)
class State:
    """Everything, by id, in the order it was made in."""

    agents: dict[str, Agent] = field(default_factory=dict)
    blocks: dict[str, Body] = field(default_factory=dict)
    tools: dict[str, Body] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Golden lists have the newest first.
        self.tools.update({tool["id"]: tool for tool in reversed(golden()["base_tools"])})

    def agent(self, id: str) -> Agent:
        """Return an agent, or refuse as most operations do."""
        if id not in self.agents:
            raise Refused(404, f"Agent with ID {id} not found")
        return self.agents[id]

    def owner(self, id: str) -> Agent:
        """Return an agent, or refuse as the operations do that say no id."""
        if id not in self.agents:
            raise Refused(404, "Agent not found")
        return self.agents[id]

    def row(self, id: str) -> Agent:
        """Return an agent, or refuse as the operations do that show a message of the database."""
        if id not in self.agents:
            raise absent("agent", id)
        return self.agents[id]


def absent(kind: str, id: str) -> Refused:
    """Return the refusal in which the database says that a row is not there."""
    none = "00000000-0000-4000-8000-000000000000"
    moment = "datetime.datetime(2026, 1, 1, 0, 0, 0, 359996, tzinfo=datetime.timezone.utc)"
    return Refused(
        404,
        f"{kind.capitalize()} not found with id='['{id}']', access level in ['read'] for"
        f" actor='id='user-{none}' organization_id='org-{none}' name='default_user'"
        f" created_at={moment} updated_at={moment} is_deleted=False'",
    )


def make_room(held: int, bound: int, what: str, *, more: int = 1) -> None:
    """Refuse what would be more than the stand-in holds; the real server has no such bound."""
    if held + more > bound:
        raise Refused(507, f"The stand-in holds {bound} {what} at most; start another.")


def page(ids: list[str], asked: Page, limit: int) -> list[str]:
    """Return the part of a list that is asked for.

    Order: `ids` are oldest first; the answer is in the order asked for. A cursor nobody knows
    is ignored.
    """
    ordered = ids if asked.order == "asc" else ids[::-1]
    if asked.after in ordered:
        ordered = ordered[ordered.index(asked.after) + 1 :]
    if asked.before in ordered:
        ordered = ordered[: ordered.index(asked.before)]
    return ordered[: limit if asked.limit is None else asked.limit]
