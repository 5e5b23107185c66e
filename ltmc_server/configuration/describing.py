"""The settings told: each with its source, as a schema, and as a file that says the same."""

import shlex
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from pydantic.fields import FieldInfo

from ltmc_server.configuration.descriptions import descriptions
from ltmc_server.configuration.masking import MASK, is_secret, masked
from ltmc_server.configuration.names import Kind, environment_name, flag_name
from ltmc_server.configuration.reading import Reading
from ltmc_server.environment import FromEnvironment
from ltmc_server.settings import FROM_WORKSPACE_FILE

Format: TypeAlias = Literal["toml", "env"]


def report(kind: Kind, reading: Reading) -> dict[str, Any]:
    """Return each setting with its value and source, and what is wrong; no secrets."""
    wrong = {each.setting: each for each in reading.problems if each.setting}
    chosen = None if reading.problems else kind(**reading.values)
    settings: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        value = getattr(chosen, name) if chosen else reading.values.get(name, _default(field))
        problem = wrong.get(name)
        settings[name] = {
            "value": shown(field, value),
            "source": reading.sources.get(name, "default"),
            "valid": problem is None,
        }
        if name in reading.written:
            settings[name]["written"] = reading.written[name]
        if problem:
            settings[name]["why"] = problem.why
    return {
        "valid": not reading.problems,
        "settings": settings,
        "problems": [str(problem) for problem in reading.problems],
        "files": dict(reading.files),
    }


def schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON schema of the settings, with the names each has in each source."""
    told = kind.model_json_schema(mode="validation")
    for name, field in kind.model_fields.items():
        described = told["properties"][name]
        described.pop("title", None)
        if name in descriptions(kind):
            described["description"] = descriptions(kind)[name]
        if "default" in described:
            described["default"] = shown(field, described["default"])
        if not is_secret(field):
            described["flag"] = flag_name(name)
        described["variable"] = environment_name(kind, name)
        described["workspace_file"] = FROM_WORKSPACE_FILE in field.metadata
    return told


def exported(settings: FromEnvironment, form: Format) -> tuple[str, list[str]]:
    """Return a text that sets the same again, and the settings left out of it as secrets.

    What is at its default, or must not be shown, is a comment.
    """
    kind = type(settings)
    lines: list[str] = []
    hidden: list[str] = []
    for name, field in kind.model_fields.items():
        value = getattr(settings, name)
        plain = settings.model_dump(mode="json", include={name}, fallback=str)[name]
        safe = shown(field, value)
        if safe != plain or is_secret(field):
            hidden += [name] if safe else []
            lines += [*_comment(kind, name), *_commented(_line(kind, name, safe, form))]
        elif plain is None or value == _default(field):
            lines += [*_comment(kind, name), *_commented(_line(kind, name, plain, form))]
        else:
            lines += [*_comment(kind, name), _line(kind, name, plain, form)]
        lines.append("")
    return "\n".join(lines), hidden


def shown(field: FieldInfo, value: object) -> Any:  # noqa: ANN401  JSON
    """Return the value of a setting as it may be shown, also one that was refused."""
    safe = masked(value)
    return MASK if is_secret(field) and safe else safe


def _default(field: FieldInfo) -> Any:  # noqa: ANN401  as the class says it
    return field.get_default(call_default_factory=True, validated_data={})


def _comment(kind: Kind, name: str) -> Iterator[str]:
    for line in descriptions(kind).get(name, "").splitlines():
        yield f"# {line}".rstrip()


def _commented(text: str) -> list[str]:
    return [f"# {line}".rstrip() for line in text.splitlines()]


def _line(kind: Kind, name: str, value: Any, form: Format) -> str:  # noqa: ANN401  JSON
    if form == "toml":
        if value is None:
            return f"{name} is not set"
        import tomli_w

        return tomli_w.dumps({name: value}).rstrip("\n")
    if not isinstance(value, str):
        import orjson

        value = "" if value is None else orjson.dumps(value).decode()
    return f"{environment_name(kind, name)}={shlex.quote(value)}"
