"""Words that only memory_action's signatures use."""

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from ltmc_server import model
from ltmc_server.tools.vocabulary import ITEMS_MAX, FromJsonText, Time

FileName: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=500,
        description="Name of the text; storing under it again makes a new version.",
    ),
]
Content: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=1_000_000, description="The text.")
]
MemoryId: TypeAlias = Annotated[
    str,
    Field(pattern=r"^mem_[0-9A-Z]{26}$", description="Id that `store` returned, or `file_name`."),
]
ResourceType: TypeAlias = Annotated[model.ResourceType, Field(description="What the text is.")]
ExpiresAt: TypeAlias = Annotated[Time, Field(description="When it is to be forgotten.")]
EventTime: TypeAlias = Annotated[Time, Field(description="When what it tells of happened.")]
CreatedAfter: TypeAlias = Annotated[Time, Field(description="Only what was stored from then on.")]
CreatedBefore: TypeAlias = Annotated[Time, Field(description="Only what was stored before.")]
ExpectedVersion: TypeAlias = Annotated[
    int, Field(ge=0, description="Refuse if another version is stored; 0 says none is.")
]
VersionNumber: TypeAlias = Annotated[int, Field(ge=1, description="Which version.")]
IdempotencyKey: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="A repeated call with the same key stores nothing anew.",
    ),
]
ArchivePath: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=4_000, description="File of JSON lines in the workspace.")
]
SearchMode: TypeAlias = Annotated[
    model.Mode, Field(description="Match by meaning, by words, or by both.")
]
MinScore: TypeAlias = Annotated[
    float, Field(ge=0, le=1, description="Leave out what scores lower.")
]
Explain: TypeAlias = Annotated[bool, Field(description="Say what each score is made of.")]
MaxTokens: TypeAlias = Annotated[
    int, Field(ge=1, le=200_000, description="Tokens that the texts together may take.")
]


class ContextDocument(BaseModel):
    """A text to pack, and where it is from."""

    model_config = ConfigDict(extra="forbid")

    content: Annotated[str, Field(max_length=1_000_000)]
    file_name: Annotated[str, Field(max_length=500)] = ""


ContextDocuments: TypeAlias = Annotated[
    list[ContextDocument],
    FromJsonText,
    Field(min_length=1, max_length=ITEMS_MAX, description="Texts to pack, most important first."),
]
