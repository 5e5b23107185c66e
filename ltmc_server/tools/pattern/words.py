"""Words that only pattern_action's signatures use."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ltmc_server.stores import attempts
from ltmc_server.syntax import outline
from ltmc_server.syntax.parsing import SOURCE_BYTES_MAX
from ltmc_server.tools.vocabulary import FromJsonText

SourceCode: TypeAlias = Annotated[
    str, Field(max_length=SOURCE_BYTES_MAX, description="The code, or give file_path.")
]
FilePath: TypeAlias = Annotated[
    str,
    Field(min_length=1, max_length=1_000, description="File of the workspace to read."),
]
Directory: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1_000,
        description="Folder whose files are read, in place of one source; `.` is all.",
    ),
]
Language: TypeAlias = Annotated[
    Literal["auto", "python", "javascript", "typescript", "tsx", "go", "rust", "java", "c", "cpp"],
    Field(description="Of the code; auto tells it by the file's name, else by its lines."),
]
CommentTypes: TypeAlias = Annotated[
    tuple[outline.CommentKind, ...],
    FromJsonText,
    Field(max_length=4, description="Only these; all, if left out."),
]
InputPrompt: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=20_000, description="What the code was to do.")
]
GeneratedCode: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=100_000, description="The code that was tried.")
]
Result: TypeAlias = Annotated[attempts.Result, Field(description="Whether it worked.")]
FunctionName: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=500, description="Function that it is about.")
]
FileName: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=1_000, description="File that it is about.")
]
ErrorMessage: TypeAlias = Annotated[
    str, Field(max_length=20_000, description="What went wrong, as it was said.")
]
ExecutionTimeMs: TypeAlias = Annotated[
    float, Field(ge=0, le=1e12, allow_inf_nan=False, description="How long it ran.")
]
