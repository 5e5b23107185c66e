"""What one source says of the settings, and what is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, Final, Literal, TypeAlias

from ltmc_server.configuration.files import user_file
from ltmc_server.configuration.names import (
    KEY_CHARS_MAX,
    Kind,
    environment_name,
    flag_name,
    nearest,
)
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import LtmcError
from ltmc_server.settings import FROM_WORKSPACE_FILE

Source: TypeAlias = Literal["flag", "environment", "file", "default", "code"]
FileState: TypeAlias = Literal["read", "absent", "refused"]

PROBLEMS_MAX: Final = 20
"""Named of one source; the first are enough to begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a start would be refused."""

    where: str
    """What to change: `LTMC_DATA_DIR`, `--data-dir`, or a file and a key in it."""
    why: str
    hint: str | None = None
    setting: str | None = None
    """The setting it is about, if there is one of that name."""

    def __str__(self) -> str:
        return f"{self.where}: {self.why}" + (f" {self.hint}" if self.hint else "")


@dataclass(slots=True)
class Layer:
    """What one source says."""

    kind: Kind
    source: Source
    file: str = ""
    """Its path, if the source is a file."""
    state: FileState = "absent"
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def named(self, name: str) -> str:
        """Return a setting as it is written in this source."""
        match self.source:
            case "flag":
                return flag_name(name)
            case "environment":
                return environment_name(self.kind, name)
            case _:
                return f"{self.file}: {name}"

    def take_texts(self, texts: Mapping[str, str]) -> None:
        """Take flags or variables, by the name of the setting."""
        for name, text in texts.items():
            if name in self.kind.model_fields:
                self.values[name] = text
            else:
                self._refuse_unknown(name)

    def take_file(self, read: Callable[[], Mapping[str, Any] | None], *, is_trusted: bool) -> None:
        """Take a file; one that is not trusted may set only what its class has marked."""
        try:
            values = read()
        except (LtmcError, ValueError) as error:
            self.state = "refused"
            self._refuse(self.file, str(error))
            return
        self.state = "absent" if values is None else "read"
        for name, value in (values or {}).items():
            known = self.kind.model_fields.get(name)
            if known is None:
                self._refuse_unknown(name)
            elif is_trusted or FROM_WORKSPACE_FILE in known.metadata:
                self.values[name] = value
            else:
                self._refuse(
                    self.named(name),
                    "is not taken from a file of the workspace, which may be a stranger's.",
                    f"Set {environment_name(self.kind, name)}, or say it in {user_file()}.",
                )

    def _refuse_unknown(self, name: str) -> None:
        # A stranger may have written it: it is repeated without codes for the terminal.
        shown = name[:KEY_CHARS_MAX].encode("unicode_escape").decode()
        near = nearest(self.kind, name)
        hint = f"Did you mean {self.named(near)}?" if near else None
        self._refuse(self.named(shown), "there is no such setting.", hint)

    def _refuse(self, where: str, why: str, hint: str | None = None) -> None:
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(Problem(where=where, why=why, hint=hint))
