"""How long the real server takes for each operation: the medians the stand-in waits for."""

import datetime as dt
import re
import statistics
from collections import defaultdict
from typing import Final

import httpx
import tomli_w

from tracker.letta.contract.calls import made
from tracker.letta.contract.calls.agents import make
from tracker.letta.contract.recorder import Recorder
from tracker.letta.standin.routes import ROUTES

AGENTS: Final = 20
"""How many a list is measured with."""
LIST: Final = "GET /v1/agents/"
TEMPLATES: Final = tuple(
    # A route without parameters is the better match: `/count` is no id.
    (method, template, re.compile(re.sub(r"{\w+}", "[^/]+", template)))
    for method, template, _ in sorted(ROUTES, key=lambda route: route[1].count("{"))
)


class Samples:
    """Milliseconds of answers that succeeded, by method and route."""

    def __init__(self) -> None:
        self.ms: dict[str, list[float]] = defaultdict(list)
        self.clocks: set[str] = set()

    def note(self, response: httpx.Response) -> None:
        """Take the time of an answer: the server's own, or until its last byte."""
        response.read()
        request = response.request
        operation = operation_of(request.method, request.url.path)
        if operation is None or not response.is_success:
            return
        told = response.headers.get("x-server-ms")
        # An answer in events starts long before it ends.
        if told is None or response.headers["content-type"].startswith("text/event-stream"):
            told, clock = response.elapsed.total_seconds() * 1e3, "wall clock of the client"
        else:
            clock = "x-server-ms"
        self.clocks.add(clock)
        self.ms[operation].append(float(told))


def operation_of(method: str, path: str) -> str | None:
    """Return the method and route of a request; None when the bridge never sends it."""
    for known, template, pattern in TEMPLATES:
        if known == method and pattern.fullmatch(path):
            return f"{method} {template}"
    return None


def measured(base_url: str, rounds: int) -> str:
    """Measure a server and return the table: TOML, milliseconds by method and route."""
    samples, version = Samples(), ""
    for _ in range(rounds):
        with Recorder.open(base_url, on_response=samples.note) as recorder:
            made(recorder)
            version = str(recorder.client.health().version)
    samples.ms[LIST].clear()
    with Recorder.open(base_url, on_response=samples.note) as recorder:
        for index in range(AGENTS):
            make(recorder, f"one{index}")
        for _ in range(rounds * 3):
            listed = recorder.client.agents.list(tags=[recorder.token], limit=AGENTS)
            assert len(listed.items) == AGENTS
    return _table(samples, version, rounds)


def _table(samples: Samples, version: str, rounds: int) -> str:
    medians = {name: round(statistics.median(ms), 1) for name, ms in sorted(samples.ms.items())}
    about = {
        "server": f"Letta {version}",
        "measured_on": dt.datetime.now(dt.UTC).date(),
        "clock": sorted(samples.clocks),
        "what": f"the median of each operation's answers in {rounds} runs of the contract's calls,"
        f" one at a time; {LIST} lists {AGENTS} agents; the model is a stub that answers at once",
        "fewest_answers": min(map(len, samples.ms.values())),
    }
    other = {"else": round(statistics.median(medians.values()), 1)}
    return tomli_w.dumps({"about": about, "milliseconds": other | medians})
