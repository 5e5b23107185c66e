"""A memory as a file: a line of JSON a document, below a line that says what the file is."""

import os
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, Final, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ltmc_server.errors import Conflict, NoSuchPath, Unreadable
from ltmc_server.model import DocumentId, Version
from ltmc_server.stores.archive import Archived
from ltmc_server.threads import breathe
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.memory import words as w
from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.holdings import File

FORMAT: Final = "ltmc-memory"
VERSION: Final = 1
"""Of the format; raised when a reader of today would take a file wrongly."""

LINE_BYTES_MAX: Final = 64 * 1024 * 1024
"""A document with all its versions; one that is longer is named and left out."""
BATCH_BYTES: Final = 1 << 20
BATCH_LINES: Final = 50
"""Lines that are parsed at a time, off the event loop."""

_Line = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class HeaderLine(BaseModel):
    """What a file of ours begins with."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    format: str
    version: int
    embedding_model: str = ""
    project_id: str = ""
    exported_at: datetime | None = None


class VersionLine(BaseModel):
    """A text as it was."""

    model_config = _Line

    version: Annotated[int, Field(ge=1, lt=2**31)]
    created_at: v.Time
    content: w.Content


class DocumentLine(BaseModel):
    """A document with all its versions, in the bounds that `store` has."""

    model_config = _Line

    id: w.MemoryId
    file_name: w.FileName
    resource_type: w.ResourceType
    conversation_id: v.ConversationId | None = None
    tags: v.Tags = ()
    metadata: v.Metadata = {}
    created_at: v.Time
    updated_at: v.Time
    event_time: v.Time | None = None
    expires_at: v.Time | None = None
    versions: Annotated[tuple[VersionLine, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(older.version >= newer.version for older, newer in pairwise(self.versions)):
            raise ValueError("versions must be oldest first")
        return self

    def archived(self) -> Archived:
        """Return it as the stores take it."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        versions = tuple(Version(**dict(each)) for each in self.versions)
        return Archived(**said | {"id": DocumentId(self.id), "versions": versions})


def header_of(project: str, model: str, moment: datetime) -> bytes:
    """Return the first line."""
    return _line(
        {
            "format": FORMAT,
            "version": VERSION,
            "embedding_model": model,
            "project_id": project,
            "exported_at": moment,
        }
    )


def line_of(document: Archived) -> bytes:
    """Return the line of a document; what it does not have is left out."""
    said = {name: getattr(document, name) for name in DocumentLine.model_fields}
    versions = [
        {"version": each.version, "created_at": each.created_at, "content": each.content}
        for each in document.versions
    ]
    return _line({key: value for key, value in said.items() if value} | {"versions": versions})


def batches(file: File, path: str) -> Generator[Sequence[tuple[int, Archived]], None, None]:
    """Yield the documents of a file with the numbers of their lines, a few at a time.

    Raises:
        Unreadable: a line is broken; its number is named.
    """
    batch: list[tuple[int, Archived]] = []
    size = 0
    for number, line in _lines(file, path):
        breathe()
        if number == 1:
            _check_header(line, path)
        elif line.strip():
            batch.append((number, _parsed(DocumentLine, line, path, number).archived()))
            size += len(line)
        if len(batch) >= BATCH_LINES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    yield batch


def check_replaceable(workspace: Workspace, path: str) -> None:
    """Refuse to replace a file that is no archive of ours.

    Raises:
        Conflict: it is somebody's work.
    """
    try:
        with workspace.file(path) as file:
            begins = next(_lines(file, path), (1, b""))[1]
            _check_header(begins, path)
    except NoSuchPath:
        return
    except Unreadable as error:
        raise Conflict(
            f"{path!r} is there and is no file that export wrote; nothing was written.",
            "Choose another path.",
        ) from error


def _lines(file: File, path: str) -> Iterator[tuple[int, bytes]]:
    """Yield the lines with their numbers, from 1; no further than the file was long at first."""
    with os.fdopen(os.dup(file.fd), "rb") as stream:
        stream.seek(0)
        number = 0
        while stream.tell() < file.size_bytes and (line := stream.readline(LINE_BYTES_MAX + 1)):
            number += 1
            if len(line) > LINE_BYTES_MAX:
                raise _broken(path, number, f"is longer than {LINE_BYTES_MAX} bytes")
            yield number, line
        if not number:
            raise _broken(path, 1, "is not there: the file is empty")


def _check_header(line: bytes, path: str) -> None:
    header = _parsed(HeaderLine, line[:10_000], path, 1)
    if header.format != FORMAT:
        raise _broken(path, 1, f"says the format is not {FORMAT!r}")
    if header.version > VERSION:
        raise _broken(path, 1, f"says version {header.version}; this LTMC knows {VERSION}")


def _parsed(kind: type[Any], line: bytes, path: str, number: int) -> Any:  # noqa: ANN401  `kind`
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, detail["loc"]))[:200]
        why = detail["msg"].removeprefix("Value error, ")[:300]
        raise _broken(path, number, f"can not be read: {where}: {why}") from error


def _broken(path: str, number: int, why: str) -> Unreadable:
    return Unreadable(path, f"is broken: line {number} {why}", "Mend or remove that line.")


def _line(said: dict[str, Any]) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
