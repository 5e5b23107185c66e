"""Reading the settings: flags before environment, before files, before defaults.

Two files may say settings: `ltmc.toml` in the workspace, and the user's. The first may be a
stranger's, so it is opened as every file of the workspace is, and may set only what the class
of the settings marks with `FROM_WORKSPACE_FILE`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ltmc_server.configuration.files import NAME, of_user, of_workspace, user_file
from ltmc_server.configuration.layers import FileState, Layer, Problem, Source
from ltmc_server.configuration.masking import is_secret
from ltmc_server.configuration.names import Kind, environment_name
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import InvalidSettings
from ltmc_server.settings import Settings, folders


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The settings in force, as they are written, and where each comes from."""

    values: Mapping[str, Any]
    """Of those that a source names."""
    sources: Mapping[str, Source]
    written: Mapping[str, str] = field(default_factory=dict)
    """As what: `LTMC_DATA_DIR`, `--data-dir`, `/x/ltmc.toml: data_dir`."""
    problems: Sequence[Problem] = ()
    files: Mapping[str, FileState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where settings come from, beside the environment and the files."""

    flags: Mapping[str, str] = field(default_factory=dict)
    """Texts by the name of the setting."""

    def settings(self) -> Settings:
        """Return the settings in force.

        Raises:
            InvalidSettings: one of them can not be used, or one is named that there is not.
        """
        reading = self.read(Settings)
        if reading.problems:
            raise InvalidSettings([str(problem) for problem in reading.problems])
        return Settings(**reading.values).read_from(self)

    def read(self, kind: Kind) -> Reading:
        """Read everything anew; what is wrong is in `problems`."""
        flags, environment = Layer(kind, "flag"), Layer(kind, "environment")
        flags.take_texts(self.flags)
        environment.take_texts(dict(kind.variables()))
        user = Layer(kind, "file", str(user_file()))
        user.take_file(of_user, is_trusted=True)
        layers = [flags, environment, user]
        if (root := _workspace(layers)) is not None:
            workspace = Layer(kind, "file", str(root / NAME))
            workspace.take_file(partial(of_workspace, root), is_trusted=False)
            layers.insert(2, workspace)
        return _merged(kind, layers)


def given_in_code(settings: Settings) -> Reading:
    """Return the reading of settings that no source was read for: those that code made."""
    in_environment = {name for name, _ in settings.variables()}
    values = {name: getattr(settings, name) for name in settings.model_fields_set}
    sources: dict[str, Source] = {
        name: "environment" if name in in_environment else "code" for name in values
    }
    return Reading(values=values, sources=sources)


def _merged(kind: Kind, layers: Sequence[Layer]) -> Reading:
    """Take each setting from the first source that names it."""
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    written: dict[str, str] = {}
    for layer in layers:
        for name in layer.values.keys() - values.keys():
            values[name] = layer.values[name]
            sources[name] = layer.source
            written[name] = layer.named(name)
    problems = [problem for layer in layers for problem in layer.problems]
    problems += _wrong(kind, values, written)
    return Reading(
        values=values,
        sources=sources,
        written=written,
        problems=problems,
        files={layer.file: layer.state for layer in layers if layer.file},
    )


def _wrong(kind: Kind, values: Mapping[str, Any], written: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what the class has against the values."""
    try:
        kind(**values)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            name = str(detail["loc"][0]) if detail["loc"] else ""
            why = detail["msg"].removeprefix("Value error, ")
            value = str(values.get(name, ""))
            if value and ("://" in value or is_secret(kind.model_fields[name])):
                why = why.replace(value, "the value")
            where = written.get(name) or environment_name(kind, name)
            yield Problem(where=where, why=f"{why}.", setting=name or None)


def _workspace(layers: Sequence[Layer]) -> Path | None:
    """Return the folder where the file of the workspace would be."""
    named = [
        layer.values["workspace_roots"] for layer in layers if "workspace_roots" in layer.values
    ]
    try:
        roots = tuple(Path(each) for each in folders(named[0])) if named else ()
        return next(iter(Settings.model_construct(workspace_roots=roots).workspace()), None)
    except (TypeError, ValueError, RuntimeError):
        return None  # The class will say what is wrong with them.
