"""Answers that are what they have to be, before anybody reads them.

Another program at that address, or a Letta of another time, gives an error that says so.
"""

from typing import Any, TypeAlias

from ltmc_server.letta.errors import LettaUnavailable

Object: TypeAlias = dict[str, Any]


def an_object(value: Any, *needs: str) -> Object:  # noqa: ANN401  JSON is anything
    """Return a JSON object that has these fields.

    Raises:
        LettaUnavailable: it is something else.
    """
    if not isinstance(value, dict):
        raise _other("an object", value)
    for name in needs:
        if value.get(name) is None:
            raise LettaUnavailable(f"left out {name!r} of its answer", _HINT)
    return value


def objects(value: Any, *needs: str) -> list[Object]:  # noqa: ANN401  JSON is anything
    """Return a list of objects that each have these fields. Raises as `an_object` does."""
    if not isinstance(value, list):
        raise _other("a list", value)
    return [an_object(each, *needs) for each in value]


_HINT = "Is LTMC_LETTA_BASE_URL the address of a Letta server, 0.16 or newer?"


def _other(wanted: str, value: object) -> LettaUnavailable:
    return LettaUnavailable(f"answered {str(value)[:80]!r} in place of {wanted}", _HINT)
