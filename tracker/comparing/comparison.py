"""From two names of commits to a report: what `compare` does, one step after the other."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from tracker.comparing import acceptance, asv_answer, commits, floors, gate
from tracker.comparing.commits import Commit
from tracker.comparing.errors import NothingToCompare
from tracker.comparing.findings import Finding
from tracker.comparing.measuring import Measuring, Watcher
from tracker.comparing.plan import Plan, Settings, plan
from tracker.comparing.report import Report
from tracker.history import History
from tracker.lockstep.model import Lockstep
from tracker.suite import Suite

NAMES_MAX: Final = 5


class Opening(Protocol):
    """Makes two commits ready to be measured."""

    def __call__(
        self, root: Path, base: str, head: str, *, progress: Callable[[str], None]
    ) -> AbstractContextManager[Lockstep]:
        """Install both; `progress` is told what takes a while."""
        ...


class Display(Watcher, Protocol):
    """Who is told how far a comparison is, from its first step on."""

    def say(self, message: str) -> None:
        """Take in what takes a while."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the person asked for."""

    base: str
    head: str = "HEAD"
    wanted: tuple[str, ...] = ()
    """Regular expressions; none is all that is not left out by default."""
    accepted: tuple[acceptance.Acceptance, ...] = ()
    budget_s: float
    anyway: bool = False
    """Whether commits that do not differ are measured, too."""


def compare(request: Request, folder: Path, opening: Opening, display: Display) -> Report:
    """Measure both commits, judge, and report.

    Raises:
        NothingToCompare: the commits hold the same of all that is measured.
        TrackerError: a commit, a pattern, a setting is unknown, or the two cannot be started.
    """
    began_s = time.monotonic()
    root = History.around(folder).root
    suite = Suite.read(root)
    suite.require_benchmarks(root)
    base, head = (commits.resolve(root, name) for name in (request.base, request.head))
    paths = suite.measured_paths()
    if not request.anyway and not commits.differs(root, base.sha, head.sha, paths):
        raise NothingToCompare(request.base, request.head, ", ".join(paths))
    settings = Settings.read(root)
    noise = floors.read(root / suite.results_dir)
    known = {name: floors.floor(each) for name, each in noise.items()}
    with opening(root, base.sha, head.sha, progress=display.say) as lockstep:
        planned = plan(lockstep.cases(), settings, request.wanted)
        left_s = max(request.budget_s - (time.monotonic() - began_s), 0.0)
        findings = Measuring(lockstep, known, display, left_s).run(planned.cases)
    accepted, refused = acceptance.read(root, base.sha, head.sha)
    rulings = gate.rule(findings, known, (*request.accepted, *accepted))
    answer = asv_answer.ask(root, base.sha, head.sha, findings)
    return Report(
        base=base,
        head=head,
        rulings=tuple(rulings),
        left_out=tuple((case.name, reason) for case, reason in planned.left_out),
        packages=commits.packages(root, base.sha, head.sha),
        notes=(
            *_uncommitted(root, paths, request.head),
            *refused,
            *_unused((*request.accepted, *accepted), planned, findings),
            *((answer.said,) if answer.said else ()),
        ),
        asv=answer.words,
        command=_command(request, base, head),
        budget_s=request.budget_s,
        spent_s=time.monotonic() - began_s,
    )


def _uncommitted(root: Path, paths: tuple[str, ...], head: str) -> list[str]:
    changed = commits.uncommitted(root, paths)
    if not changed or commits.resolve(root, head) != commits.resolve(root, "HEAD"):
        return []
    more = f" and {len(changed) - NAMES_MAX} more" if len(changed) > NAMES_MAX else ""
    names = ", ".join(changed[:NAMES_MAX])
    return [f"Not measured, since not committed: {names}{more}."]


def _unused(
    accepted: Sequence[acceptance.Acceptance], planned: Plan, findings: Sequence[Finding]
) -> list[str]:
    names = {case.benchmark for case, _ in planned.left_out}
    names |= {name for finding in findings for name in (finding.case.benchmark, finding.case.name)}
    return [
        f"{acceptance.TRAILER}: no benchmark is called {each.pattern!r}."
        for each in acceptance.unused(accepted, names)
    ]


def _command(request: Request, base: Commit, head: Commit) -> str:
    chosen = "".join(f" --bench {_quoted(each)}" for each in request.wanted)
    anyway = " --anyway" if request.anyway else ""
    return f"./just compare {base.short} {head.short}{chosen}{anyway}"


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
