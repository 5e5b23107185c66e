"""What does each action of pattern_action cost?"""

from itertools import count, cycle
from pathlib import Path

from benchmarks.in_process import ActionBenchmarks, filled_folder, server_on_copy
from benchmarks.workload import queries, texts

ATTEMPTS = 500
TOOL = "pattern_action"

CLASS = '''

class Shelf{n}(Base):
    """Shelf {n}."""

    size: int = {n}

    def put(self, book, *, at: int = 0, **more: object) -> bool:
        """Put a book."""
        for other in self.books:  # TODO: faster
            if other == book and at or not more:
                return False
        try:
            self.books.insert(at, book)
        except (TypeError, ValueError):
            return False
        return True

    def count(self) -> int:
        return len([book for book in self.books if book])
'''
CODE = "import os\nfrom collections import Counter\n" + "".join(
    CLASS.replace("{n}", str(number)) for number in range(50)
)
"""About a thousand lines: 50 classes, 100 functions."""


def setup_cache() -> str:
    """Make one data folder, for every benchmark of the file."""
    return filled_folder(0)


class OfAThousandLines(ActionBenchmarks):
    """One call, in process, on a thousand lines of Python.

    Asks:   which action became slow?
    Unit:   seconds a call.
    Noise:  follows the machine, see `calibration`.
    """

    tool = TOOL
    version = "1"
    repeat = (10, 50, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)

    def time_extract_functions(self, folder: str) -> None:
        self.server.call(TOOL, action="extract_functions", source_code=CODE, language="python")

    def time_extract_classes(self, folder: str) -> None:
        self.server.call(TOOL, action="extract_classes", source_code=CODE, language="python")

    def time_extract_comments(self, folder: str) -> None:
        self.server.call(TOOL, action="extract_comments", source_code=CODE, language="python")

    def time_summarize_code(self, folder: str) -> None:
        self.server.call(TOOL, action="summarize_code", source_code=CODE, language="python")

    def time_analyze_patterns(self, folder: str) -> None:
        self.server.call(TOOL, action="analyze_patterns", source_code=CODE, language="python")


class OfAttempts(ActionBenchmarks):
    """One call, in process, on 500 attempts and those that the calls add.

    Asks:   what does it cost to remember an attempt, and to find one?
    Unit:   seconds a call, commit and fsync included where the action writes.
    Noise:  writes follow the disk; a search grows with what earlier samples wrote.
    """

    tool = TOOL
    version = "1"
    repeat = (10, 50, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)
        self.server.require(TOOL, "log_attempt")
        marker = Path(folder).name
        if marker not in _filled:
            _filled.add(marker)
            for _ in range(ATTEMPTS):
                self.time_log_attempt(folder)

    def time_log_attempt(self, folder: str) -> None:
        self.server.call(
            TOOL,
            action="log_attempt",
            input_prompt=next(_prompts),
            generated_code=CLASS,
            result=next(_results),
            tags=[f"tag{next(_numbers) % 7}"],
        )

    def time_get_patterns(self, folder: str) -> None:
        self.server.call(TOOL, action="get_patterns", query=next(_questions))


_filled: set[str] = set()
_numbers = count()
_results = cycle(["pass", "fail", "partial"])
_prompts = (text for number in count() for _, text in texts(1, first=number))
_questions = cycle(queries(50))
