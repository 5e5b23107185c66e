"""The contract as a file, and what differs between it and what a server answered. Pure."""

from collections.abc import Iterator
from typing import Any, Final

import orjson

from tracker.letta.contract.recorder import Observed
from tracker.letta.contract.shapes import Json

SHOWN_MAX: Final = 160
"""Characters of a value in a difference."""
SAME_AS: Final = "the shape of "


def packed(observed: Observed) -> bytes:
    """Return the contract as it is committed: each shape in full once, then by its first call."""
    first: dict[bytes, str] = {}
    calls: Observed = {}
    for name, kept in observed.items():
        calls[name] = dict(kept)
        if isinstance(kept.get("shape"), dict | list):
            known = first.setdefault(_key(kept["shape"]), name)
            if known != name:
                calls[name]["shape"] = SAME_AS + known
    return orjson.dumps(calls, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def unpacked(file: bytes) -> Observed:
    """Return the contract of a file."""
    calls: Observed = orjson.loads(file)
    for kept in calls.values():
        shape = kept.get("shape")
        if isinstance(shape, str) and shape.startswith(SAME_AS):
            kept["shape"] = calls[shape.removeprefix(SAME_AS)]["shape"]
    return calls


def differences(contract: Observed, observed: Observed) -> list[str]:
    """Return what a server answered otherwise, a line each, in the order of the calls."""
    found = []
    for name, kept in contract.items():
        if name not in observed:
            found.append(f"{name}: not called, since a call before it failed")
        else:
            found += [f"{name}: {line}" for line in _differing(kept, observed[name], "")]
    return found + [f"{name}: not in the contract" for name in observed if name not in contract]


def _differing(expected: Any, got: Any, place: str) -> Iterator[str]:  # noqa: ANN401
    if expected == got:
        return
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in expected | got:
            inner = f"{place}.{key}" if place else key
            if key not in got:
                yield f"{inner}: missing; the contract has {_shown(expected[key])}"
            elif key not in expected:
                yield f"{inner}: {_shown(got[key])}; the contract has no such field"
            else:
                yield from _differing(expected[key], got[key], inner)
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got) == 1:
        yield from _differing(expected[0], got[0], f"{place}[]")
    else:
        yield f"{place}: {_shown(got)}; the contract has {_shown(expected)}"


def _shown(value: Json) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"


def _key(shape: Json) -> bytes:
    return orjson.dumps(shape, option=orjson.OPT_SORT_KEYS)
