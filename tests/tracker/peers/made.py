"""Servers, workloads and runs, made up."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.labelled.metrics import METRICS
from tracker.peers.catalogue import FindsBy, Peer, Setting
from tracker.peers.contender import Contender
from tracker.peers.samples import Loss, Machine, Row, Samples
from tracker.peers.turns import Plan
from tracker.peers.workload import Question, Workload, others

PROGRAM = Path(__file__).with_name("small_server.py")

SHORT = Plan(
    budget_s=600,  # a bound, far away: what is tested is not how fast this machine is
    starts=1,
    turns=2,
    lists=2,
    at_once=6,
    bursts=1,
    stores_counted=2,
    sdk_calls=3,
    processes=2,
    stores_each=4,
    stores_killed=8,
    killed_after=4,
    in_flight=3,
)


def small(name: str = "small", **environ: str) -> Contender:
    """Return a server that is there, and misbehaves as its variables say."""
    peer = Peer(
        name=name,
        title=name,
        registry="pypi",
        command=(sys.executable, str(PROGRAM)),
        environ={key: Setting(value=value, why="a test") for key, value in environ.items()},
        dialect="server-memory",
        finds_by="words",
        search="by its words",
    )
    return Contender(peer, environment=Path(sys.prefix))


def workload(count: int = 6) -> Workload:
    """Return notes, and for each a question that holds its number."""
    notes = others(count)
    questions = [Question(note.text.split()[-4], frozenset({note.name})) for note in notes]
    return Workload(notes, questions, {"recall@5": METRICS["recall@5"]})


def row(
    name: str,
    samples: Mapping[str, tuple[float, ...] | tuple[tuple[float, ...], ...]] | None = None,
    *,
    is_ours: bool = False,
    finds_by: FindsBy = "words",
    **more: object,
) -> Row:
    """Return what was measured of a server; numbers alone are those of one turn."""
    said = {"name": name, "title": name, "about": f"It is {name}.", "is_ours": is_ours}
    turns = {
        figure: values if isinstance(values[0], tuple) else (values,)
        for figure, values in (samples or {}).items()
    }
    found = {"finds_by": finds_by, "search": "somehow", "samples": turns}
    given = {**said, **found, **more}
    return Row.model_validate(given)


def run(*rows: Row) -> Samples:
    """Return a run of some rows."""
    return Samples(
        measured_at=datetime(2026, 1, 2, tzinfo=UTC),
        took_s=600,
        commit="0123456789",
        is_clean=True,
        client={"mcp": "2.3.0"},
        notes=500,
        questions=228,
        answered=208,
        machine=Machine(
            processor="a processor",
            processors=2,
            memory_bytes=24 * 2**30,
            system="Linux x86_64",
            load_before=0.1,
        ),
        rows=rows,
    )


OURS = row(
    "ours",
    {"store_s": (0.001, 0.001), "retrieve_s": (0.004,), "quality.recall@5": (0.9,) * 208},
    is_ours=True,
    finds_by="meaning",
    losses={"together": Loss(wanted=200, acknowledged=200, looked_for=200, lost=0)},
)
WITHOUT = row("ours, set alike", {"store_s": (0.0005,)}, is_ours=True)
LITERAL = row("ours, literally", {"store_s": (0.0004,)}, is_ours=True, finds_by="text")
FAST = row(
    "fast",
    {"store_s": (0.0005,), "retrieve_s": (0.004,), "quality.recall@5": (0.0,) * 208},
    losses={
        "together": Loss(wanted=200, acknowledged=150, looked_for=150, lost=57, why="it ended"),
        "killed": Loss(wanted=40, acknowledged=40, looked_for=12, lost=0),
    },
)
SLOW = row("slow", {"store_s": (0.1, 0.2, 0.3)}, finds_by="meaning", remarks=("ask: | it hung",))
GONE = row("gone", unavailable="it `ended`: no module")
