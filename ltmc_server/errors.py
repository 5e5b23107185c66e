"""Every error this package raises on purpose, and what a client is told about it.

    LtmcError
    ├── RequestError            the caller can fix it: change the request and try again
    │   ├── UnknownAction
    │   ├── InvalidArguments
    │   │   └── WrongReference      of tools/letta/references.py
    │   ├── NotFound
    │   │   └── NoSuchPath
    │   ├── Conflict
    │   ├── CyclicDependency
    │   ├── UnreadableSource
    │   ├── ConfirmationRequired
    │   ├── OutsideWorkspace
    │   ├── Unreadable
    │   ├── Unwritable
    │   ├── LettaRefused            of letta/errors.py
    │   └── BoundExceeded
    ├── BackendError            the caller cannot fix it: retry later or tell the operator
    │   ├── StoreUnavailable
    │   ├── EmbedderUnavailable
    │   ├── LettaUnavailable, LettaInconsistent
    │   └── DimensionMismatch
    └── StartError              the operator can fix it: the server does not start
        ├── InvalidSettings
        ├── DataFolderUnusable
        ├── EmbedderMissing
        ├── ForeignDatabase, NewerDatabase
        └── AddressUnusable, TokenRequired

A store turns its driver's errors into these where the driver is called, with `from`; no other
module names `sqlite3.Error`. Each `code` has its paragraph in docs/errors.md.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar


class LtmcError(Exception):
    """Base of the errors above. `code` is stable: clients and tests may match on it."""

    code: ClassVar[str] = "internal"

    details: Mapping[str, object] = MappingProxyType({})
    """What a program may want of it beside the text, such as a status."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class RequestError(LtmcError):
    """The request cannot be served as written."""

    code = "invalid_request"


class UnknownAction(RequestError):
    """The tool has no action of that name."""

    code = "unknown_action"

    def __init__(self, tool: str, action: str, known: Sequence[str], nearest: str | None) -> None:
        asked = f"{tool} has no action {action!r}" if action else f"{tool} needs an action"
        super().__init__(
            f"{asked}; choose one of: {', '.join(known)}.",
            f"Did you mean {nearest!r}?" if nearest else None,
        )


class InvalidArguments(RequestError):
    """The arguments do not fit the action's signature; nothing has run."""

    code = "invalid_arguments"

    def __init__(
        self, tool: str, action: str, problems: Sequence[str], hint: str | None = None
    ) -> None:
        where = f"{tool}.{action}" if action else tool
        super().__init__(f"{where} cannot run: {'; '.join(problems)}.", hint)


class NotFound(RequestError):
    """What the request names is not stored."""

    code = "not_found"

    def __init__(self, kind: str, wanted: object, hint: str | None = None) -> None:
        super().__init__(f"No {kind} is stored as {wanted!r}.", hint)


class NoSuchPath(NotFound):
    """Nothing in the workspace has that path."""

    def __init__(self, path: str) -> None:
        LtmcError.__init__(
            self, f"There is no {path!r} in the workspace.", "unix_action ls shows what there is."
        )


class Conflict(RequestError):
    """The record is not in the state the request expects; nothing was changed."""

    code = "conflict"


class CyclicDependency(RequestError):
    """The change would make something wait for itself; nothing was changed."""

    code = "cyclic_dependency"

    def __init__(self, cycle: Sequence[str], field: str = "depends_on") -> None:
        super().__init__(
            f"{field} would close a cycle: {' needs '.join(cycle)}.",
            "Leave out one of these dependencies.",
        )


class UnreadableSource(RequestError):
    """A source can not be read as code: too long, too broken, or of no known language."""

    code = "unreadable_source"

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(f"The source can not be read: {why}.", hint)


class ConfirmationRequired(RequestError):
    """The request would remove more than one record and does not say that it means to."""

    code = "confirmation_required"

    def __init__(self, what: str) -> None:
        super().__init__(f"This would delete {what}.", "Send confirm: true to do it.")


class OutsideWorkspace(RequestError):
    """The path leads out of the workspace; what is there was not looked at."""

    code = "outside_workspace"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path!r} leads out of the workspace, and nothing outside is touched.",
            "Give a path below the folder the server was started in; "
            "LTMC_WORKSPACE_ROOTS names other folders.",
        )


class Unreadable(RequestError):
    """The path is in the workspace, but what is there is not read."""

    code = "unreadable"

    def __init__(self, path: str, why: str, hint: str | None = None) -> None:
        super().__init__(f"{path!r} {why}.", hint)


class Unwritable(RequestError):
    """No file is put at this path; what was there is as it was."""

    code = "unwritable"

    def __init__(self, path: str, why: str, hint: str | None = None) -> None:
        super().__init__(f"{path!r} {why}; nothing was written.", hint)


class BoundExceeded(RequestError):
    """The request asks for more work than one call may do."""

    code = "bound_exceeded"


class BackendError(LtmcError):
    """A backend failed; the same request may succeed later."""

    code = "backend"


class StoreUnavailable(BackendError):
    """A store did not do what it was asked; nothing of the request was kept."""

    code = "store_unavailable"

    def __init__(self, store: str, doing: str, cause: str) -> None:
        super().__init__(f"{store} failed while {doing}: {cause}.", "Nothing was changed; retry.")


class EmbedderUnavailable(BackendError):
    """No vector could be made: a model that does not load, or a server that does not answer."""

    code = "embedder_unavailable"

    def __init__(self, model: str, cause: str, remedy: str = "Retry") -> None:
        super().__init__(
            f"The embedding model {model} made no vector: {cause}.",
            f"{remedy}; memory_action retrieve with mode keyword needs no model.",
        )


class DimensionMismatch(BackendError):
    """A vector of the wrong length reached an index: the embedder was changed under it."""

    code = "dimension_mismatch"

    def __init__(self, expected: int, received: int) -> None:
        super().__init__(
            f"The index holds {expected}-dimensional vectors, the embedder made {received}.",
            "Restore the embedder that the index was built with.",
        )


class StartError(LtmcError):
    """The server cannot start as it is set up."""

    code = "start"


class InvalidSettings(StartError):
    """A setting can not be used, or there is none of that name."""

    code = "invalid_settings"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class DataFolderUnusable(StartError):
    """The data folder cannot be made, read or written."""

    code = "data_folder_unusable"

    def __init__(self, folder: Path, cause: str) -> None:
        super().__init__(
            f"The data folder {folder} cannot be used: {cause}.",
            "Set LTMC_DATA_DIR to a folder this user may write.",
        )


class EmbedderMissing(StartError):
    """The embedder that the settings name can not be had on this machine."""

    code = "embedder_missing"

    def __init__(self, embedder: str, why: str, remedy: str) -> None:
        super().__init__(
            f"LTMC_EMBEDDING is {embedder}, but {why}.",
            f"{remedy}, or leave LTMC_EMBEDDING at auto.",
        )


class ForeignDatabase(StartError):
    """The file where the record belongs was made by another program; it is left untouched."""

    code = "foreign_database"

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} was not made by LTMC and is left as it is.",
            "Move the file away, or set LTMC_DATA_DIR to another folder.",
        )


class NewerDatabase(StartError):
    """The record was written by a newer LTMC; this one would not understand it."""

    code = "newer_database"

    def __init__(self, file: Path, found: int, known: int) -> None:
        super().__init__(
            f"{file} has schema {found}; this LTMC knows schemas up to {known}.",
            "Start the newer LTMC, or set LTMC_DATA_DIR to another folder.",
        )


class AddressUnusable(StartError):
    """The address to listen on cannot be had."""

    code = "address_unusable"

    def __init__(self, address: str, cause: str) -> None:
        super().__init__(
            f"Cannot listen on {address}: {cause}.", "Give another with serve --http HOST:PORT."
        )


class TokenRequired(StartError):
    """Other machines would reach the memory, and nothing would ask them who they are."""

    code = "token_required"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} is reached from other machines, and no token is set.",
            "Set LTMC_HTTP_TOKEN to a long random text that clients send, "
            "or listen on 127.0.0.1 only.",
        )
