"""What does it take to find todos, messages and attempts by their words, where there are many?"""

import random
from collections.abc import Mapping
from itertools import cycle
from typing import Any, ClassVar, Final

from benchmarks.in_process import filled_folder, server_on_copy
from benchmarks.marks import Samples, samples, unit
from benchmarks.workload import SEED, vocabulary

COUNTS: Final[dict[str, Any]] = {"messages": 20_000, "todos": 5_000, "attempts": 5_000}
CONVERSATIONS: Final = 100
ASKED: Final = 20

ACTIONS: Final[Mapping[str, Mapping[str, object]]] = {
    "chat.search": {},
    "chat.route_query": {"source_types": ["chat"]},
    "todo.search": {},
    "pattern.get_patterns": {},
}
WORDS: Final = {"rare": slice(400, 2_000), "common": slice(0, 30)}
"""Of the vocabulary: a rare word is in one text of 45 to 260, a common one in 30 % or more."""


def setup_cache() -> str:
    """Fill a data folder."""
    return filled_folder(10, conversations=CONVERSATIONS, **COUNTS)


setup_cache.timeout = 600  # type: ignore[attr-defined]


class OfMany:
    """Two words, both of the vocabulary's rare or common ones.

    Asks:   do searches stay fast as todos, messages and attempts grow, and do calls beside wait?
    Unit:   seconds a call, in process; seconds that the event loop stood still in one, at most.
    Noise:  follows the machine, see `calibration`.
    """

    version = "1"
    repeat = (5, 15, 1.0)
    timeout = 120
    param_names: ClassVar = ["action", "words"]
    params: ClassVar = [list(ACTIONS), list(WORDS)]

    def setup(self, folder: str, action: str, words: str) -> None:
        self.server = server_on_copy(folder)
        tool, name = action.split(".")
        self.server.require(f"{tool}_action", name)
        self.questions = cycle(_questions(words))

    def time_search(self, folder: str, action: str, words: str) -> None:
        tool, arguments = _call(action, next(self.questions))
        self.server.call(tool, **arguments)

    @unit("seconds")
    def track_held_up(self, folder: str, action: str, words: str) -> Samples:
        calls = [_call(action, text) for text in _questions(words)]
        self.server.held_up_s(*calls[0])
        return samples([self.server.held_up_s(*each) for each in calls])


def _questions(words: str) -> list[str]:
    some = vocabulary()[WORDS[words]]
    draw = random.Random(SEED)  # noqa: S311  reproducible, not secret
    return [" ".join(draw.sample(some, 2)) for _ in range(ASKED)]


def _call(action: str, question: str) -> tuple[str, dict[str, Any]]:
    tool, name = action.split(".")
    return f"{tool}_action", {"action": name, "query": question, **ACTIONS[action]}
