"""Ours and the servers that users would pick instead, under the same work, in turns.

`python -m benchmarks.peers` measures and writes results/judging/peers.json, `--report` makes
docs/peers.md of it. It is no benchmark of asv's: it asks once how we stand, not at each commit.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

from benchmarks.labelled.loading import labelled
from benchmarks.labelled.metrics import METRICS

if TYPE_CHECKING:
    from tracker.peers.workload import Workload

ROOT: Final = Path(__file__).parent.parent
CATALOGUE: Final = Path(__file__).with_name("peers.toml")
ENVIRONMENTS: Final = ROOT / ".asv/peers"

SET: Final = "agent"
NOTES: Final = 500
JUDGED_BY: Final = ("nDCG@10", "hit@10", "recall@5")

INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or make the page; return 0, 1 where it can not be done, 130 after Ctrl-C."""
    from tracker.errors import TrackerError

    # Told to end, too, we end what we have started.
    signal.signal(signal.SIGTERM, _interrupt)
    options = _parser().parse_args(arguments)
    try:
        return _report() if options.report else _measure(options)
    except TrackerError as error:
        print(f"peers: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("peers: interrupted; everything that was started is stopped", file=sys.stderr)
        return INTERRUPTED


def workload() -> "Workload":
    """Return the notes of the labelled set among as many others, and half of its questions.

    The other half is what ours was tuned by.
    """
    from tracker.peers.workload import Note, Question, Workload, others

    asked = labelled(SET)
    own = [Note(f"{SET}-{name}", text) for name, text in asked.texts.items()]
    questions = [
        Question(query.text, frozenset(f"{SET}-{name}" for name in query.relevant))
        for query in asked.queries
        if query.part == "held-out"
    ]
    metrics = {name: METRICS[name] for name in JUDGED_BY}
    return Workload([*own, *others(NOTES - len(own))], questions, metrics)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./just peers", description=__doc__)
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME",
        help="this server beside ours; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--budget", type=float, default=15.0, metavar="MINUTES",
        help="how long to measure; what is not done by then is named as missing (default 15)",
    )  # fmt: skip
    parser.add_argument(
        "--calls", type=int, default=NOTES, metavar="N",
        help=f"notes to store, questions at most; fewer than {NOTES} may leave answers unjudged",
    )  # fmt: skip
    parser.add_argument(
        "--environments", type=Path, default=ENVIRONMENTS, metavar="FOLDER",
        help="where the servers are installed, once (default .asv/peers)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="FILE",
        help="write the samples here (default results/judging/peers.json, and the page with it)",
    )  # fmt: skip
    parser.add_argument(
        "--record", type=Path, metavar="FOLDER",
        help="measure nothing; write real answers here, for the tests",
    )  # fmt: skip
    parser.add_argument("--report", action="store_true", help="only make docs/peers.md anew")
    return parser


def _measure(options: argparse.Namespace) -> int:
    from rich.console import Console

    from tracker.peers import catalogue, page, samples, terminal
    from tracker.peers.session import Session
    from tracker.peers.turns import Plan

    listed = catalogue.read(CATALOGUE)
    session = Session(
        catalogue=listed,
        peers=listed.chosen(options.only),
        workload=workload().cut(max(1, options.calls)),
        plan=Plan(budget_s=60 * options.budget),
        root=ROOT,
        environments=options.environments.absolute(),
    )
    if options.record:
        for what in session.record(options.record):
            print(what)
        return 0
    with terminal.Bar(Console(stderr=True)) as bar:
        measured = session.run(bar.take)
    samples.write(measured, options.out or ROOT / page.FILE)
    terminal.show(measured)
    return 0 if options.out else _report()


def _report() -> int:
    from tracker.peers import page

    written = page.write(ROOT)
    print(f"Written: {written.relative_to(ROOT)} and {page.PICTURE}")
    return 0


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
