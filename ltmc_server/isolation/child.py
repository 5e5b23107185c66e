"""The process of one piece of work: takes a request from stdin, answers on stdout, ends."""

import json
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

MEMORY_BYTES_MAX: Final = 768 << 20
CPU_S_MAX: Final = 10

JOBS: Final = {
    "fuzzy_select": ("likeness", "ranked"),
    "jq": ("filters", "filtered"),
    "parse_syntax": ("trees", "outline"),
    "syntax_query": ("trees", "matches"),
    "syntax_highlight": ("highlighting", "highlighted"),
    "diff_highlight": ("differences", "compared"),
    "place_boxes": ("placing", "placed"),
}
"""Name of the work: module and function."""


class Refused(Exception):
    """The work can not be done as asked; the text is for the caller."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def open_no_more_files() -> None:
    """From here on this process can open nothing: no file, no socket, no pipe."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def json_bytes(text: str) -> int:
    """Return how much of a response a text takes."""
    return len(json.dumps(text, ensure_ascii=False).encode("utf-8", "replace"))


def main() -> None:
    """Do the work that stdin asks for."""
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES_MAX,
        resource.RLIMIT_CPU: CPU_S_MAX,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for which, most in limits.items():
        # macOS knows some of them by name only.
        with suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))
    # Python itself may have put a locale there.
    os.environ.clear()
    request = json.loads(sys.stdin.buffer.read())
    module, function = JOBS[request["job"]]
    # By its full name: this module may itself run under another.
    work: Callable[..., Any] = getattr(import_module(f"ltmc_server.isolation.{module}"), function)
    try:
        answer = {"result": work(**request["arguments"])}
    except Refused as refusal:
        answer = {"refused": str(refusal), "hint": refusal.hint}
    except (MemoryError, RecursionError):
        answer = {"refused": "It took more memory than one call may.", "hint": "Ask for less."}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=True).encode())
    sys.stdout.buffer.flush()
    # Taking large structures apart in good order would take as long as the work itself.
    os._exit(0)
