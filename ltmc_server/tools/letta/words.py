"""Words that only the signatures of the `letta_*` tools use."""

from typing import Annotated, TypeAlias

from pydantic import Field

AgentId: TypeAlias = Annotated[
    str,
    Field(
        pattern=r"^agent-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
        description="Which agent, as letta_list_agents names it.",
    ),
]
Fresh: TypeAlias = Annotated[bool, Field(description="Take no answer from the cache.")]
