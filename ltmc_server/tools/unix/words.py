"""Words that only unix_action's signatures use."""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from ltmc_server.tools.vocabulary import FromJsonText
from ltmc_server.workspace.walking import DEPTH_MAX

PATTERN_CHARS_MAX = 500
LIST_MAX = 10_000

_PATH = Field(min_length=1, max_length=4_096, description="File or folder in the workspace.")
_TYPES = {"f": "file", "d": "folder", "directory": "folder", "l": "link"}

Path: TypeAlias = Annotated[str, _PATH]
FilePath: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=4_096, description="File in the workspace.")
]
Pattern: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=PATTERN_CHARS_MAX,
        description="grep: a regular expression (RE2). find: a glob, or a part of the name.",
    ),
]
Glob: TypeAlias = Annotated[
    str,
    Field(max_length=PATTERN_CHARS_MAX, description="Only such files: *.py, src/**/*.{js,ts}."),
]
IgnoreCase: TypeAlias = Annotated[bool, Field(description="Upper and lower case are the same.")]
Context: TypeAlias = Annotated[
    int, Field(ge=0, le=20, description="Lines to show before and after.")
]
EntryType: TypeAlias = Annotated[
    Literal["file", "folder", "link"],
    BeforeValidator(lambda value: _TYPES.get(value, value) if isinstance(value, str) else value),
    Field(description="Only these."),
]
Extension: TypeAlias = Annotated[
    str, Field(max_length=50, description="Only names that end so: py.")
]
MaxDepth: TypeAlias = Annotated[
    int, Field(ge=1, le=DEPTH_MAX, description="How many levels to go down.")
]
All: TypeAlias = Annotated[
    bool, Field(description="Hidden entries, and those that .gitignore names, too.")
]
Long: TypeAlias = Annotated[bool, Field(description="Sizes, times and permissions, too.")]
DirectoriesOnly: TypeAlias = Annotated[bool, Field(description="Leave out files.")]
TreeView: TypeAlias = Annotated[bool, Field(description="Draw what is below, too.")]
Classify: TypeAlias = Annotated[bool, Field(description="Mark names: / folder, @ link, * program.")]
Command: TypeAlias = Annotated[str, Field(max_length=100, description="Action to explain.")]
Query: TypeAlias = Annotated[
    str,
    Field(max_length=4_000, description="jq: the filter. fuzzy_select: what to look for."),
]
JsonInput: TypeAlias = Annotated[
    str, Field(max_length=1_000_000, description="JSON, in place of file_path.")
]
RawOutput: TypeAlias = Annotated[bool, Field(description="Strings without quotes.")]
File1: TypeAlias = Annotated[str, Field(min_length=1, max_length=4_096, description="The old one.")]
File2: TypeAlias = Annotated[str, Field(min_length=1, max_length=4_096, description="The new one.")]
SideBySide: TypeAlias = Annotated[bool, Field(description="Rows of both, not a unified diff.")]
InputList: TypeAlias = Annotated[
    Sequence[Annotated[str, Field(max_length=1_000)]],
    FromJsonText,
    Field(max_length=LIST_MAX, description="Texts to choose from."),
]
MultiSelect: TypeAlias = Annotated[bool, Field(description="More than the best one.")]
Content: TypeAlias = Annotated[
    str, Field(max_length=1_000_000, description="Source code, in place of file_path.")
]
Language: TypeAlias = Annotated[
    str, Field(max_length=50, description="As python, go, cpp; auto tells by the file's name.")
]
Format: TypeAlias = Annotated[
    Literal["ansi", "html"], Field(description="Codes of a terminal, or HTML.")
]
QueryType: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=4_000,
        description="functions, classes, imports, calls, or a tree-sitter query.",
    ),
]
