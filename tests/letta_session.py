"""One real Letta server for all tests that want it, and a line at the end that says whether it was.

It costs 500 MB and ten seconds of a processor, more the first time, so it starts with the first
test that takes the fixture `letta`; these tests are marked `slow`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from tracker.errors import LettaNotInstalled
from tracker.letta.installation import INSTALL_S
from tracker.letta.server import LETTA_START_S, LettaServer, letta

FIXTURE: Final = "letta"
TIMEOUT_S: Final = INSTALL_S + 2 * LETTA_START_S
"""Of a test that may be the first: the start counts for it."""


class LettaSession:
    """Starts it once, and counts the tests that met it."""

    def __init__(self) -> None:
        self.version = self.url = ""
        self.missing = ""
        self.tests = 0

    @contextmanager
    def server(self) -> Iterator[LettaServer]:
        """Yield the server; skip the test where it can not be installed."""
        try:
            with letta() as server:
                self.version, self.url = server.version, server.base_url
                yield server
        except LettaNotInstalled as error:
            self.missing = str(error)
            pytest.skip(self.missing)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if FIXTURE in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.slow)
                if not item.get_closest_marker("timeout"):
                    item.add_marker(pytest.mark.timeout(TIMEOUT_S))

    def pytest_runtest_call(self, item: pytest.Item) -> None:
        # Not asked of a test that another of its fixtures has skipped. A fixture may take this one
        # by name: then its values tell.
        taken = getattr(item, "funcargs", {}).values()
        by_name = self.url and any(self.url == value for value in taken)
        if FIXTURE in getattr(item, "fixturenames", ()) or by_name:
            self.tests += 1

    def given(self) -> tuple[str, str, int]:
        """Return what another process may `take`."""
        return self.version, self.missing, self.tests

    def take(self, met: tuple[str, str, int]) -> None:
        """Add what the tests of another process have met."""
        version, missing, tests = met
        self.version, self.missing = self.version or version, self.missing or missing
        self.tests += tests

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.missing:
            terminalreporter.section("Letta", yellow=True, bold=True)
            terminalreporter.line(f"the real Letta server was not installed: {self.missing}")
            terminalreporter.line("its tests were skipped")
        elif self.version:
            terminalreporter.line(f"real Letta {self.version}: {self.tests} tests")


SESSION: Final = pytest.StashKey[LettaSession]()
