"""What clients may ask, checked as the real server checks it: wrong requests are told why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

UUID4: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
KINDS: Final = ("agent", "tool", "block", "run")
"""Kinds of ids whose form is checked."""

TEXT_MAX: Final = 1_000_000
Text = Annotated[str, Field(max_length=TEXT_MAX)]
"""A value, a source, a message; the real server has no bound."""

Parsed = TypeVar("Parsed", bound="Request")


class Refused(Exception):
    """The answer is an error."""

    def __init__(self, status: int, detail: str, **more: object) -> None:
        super().__init__(detail)
        self.status = status
        self.body: dict[str, object] = {**more, "detail": detail}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, parsed as far as all have in common."""

    path: Mapping[str, str]
    query: Mapping[str, str | list[str]]
    body: Any = None
    form: Mapping[str, str | bytes] = field(default_factory=dict)
    modern: bool = True
    """Whether the client is of version 1 or later: then answers are lighter."""

    def page(self, model: type[Parsed]) -> Parsed:
        """Return the query as `model`, or refuse."""
        return _parsed(model, self.query, "query")

    def content(self, model: type[Parsed]) -> Parsed:
        """Return the body as `model`, or refuse."""
        return _parsed(model, self.body, "body")


class Request(BaseModel):
    """A part of a request; fields nobody knows are ignored."""

    model_config = ConfigDict(extra="ignore")


class Page(Request):
    """Which part of a list is asked for."""

    limit: int | None = Field(None, ge=0)
    order: Literal["asc", "desc"] = "desc"
    before: str | None = None
    after: str | None = None


Relation = Literal[
    "agent.blocks",
    "agent.identities",
    "agent.managed_group",
    "agent.pending_approval",
    "agent.secrets",
    "agent.sources",
    "agent.tags",
    "agent.tools",
]


class Included(Request):
    """Which related things come with an agent."""

    include: list[Relation] = []


class AgentPage(Page, Included):
    """Which agents are asked for."""

    name: str | None = None
    query_text: str | None = None
    tags: list[str] = []
    match_all_tags: bool = False


class ToolPage(Page):
    """Which tools are asked for."""

    name: str | None = None
    names: list[str] = []
    search: str | None = None
    tool_types: list[str] = []
    exclude_tool_types: list[str] = []


class BlockPage(Page):
    """Which blocks are asked for."""

    label: str | None = None


class RunPage(Page):
    """Whose runs are asked for."""

    agent_id: str | None = None


class PassagePage(Page):
    """Which passages are asked for."""

    search: str | None = None
    ascending: bool = True


class PassageSearch(Request):
    """What is looked for in archival memory."""

    query: str
    tags: list[str] = []
    tag_match_mode: Literal["any", "all"] = "any"
    top_k: int | None = None


class Anywhere(Request):
    """What is looked for in passages, of one agent or of all."""

    query: str | None = None
    agent_id: str | None = None
    tags: list[str] = []
    limit: int = 50


class Rule(BaseModel):
    """A rule of an agent about one tool."""

    model_config = ConfigDict(extra="allow")

    tool_name: str
    type: str
    prompt_template: str | None = None


class RunFirst(Rule):
    """The tool is called before any other."""

    type: Literal["run_first"]
    args: dict[str, Any] | None = None


class Children(Rule):
    """After the tool only some may follow."""

    type: Literal["constrain_child_tools"]
    children: list[str]
    child_arg_nodes: list[Any] | None = None


class CountMax(Rule):
    """The tool is called so often at most."""

    type: Literal["max_count_per_step"]
    max_count_limit: int


class Other(Rule):
    """A rule that says no more than its type."""

    type: Literal[
        "exit_loop",
        "conditional",
        "continue_loop",
        "required_before_exit",
        "parent_last_tool",
        "requires_approval",
    ]


ToolRule = Annotated[RunFirst | Children | CountMax | Other, Field(discriminator="type")]


class BlockFields(Request):
    """What is said of a block."""

    label: str | None = None
    value: Text | None = None
    description: str | None = None
    limit: int | None = None
    read_only: bool | None = None
    metadata: dict[str, Any] | None = None


class AgentFields(Request):
    """What is said of an agent, when it is made and when it is changed."""

    name: str | None = None
    description: str | None = None
    system: str | None = None
    metadata: dict[str, Any] | None = None
    tags: list[str] | None = None
    model: str | None = None
    embedding: str | None = None
    llm_config: dict[str, Any] | None = None
    embedding_config: dict[str, Any] | None = None
    tool_rules: list[ToolRule] | None = None
    memory_blocks: list[BlockFields] = []
    block_ids: list[str] | None = None
    tools: list[str] = []
    tool_ids: list[str] | None = None
    include_base_tools: bool = True
    agent_type: str | None = None
    timezone: str | None = None


class ToolFields(Request):
    """What is said of a tool."""

    source_code: Text
    description: str | None = None
    tags: list[str] | None = None
    json_schema: dict[str, Any] | None = None
    return_char_limit: int | None = None


class PassageFields(Request):
    """What is said of a passage."""

    text: Text
    tags: list[str] | None = None
    created_at: str | None = None


class Message(Request):
    """A message that is sent to an agent."""

    role: Literal["user", "system", "assistant"] = "user"
    content: Text | list[dict[str, Any]]


class Sent(Request):
    """What is sent to an agent, and how it is to answer."""

    messages: list[Message] | None = None
    input: Text | list[dict[str, Any]] | None = None
    streaming: bool = False
    stream_tokens: bool = False
    include_pings: bool = True

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.messages is None and self.input is None:
            raise ValueError("Must provide either 'messages' or 'input'")
        return self


class Searched(Request):
    """What is looked for in messages."""

    query: str


def check_ids(path: Mapping[str, str]) -> None:
    """Refuse ids in a path that no server could have given."""
    for name, value in path.items():
        kind = name.removesuffix("_id")
        if kind in KINDS and not UUID4.fullmatch(value.removeprefix(f"{kind}-")):
            error = {
                "type": "string_pattern_mismatch",
                "loc": ("path", name),
                "msg": f"String should match pattern '^{kind}-{UUID4.pattern}$'",
                "input": value,
            }
            examples = [f"{kind}-123e4567-e89b-42d3-8456-426614174000"]
            raise Refused(422, str([error]), trace_id="", examples=examples)


def _parsed(model: type[Parsed], given: object, where: str) -> Parsed:
    try:
        return model.model_validate(given)
    except ValidationError as invalid:
        errors = [
            {"type": error["type"], "loc": (where, *error["loc"]), "msg": error["msg"]}
            for error in invalid.errors(include_url=False, include_context=False)
        ]
        raise Refused(422, str(errors), trace_id="") from invalid
