"""docs/coverage.md: every action with its tests and its benchmark."""

import importlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from tests.recording import ActionName, Recorder

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "coverage.md"
COLUMNS: Final = ("succeeds", "fails", "benchmark")
NONE: Final = "**none**"

_HEAD: Final = """\
# Coverage

Every action with a test that has it succeed, one that has it fail, and its benchmark.
`./just table` writes this page from what the tests in `tests/tools` really called, and what came
of it; every later run of them is held against it.

| action | succeeds in | fails in | benchmark |
|---|---|---|---|
"""
_ROW: Final = re.compile(
    r"^\| `(?P<tool>\w+) (?P<action>\w+)` \| (?P<succeeds>\S+) \| (?P<fails>\S+)"
    r" \| (?P<benchmark>\S+) \|$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Row:
    """One action; a test is `tests/….py::test_…`, a benchmark `tools.memory.At1k.time_get`."""

    action: ActionName
    succeeds: str
    fails: str
    benchmark: str

    def __str__(self) -> str:
        cells = (_cell(each) for each in (self.succeeds, self.fails, self.benchmark))
        return f"| `{' '.join(self.action)}` | {' | '.join(cells)} |\n"

    @classmethod
    def of(
        cls, action: ActionName, recorder: Recorder, benchmarks: Mapping[ActionName, str]
    ) -> Self:
        """Return the row of an action from what was recorded."""
        return cls(
            action=action,
            succeeds=next(iter(recorder.tests(action, "succeeds")), ""),
            fails=next(iter(recorder.tests(action, "fails")), ""),
            benchmark=benchmarks.get(action, ""),
        )


def written(rows: Iterable[Row]) -> str:
    """Return the page."""
    return _HEAD + "".join(map(str, rows))


def read(page: str) -> list[Row]:
    """Return the rows of a page."""
    return [
        Row(
            (found["tool"], found["action"]),
            *(
                found[name].strip("`").replace(NONE, "")
                for name in ("succeeds", "fails", "benchmark")
            ),
        )
        for found in _ROW.finditer(page)
    ]


def benchmarks() -> dict[ActionName, str]:
    """Return the benchmark of each action that has one."""
    found: dict[ActionName, str] = {}
    for path in sorted((ROOT / "benchmarks" / "tools").glob("*.py")):
        module = importlib.import_module(f"benchmarks.tools.{path.stem}")
        for name, kind in vars(module).items():
            for method in vars(kind) if isinstance(kind, type) and hasattr(kind, "tool") else ():
                if method.startswith("time_"):
                    action = (str(kind.tool), method.removeprefix("time_"))
                    found.setdefault(action, f"tools.{path.stem}.{name}.{method}")
    return found


def _cell(text: str) -> str:
    return f"`{text}`" if text else NONE
