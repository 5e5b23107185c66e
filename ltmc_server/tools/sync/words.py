"""Words that only sync_action's signatures use."""

from typing import Annotated, TypeAlias

from pydantic import Field

from ltmc_server.documentation import plans
from ltmc_server.tools.vocabulary import FromJsonText

Sections: TypeAlias = Annotated[
    tuple[plans.Part, ...],
    FromJsonText,
    Field(min_length=1, max_length=5, description="Parts of it, in this order; all, if left out."),
]
Detailed: TypeAlias = Annotated[bool, Field(description="Also the score of each file.")]
DebounceMs: TypeAlias = Annotated[
    int, Field(ge=10, le=10_000, description="Pause to wait for after a change.")
]
WatchId: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=100, description="From monitor or status.")
]
IncludePendingChanges: TypeAlias = Annotated[
    bool, Field(description="Name the changes that wait for a refresh.")
]
