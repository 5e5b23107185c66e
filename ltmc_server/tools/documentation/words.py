"""Words that only documentation_action's and sync_action's signatures use."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from ltmc_server.diagrams import graph
from ltmc_server.documentation.sources import FILES_MAX
from ltmc_server.syntax.parsing import SOURCE_BYTES_MAX
from ltmc_server.tools.vocabulary import FromJsonText

_PATH = Field(min_length=1, max_length=4_096)


def _listed(value: object) -> object:
    """Accept one path for a list of them; it may hold commas."""
    return [value] if isinstance(value, str) and not value.lstrip().startswith("[") else value


Path: TypeAlias = Annotated[str, _PATH]
Paths: TypeAlias = Annotated[
    tuple[Path, ...],
    FromJsonText,
    BeforeValidator(_listed),
    Field(
        min_length=1,
        max_length=FILES_MAX,
        description="Code: files and folders of the workspace; `.` is all.",
    ),
]
SourceFiles: TypeAlias = Annotated[
    dict[Path, Annotated[str, Field(max_length=SOURCE_BYTES_MAX)]],
    FromJsonText,
    Field(
        min_length=1, max_length=FILES_MAX, description="Code as {file name: text}, or give paths."
    ),
]
Document: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=4_096, description="Markdown file in the workspace.")
]
OutputFormat: TypeAlias = Annotated[
    Literal["markdown", "json"], Field(description="json lists the names in pages.")
]
WriteTo: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=4_096,
        description="File of the workspace to put it into.",
    ),
]
DryRun: TypeAlias = Annotated[bool, Field(description="Show the diff and write nothing.")]
ForceUpdate: TypeAlias = Annotated[
    bool, Field(description="Also replace generated sections that were edited by hand.")
]
DiagramFormat: TypeAlias = Literal["svg", "mermaid", "plantuml"]
DiagramType: TypeAlias = Annotated[
    graph.DiagramType,
    Field(description="Packages, modules, classes, or which function calls which."),
]
Format: TypeAlias = Annotated[
    DiagramFormat, Field(description="A picture, or text that Mermaid or PlantUML draws.")
]
IncludeDependencies: TypeAlias = Annotated[
    bool, Field(description="Name the external packages, too.")
]
MaxNodes: TypeAlias = Annotated[
    int, Field(ge=5, le=120, description="Boxes at most; more are folded into their folders.")
]
