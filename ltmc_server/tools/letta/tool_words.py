"""Words of the `letta_*` tools that are about tools, agent files, models and usage."""

from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ltmc_server.tools.vocabulary import FromJsonText

_TOOL_ID: Final = (
    r"^tool-[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
)
_Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]

ToolId: TypeAlias = Annotated[
    str, Field(pattern=_TOOL_ID, description="Which tool, by id; or tool_name.")
]
ToolName: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=200, description="Which tool, by name; or tool_id.")
]
ToolCursor: TypeAlias = Annotated[
    str, Field(pattern=_TOOL_ID, description="Where to go on: the last `next`.")
]
PartOfName: TypeAlias = Annotated[
    str, Field(max_length=200, description="Part of the name, in any case.")
]
Verify: TypeAlias = Annotated[
    bool, Field(description="Look at the agent's tools afterwards; false saves a request.")
]
SourceCode: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100_000,
        description="A Python function with type hints and a docstring that has an Args section.",
    ),
]
ToolDescription: TypeAlias = Annotated[
    str, Field(max_length=10_000, description="What it does; by default the docstring says it.")
]
Packages: TypeAlias = Annotated[
    tuple[_Name, ...],
    FromJsonText,
    Field(max_length=50, description="Packages it imports, as `name` or `name==version`."),
]
ResultChars: TypeAlias = Annotated[
    int, Field(ge=1, le=1_000_000, description="Characters of its result that an agent sees.")
]
NeedsApproval: TypeAlias = Annotated[
    bool, Field(description="Whether a person must approve each call.")
]
Overwrite: TypeAlias = Annotated[bool, Field(description="Say true to replace what is there.")]
OverwriteTools: TypeAlias = Annotated[
    bool, Field(description="Give tools of the server that have the same names the file's code.")
]
AgentFilePath: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=4_000, description="Agent file in the workspace, as a.af.")
]
CopyMessages: TypeAlias = Annotated[
    bool, Field(description="Whether the messages in its context go with it.")
]
ModelKind: TypeAlias = Annotated[
    Literal["llm", "embedding", "all"], Field(description="Models that write, that embed, or both.")
]
RunLimit: TypeAlias = Annotated[
    int, Field(ge=1, le=50, description="Newest runs to add up; each is a request.")
]

RuleType: TypeAlias = Literal[
    "run_first",
    "exit_loop",
    "continue_loop",
    "constrain_child_tools",
    "parent_last_tool",
    "conditional",
    "required_before_exit",
    "max_count_per_step",
    "requires_approval",
]

_OTHER_NAMES: Final = {
    "init": "run_first",
    "terminal": "exit_loop",
    "continue": "continue_loop",
    "child": "constrain_child_tools",
    "parent": "parent_last_tool",
    "max_count": "max_count_per_step",
}
"""What Letta's classes and pages call them."""

_NEEDS: Final = {
    "constrain_child_tools": "children",
    "parent_last_tool": "children",
    "conditional": "child_output_mapping",
    "max_count_per_step": "max_count_limit",
}
_MAY_HAVE: Final = {
    "run_first": {"args"},
    "conditional": {"default_child", "require_output_mapping"},
}


class ToolRule(BaseModel):
    """When an agent may, must or must not call a tool."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Annotated[
        RuleType,
        BeforeValidator(lambda value: _OTHER_NAMES.get(value, value) if _is_text(value) else value),
        Field(description="What the rule says."),
    ]
    tool_name: Annotated[_Name, Field(description="The tool that it is about.")]
    children: Annotated[
        tuple[_Name, ...],
        Field(max_length=100, description="constrain_child_tools, parent_last_tool: what follows."),
    ] = ()
    child_output_mapping: Annotated[
        dict[str, _Name],
        Field(max_length=100, description="conditional: the tool that follows each result."),
    ] = {}
    default_child: Annotated[
        str, Field(max_length=200, description="conditional: the tool after any other result.")
    ] = ""
    require_output_mapping: Annotated[
        bool, Field(description="conditional: refuse any other result.")
    ] = False
    max_count_limit: Annotated[
        int, Field(ge=0, le=1_000, description="max_count_per_step: calls at most, from 1.")
    ] = 0
    args: Annotated[
        dict[str, Any], Field(max_length=100, description="run_first: arguments set beforehand.")
    ] = {}

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        needs = _NEEDS.get(self.type)
        if needs and not getattr(self, needs):
            raise ValueError(f"a {self.type} rule needs {needs}")
        allowed = {"type", "tool_name", needs} | _MAY_HAVE.get(self.type, set())
        for name in sorted(self.model_fields_set - allowed):
            if getattr(self, name):
                raise ValueError(f"a {self.type} rule takes no {name}")
        return self

    def as_letta_says(self) -> dict[str, Any]:
        """Return it in the words of Letta's interface, without what it does not have."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in said.items() if value} | (
            {"children": list(self.children)} if self.children else {}
        )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


ToolRules: TypeAlias = Annotated[
    tuple[ToolRule, ...],
    FromJsonText,
    Field(max_length=100, description="All rules the agent is to have; [] for none."),
]
