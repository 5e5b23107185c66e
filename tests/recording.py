"""Which test has which action succeed, and which has it fail: written down while they run.

Nothing is guessed from the text of a test: the methods of the tools are wrapped, and what is
recorded is what was really called and what came of it, with its arguments as they are.
"""

import functools
import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

import pytest

from ltmc_server import tools
from ltmc_server.actions import Tool
from ltmc_server.errors import LtmcError

Outcome: TypeAlias = Literal["succeeds", "fails"]
ActionName: TypeAlias = tuple[str, str]
"""Tool and action."""

LAST: Final = "tests/test_coverage.py"
"""Its tests ask what the others did."""


@dataclass(eq=False)
class Recorder:
    """A plugin of pytest; it is registered by `conftest.py`."""

    now: str = ""
    """File and function of the test that runs, without its parameters."""
    calls: dict[str, set[tuple[ActionName, Outcome]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    """Of each test that ran to its end."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: item.nodeid.startswith(LAST))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        # The server imports each at its first call; here they are wrapped before any.
        for found in pkgutil.walk_packages(tools.__path__, f"{tools.__name__}."):
            importlib.import_module(found.name)
        for kind in set(_kinds(Tool)):
            for name, method in list(vars(kind).items()):
                if hasattr(method, "__ltmc_action__"):
                    setattr(kind, name, self._recorded(method, name.removesuffix("_")))
        Tool.run = self._recorded_run(Tool.run)  # type: ignore[method-assign]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        # What a test with random examples calls is another thing each time.
        random = getattr(getattr(item, "function", None), "is_hypothesis_test", False)
        # Without its parameters, and without the group that xdist adds.
        self.now = "" if random else item.nodeid.partition("[")[0].partition("@")[0]
        if self.now:
            self.calls[self.now]
        try:
            return (yield)
        finally:
            self.now = ""

    def note(self, tool: Tool, action: str, outcome: Outcome) -> None:
        """Write down what came of a call."""
        if self.now and action in tool.actions:
            self.calls[self.now].add(((tool.name, action), outcome))

    def given(self) -> dict[str, list[tuple[ActionName, Outcome]]]:
        """Return what another process may `take`."""
        return {test: sorted(calls) for test, calls in self.calls.items()}

    def take(self, recorded: Mapping[str, Iterable[tuple[ActionName, Outcome]]]) -> None:
        """Add what the recorder of another process was given."""
        for test, calls in recorded.items():
            self.calls[test].update(calls)

    def tests(self, action: ActionName, outcome: Outcome) -> list[str]:
        """Return the tests that have an action end so, the most telling first.

        First those on the tool itself; of them, those in which nothing else fails, then those
        that call the fewest actions, then those that have its name in theirs.
        """
        stem = action[0].removesuffix("_action")
        found = [test for test, calls in self.calls.items() if (action, outcome) in calls]
        return sorted(
            found,
            key=lambda test: (
                f"tests/tools/{stem}" not in test and f"tests/tools/test_{stem}" not in test,
                any(end == "fails" and end != outcome for _, end in self.calls[test]),
                len({called for called, _ in self.calls[test]}),
                action[1] not in test.partition("::")[2],
                test,
            ),
        )

    def _recorded(self, method: Callable[..., Any], action: str) -> Callable[..., Any]:
        @functools.wraps(method)
        async def recorded(tool: Tool, **arguments: object) -> object:
            try:
                result = await method(tool, **arguments)
            except LtmcError:
                self.note(tool, action, "fails")
                raise
            self.note(tool, action, "succeeds")
            return result

        return recorded

    def _recorded_run(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """Record arguments that are refused, too: the method does not see them."""

        @functools.wraps(run)
        async def recorded(tool: Tool, name: str, arguments: Any) -> object:  # noqa: ANN401
            try:
                return await run(tool, name, arguments)
            except LtmcError:
                self.note(tool, name, "fails")
                raise

        return recorded


def _kinds(kind: type[Tool]) -> Iterator[type[Tool]]:
    for inner in kind.__subclasses__():
        if inner.__module__.startswith("ltmc_server.tools."):
            yield inner
            yield from _kinds(inner)


RECORDER: Final = pytest.StashKey[Recorder]()
"""Where the configuration of the run holds the recorder."""
