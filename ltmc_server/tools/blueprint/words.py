"""Words that only blueprint_action's signatures use."""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ltmc_server.planning import complexity
from ltmc_server.stores import blueprints
from ltmc_server.tools.vocabulary import ITEMS_MAX, FromJsonText, Tags

BlueprintId: TypeAlias = Annotated[
    blueprints.BlueprintId, Field(min_length=1, max_length=100, description="Which blueprint.")
]
Dependent: TypeAlias = Annotated[
    blueprints.BlueprintId, Field(min_length=1, max_length=100, description="The one that waits.")
]
Prerequisite: TypeAlias = Annotated[
    blueprints.BlueprintId,
    Field(min_length=1, max_length=100, description="The one that must be done first."),
]
BlueprintIds: TypeAlias = Annotated[
    Sequence[blueprints.BlueprintId],
    FromJsonText,
    Field(
        min_length=1,
        max_length=ITEMS_MAX,
        description="Which to plan; left out, all of the project that are not done or dropped.",
    ),
]
Title: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=500, description="The work in one line.")
]
Description: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=50_000, description="What is to be done, and how.")
]
Complexity: TypeAlias = Annotated[
    complexity.Complexity, Field(description="How much there is to think of.")
]
ComplexityScore: TypeAlias = Annotated[
    float, Field(ge=0, le=1, description="The same as a number.")
]
MinComplexity: TypeAlias = Annotated[
    float, Field(ge=0, le=1, description="Only those with at least this complexity_score.")
]
PriorityScore: TypeAlias = Annotated[
    float, Field(ge=0, le=1, description="Which to do first, of those that could be: the greatest.")
]
Minutes: TypeAlias = Annotated[
    int, Field(ge=0, le=1_000_000, description="How long the work itself takes.")
]
Skills: TypeAlias = Annotated[Tags, Field(description="What one must know to do it.")]
Status: TypeAlias = Annotated[blueprints.Status, Field(description="How far it has come.")]
DependencyType: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=50, description="A label; every dependency orders.")
]
IsCritical: TypeAlias = Annotated[bool, Field(description="A mark of yours on a dependency.")]
Direction: TypeAlias = Annotated[
    Literal["prerequisites", "dependents", "both"],
    Field(description="What it waits for, what waits for it, or both."),
]
Transitive: TypeAlias = Annotated[bool, Field(description="Also what those wait for, and so on.")]
