"""Words of the `letta_*` tools on agents, their messages and their memory."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ltmc_server.letta.agents import Part
from ltmc_server.letta.transcripts import Format
from ltmc_server.tools.vocabulary import FromJsonText

_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

BLOCK_LABEL: Final = r"^[^/?#%\\]*[^/?#%\\.][^/?#%\\]*$"
"""It is a part of a path: nothing in it may lead elsewhere."""

AgentName: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        # Letta takes no file name for one, and says so with a status that means it failed.
        pattern=r'^[^/\\:*?"<>|]+$',
        description="What the agent is called.",
    ),
]
NamePart: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=200, description="A part of the agent's name.")
]
AgentCursor: TypeAlias = Annotated[
    str, Field(pattern=rf"^agent-{_UUID}$", description="Where to go on: the last `next`.")
]
About: TypeAlias = Annotated[
    str, Field(max_length=4_000, description="What it is for, in a sentence or two.")
]
SystemPrompt: TypeAlias = Annotated[
    str, Field(max_length=100_000, description="The agent's system prompt.")
]
ModelName: TypeAlias = Annotated[
    str,
    Field(min_length=1, max_length=200, description="Model, as letta_list_models names it."),
]
EmbeddingName: TypeAlias = Annotated[
    str,
    Field(
        min_length=1, max_length=200, description="Embedding model, as letta_list_models names it."
    ),
]
ToolNames: TypeAlias = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200)]],
    FromJsonText,
    Field(max_length=50, description="Tools to attach, by name or id."),
]
BaseTools: TypeAlias = Annotated[
    bool, Field(description="Attach Letta's own tools for memory and search, too.")
]
Include: TypeAlias = Annotated[
    list[Part], FromJsonText, Field(max_length=4, description="What to tell of it besides.")
]
ConfirmDelete: TypeAlias = Annotated[
    bool, Field(description="Say true to delete it; without, only its name is told.")
]

BlockLabel: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        pattern=BLOCK_LABEL,
        description="Which block, such as human or persona.",
    ),
]
BlockValue: TypeAlias = Annotated[str, Field(max_length=200_000, description="Its whole text.")]
ExpectedValue: TypeAlias = Annotated[
    str, Field(max_length=200_000, description="Change it only if it still has this text.")
]
BlockAbout: TypeAlias = Annotated[
    str, Field(max_length=4_000, description="What the agent is to use the block for.")
]


class BlockDraft(BaseModel):
    """A block of memory for a new agent."""

    model_config = ConfigDict(extra="forbid")

    label: Annotated[str, Field(min_length=1, max_length=100, pattern=BLOCK_LABEL)]
    value: Annotated[str, Field(max_length=200_000)]
    description: Annotated[str, Field(max_length=4_000)] = ""


def _each_once(blocks: Sequence[BlockDraft]) -> Sequence[BlockDraft]:
    # Letta would make the agent all the same, with one of the two.
    labels = [each.label for each in blocks]
    twice = sorted({each for each in labels if labels.count(each) > 1})
    if twice:
        raise ValueError(f"labels are used more than once: {', '.join(twice)}")
    return blocks


Blocks: TypeAlias = Annotated[
    list[BlockDraft],
    FromJsonText,
    AfterValidator(_each_once),
    Field(max_length=50, description="Blocks of memory that it begins with."),
]

MessageText: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=100_000, description="What to say to the agent.")
]
Stream: TypeAlias = Annotated[
    bool, Field(description="Tell the text as progress while it comes; the result is the same.")
]
Before: TypeAlias = Annotated[
    str, Field(pattern=rf"^message-{_UUID}$", description="Only older ones: the last `next`.")
]
AsFormat: TypeAlias = Annotated[Format, Field(description="How the text is written.")]
IncludeTools: TypeAlias = Annotated[
    bool, Field(description="Also what the agent thought, which tools it called, what they gave.")
]
ExportLimit: TypeAlias = Annotated[
    int, Field(ge=1, le=2_000, description="How many messages at most, the newest.")
]

SearchScope: TypeAlias = Annotated[
    Literal["archival", "messages", "all"], Field(description="Where to look.")
]
PassageText: TypeAlias = Annotated[
    str,
    Field(min_length=1, max_length=100_000, description="What the agent is to find again."),
]
PassageQuery: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=4_000, description="Best first; without, the newest first.")
]
PassageCursor: TypeAlias = Annotated[
    str, Field(pattern=rf"^passage-{_UUID}$", description="Where to go on: the last `next`.")
]
PassageLimit: TypeAlias = Annotated[
    # Letta sends the embedding with each that is listed: 40 kB that nobody reads.
    int,
    Field(ge=1, le=50, description="How many passages at most."),
]
PassageId: TypeAlias = Annotated[
    str, Field(pattern=rf"^passage-{_UUID}$", description="Which passage.")
]
