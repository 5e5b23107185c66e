"""Words that only graph_action's signatures use."""

import unicodedata
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ltmc_server.stores import graph
from ltmc_server.tools.vocabulary import FromJsonText, Metadata

DOCUMENTS_MAX = 100
"""Texts that one call of auto_link compares."""


def _name(text: str) -> str:
    """Drop blanks around a name, and refuse what nobody could type again."""
    if any(unicodedata.category(each) == "Cc" for each in text):
        raise ValueError("must not hold control characters")
    if not text.strip():
        raise ValueError("must hold more than blanks")
    return text.strip()


_Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_name)]

Entity: TypeAlias = Annotated[
    _Name, Field(description="Id of a memory, todo or message, or any name.")
]
Source: TypeAlias = Annotated[_Name, Field(description="Entity where the link, or path, begins.")]
Target: TypeAlias = Annotated[_Name, Field(description="Entity where it ends.")]
Relation: TypeAlias = Annotated[
    str,
    Field(min_length=1, max_length=100, description="What the source is to the target."),
    AfterValidator(_name),
]
OnlyRelation: TypeAlias = Annotated[
    str,
    Field(min_length=1, max_length=100, description="Only links of this relation."),
    AfterValidator(_name),
]
Weight: TypeAlias = Annotated[float, Field(ge=0, le=1, description="How strong the link is.")]
Properties: TypeAlias = Annotated[
    Metadata, Field(description="Anything to keep with the link, a JSON object up to 8 KB.")
]
LinkId: TypeAlias = Annotated[
    graph.LinkId, Field(min_length=1, max_length=100, description="Which link.")
]
Direction: TypeAlias = Annotated[
    graph.Direction, Field(description="Links to the entity, from it, or both.")
]
Depth: TypeAlias = Annotated[
    int, Field(ge=1, le=5, description="How many links away from the entity.")
]
MaxDepth: TypeAlias = Annotated[
    int, Field(ge=1, le=10, description="Links that a path may have at most.")
]
MaxTokens: TypeAlias = Annotated[
    int, Field(ge=1, le=200_000, description="Tokens that the text may take.")
]
Threshold: TypeAlias = Annotated[
    float, Field(ge=0, le=1, description="Cosine from which texts count as similar.")
]
MaxLinks: TypeAlias = Annotated[
    int, Field(ge=1, le=50, description="Links of similarity that a text has at most.")
]


class LinkDocument(BaseModel):
    """A text to compare, and the entity it stands for."""

    model_config = ConfigDict(extra="forbid")

    id: _Name
    content: Annotated[str, Field(min_length=1, max_length=1_000_000)]


LinkDocuments: TypeAlias = Annotated[
    list[LinkDocument],
    FromJsonText,
    Field(
        min_length=1,
        max_length=DOCUMENTS_MAX,
        description="Texts to link to each other; left out, the project's memories are linked.",
    ),
]
