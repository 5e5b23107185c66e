"""Tool rules: those an agent has, told as they were asked for."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

Object: TypeAlias = dict[str, Any]

_LEFT_OUT: Final[tuple[object, ...]] = (None, False, "", [], {})


def told(rules: Sequence[Object]) -> list[Object]:
    """Return rules as Letta answers them, without what they do not have.

    `prompt_template` goes, too: Letta fills it in, and ignores it.
    """
    return [
        {
            name: value
            for name, value in rule.items()
            if name != "prompt_template" and value not in _LEFT_OUT
        }
        for rule in rules
    ]
