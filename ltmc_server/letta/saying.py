"""What Letta said and what happened to a request, in words for whoever sent it."""

import ast
from collections.abc import Sequence
from typing import Any, Final

import orjson

from ltmc_server.letta.asking import Asking, Failed
from ltmc_server.letta.errors import LettaRefused, LettaUnavailable

SAID_MAX: Final = 500
"""Characters of Letta's own message."""

PROBLEMS_MAX: Final = 10_000
"""Characters of a text that is looked at as a list of problems."""

DEPTH_MAX: Final = 6
"""Of what is looked at for a message."""

KEY_MIN: Final = 6
"""Shorter keys open nothing, and are found in any text."""

KEY_HINT: Final = "It is shown LTMC_LETTA_API_KEY; the operator sets that."
HINTS: Final = {
    401: KEY_HINT,
    403: KEY_HINT,
    404: "letta_list_agents and letta_list_tools tell what there is; it may have been deleted.",
    405: "This version of Letta does not know how to do that.",
    409: "It is busy with another request, or there is one like it already: look, and send again.",
    413: "Send less at once.",
    422: "Ids are a kind and a UUID, such as agent-…; the lists tell them.",
}
REDIRECT_HINT: Final = (
    "It is not followed, as the key would go there, too. "
    "Set LTMC_LETTA_BASE_URL to where the server is, https:// if it wants that."
)
DONE_HINT: Final = "An attempt before this one got no answer, and may have done it: look first."


def said(content: bytes, key: str) -> str:
    """Return Letta's own message of a body, cut, and without the key."""
    try:
        words = _words(orjson.loads(content))
    except orjson.JSONDecodeError:
        words = content[: 4 * SAID_MAX].decode("utf-8", "replace")
    if len(key) >= KEY_MIN:
        words = words.replace(key, "…")
    words = " ".join(words.split()) or "no reason is given"
    return words if len(words) <= SAID_MAX else words[: SAID_MAX - 1] + "…"


def refused(status: int, words: str, *, may_be_done: bool) -> LettaRefused:
    """Return the error of an answer that will not change by asking again."""
    is_redirect = 300 <= status < 400
    hint = REDIRECT_HINT if is_redirect else HINTS.get(status)
    if may_be_done:
        hint = f"{hint} {DONE_HINT}" if hint else DONE_HINT
    return LettaRefused(status, "the way leads elsewhere" if is_redirect else words, hint)


def unavailable(failed: Failed, asking: Asking) -> LettaUnavailable:
    """Return the error of a request that got no answer."""
    soon = "later" if failed.pause_s is None else f"after {failed.pause_s:g} s"
    if not asking.is_write:
        hint = f"Ask again {soon}."
    elif asking.may_be_done:
        hint = "It may have been done all the same: look before it is sent again."
    else:
        hint = f"Nothing was changed. Send it again {soon}."
    return LettaUnavailable(str(failed), hint, status=failed.status)


def _words(body: Any, depth: int = 0) -> str:  # noqa: ANN401  what a server sends
    """Return the message of an error's body: `detail`, `message` or `error`, whatever is in it."""
    if depth > DEPTH_MAX:
        return "…"
    if isinstance(body, str):
        problems = _problems(body)
        return body if problems is None else _words(problems, depth + 1)
    if isinstance(body, dict):
        for name in ("detail", "message", "msg", "error"):
            if body.get(name):
                words, where = _words(body[name], depth + 1), body.get("loc")
                return f"{_place(where)}: {words}" if isinstance(where, list | tuple) else words
    if isinstance(body, list) and body:
        return "; ".join(_words(each, depth + 1) for each in body[:10])
    try:
        return orjson.dumps(body, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # Too deep, or half a surrogate pair.
        return "…"


def _problems(text: str) -> list[Any] | None:
    """Return the problems of arguments, which Letta writes down as Python does."""
    if not text.startswith("[{") or len(text) > PROBLEMS_MAX:
        return None
    try:
        problems = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return problems if isinstance(problems, list) else None


def _place(where: Sequence[Any]) -> str:
    return ".".join(str(part) for part in where[1:]) or "body"
