"""The tests on several processors: which of them stay together, and how what they saw is gathered.

`pytest -n 2` shares them out among processes by file, dear files first, so that none is left for
the end. What a dear fixture of the whole session serves goes to one process: it starts once. What
is about all tests is done by the process that shares them out, when the others are done.
"""

from collections import defaultdict
from typing import Any, Final

import pytest
from xdist.scheduler.loadgroup import LoadGroupScheduling

from tests.letta_session import FIXTURE as LETTA, SESSION, LettaSession
from tests.recording import LAST, RECORDER, Recorder

DEAR: Final = (LETTA, "bolt", "tracked")
"""Fixtures that take seconds to start, and serve the tests of several files."""


class ByFile(LoadGroupScheduling):
    """Hands out the marked groups, and all else by file: a fixture of a module starts once."""

    def _split_scope(self, nodeid: str) -> str:
        return str(super()._split_scope(nodeid)).partition("::")[0]


class Workers:
    """A plugin of pytest, in the process that shares the tests out and in those that run them."""

    def __init__(self, recorder: Recorder, letta: LettaSession) -> None:
        self.recorder = recorder
        self.letta = letta
        self.last: list[str] = []
        """Node ids of the tests that ask what the others did."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> ByFile:  # noqa: ANN401
        return ByFile(config, log)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        if not _is_worker(config):
            return
        for item in items:
            if group := _group(item):
                item.add_marker(pytest.mark.xdist_group(group))
        slowness: dict[str, int] = defaultdict(int)
        for item in items:
            weight = 2 if _group(item) else int(item.get_closest_marker("slow") is not None)
            slowness[_file(item)] = max(slowness[_file(item)], weight)
        items.sort(key=lambda item: -slowness[_file(item)])

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401
        # A process that crashed has left nothing; xdist counts the test it was at as failed.
        sent = getattr(node, "workeroutput", {})
        if "recorded" in sent:
            self.recorder.take(sent["recorded"])
            self.letta.take(sent["letta"])
            self.last = sent["last"]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if _is_worker(session.config):
            output: dict[str, Any] = session.config.workeroutput  # type: ignore[attr-defined]
            output["recorded"] = self.recorder.given()
            output["letta"] = self.letta.given()
            output["last"] = self.last


class LastTests:
    """A plugin of pytest that keeps the tests of `LAST` from the workers, to run them at the end.

    It is apart because its hooks have to come after those that leave tests out (`-k`, `-m`).
    """

    def __init__(self, workers: Workers) -> None:
        self.workers = workers

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        if _is_worker(config):
            self.workers.last = [item.nodeid for item in items if _file(item) == LAST]
            items[:] = [item for item in items if _file(item) != LAST]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Any:  # noqa: ANN401
        result = yield
        stopped = _is_worker(session.config) or session.shouldstop or session.shouldfail
        if self.workers.last and not stopped:
            before = session.testscollected
            items = list(session.perform_collect(self.workers.last))
            session.testscollected += before
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        return result


def register(config: pytest.Config) -> None:
    """Add the plugins; the recorder and the session of Letta are in the stash by then."""
    workers = Workers(config.stash[RECORDER], config.stash[SESSION])
    config.pluginmanager.register(workers)
    config.pluginmanager.register(LastTests(workers))


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _group(item: pytest.Item) -> str:
    """Return what is to be started once for this test and others; nothing where nothing is."""
    # `letta_url` takes the fixture by name.
    if getattr(getattr(item, "callspec", None), "params", {}).get("letta_url") == "real":
        return LETTA
    defined = item._fixtureinfo.name2fixturedefs if hasattr(item, "_fixtureinfo") else {}  # noqa: SLF001
    for name in DEAR:
        if found := defined.get(name):
            # Another folder may have another fixture of that name.
            folder = found[-1].baseid.removeprefix("tests").strip("/").replace("/", "-")
            return f"{name}-{folder}" if folder else name
    return ""
