"""Values as they may be shown: secrets by their type, and by where URLs carry them."""

import re
from typing import Any, Final, get_args

from pydantic import Secret, SecretBytes, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

MASK: Final = "***"

_SECRETS: Final = (Secret, SecretStr, SecretBytes)
# Up to the last `@`: a password may hold one that nobody escaped.
_USER_INFO: Final = re.compile(r"://(?P<user>[^\s:@/]*)(?P<rest>.*)@", re.DOTALL)
_PARAMETER: Final = re.compile(
    r"(?P<name>[?&;][^=&;\s]*(?:password|passwd|pwd|secret|token|key|auth)[^=&;\s]*=)[^&;#\s]*",
    re.IGNORECASE,
)


def is_secret(field: FieldInfo) -> bool:
    """Tell whether a field is of a type that keeps a secret, also as one of several."""
    return _names_secret(field.annotation)


def masked(value: object) -> Any:  # noqa: ANN401  JSON
    """Return a value as JSON, without secrets: those by type, and those in URLs."""
    if isinstance(value, _SECRETS):
        return MASK if value.get_secret_value() else ""
    if isinstance(value, dict):
        return {str(key): masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(inner) for inner in value]
    plain = to_jsonable_python(value, fallback=str)
    return _without_secrets(plain) if isinstance(plain, str) else plain


def _names_secret(annotation: object) -> bool:
    origin = getattr(annotation, "__origin__", annotation)
    if isinstance(origin, type) and issubclass(origin, _SECRETS):
        return True
    return any(_names_secret(inner) for inner in get_args(annotation))


def _without_secrets(text: str) -> str:
    # A file's name may hold bytes that are no Unicode; shown, they are escapes.
    text = text.encode("utf-8", "backslashreplace").decode()
    if "://" not in text:
        return text
    text = _PARAMETER.sub(rf"\g<name>{MASK}", text)
    return _USER_INFO.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    # A name alone may be a token.
    kept = f"{found['user']}:{MASK}" if found["rest"].startswith(":") else MASK
    return f"://{kept}@"
