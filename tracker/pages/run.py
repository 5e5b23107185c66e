"""run.html: what the newest run measured, with what, and what went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import ClassVar, Final

from asv.publishing import OutputPublisher

from tracker import failures, results
from tracker.coverage import SCHEMAS, Coverage, actions, coverage, named
from tracker.environment import LOCK
from tracker.history import History
from tracker.packages import packages
from tracker.pages import run_tables
from tracker.pages.figures import commit_link, machines_of
from tracker.pages.frame import frame
from tracker.pages.noise import Floor, floors
from tracker.pages.targets import Configuration
from tracker.results import Point
from tracker.runs import Run, runs
from tracker.series import Series, histories

TITLE: Final = "Run"
CALIBRATION: Final = "calibration."

RUNS_SHOWN: Final = 8

LEAD: Final = (
    "What the newest run of each machine measured, with which packages, what failed and what it"
    " said. Whoever doubts a figure begins here: was it the code, the packages, or the machine?"
)

NOTHING: Final = (
    '<p class="empty">Nothing has been measured yet. <code>./just track</code> measures a commit,'
    " and <code>./just publish</code> shows it here.</p>\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What there is to say of one machine."""

    machine: str
    runs: tuple[Run, ...]
    """The newest first; one at the least."""
    subjects: Mapping[str, str]
    said: Mapping[str, Sequence[str]]
    """The last lines of what failed in the newest run."""
    packages: Mapping[str, str]
    packages_before: Mapping[str, str] | None
    """Of the run before; None where there is none, or its lock is not known."""
    coverage: tuple[Coverage, ...]
    calibration: tuple[Series, ...]

    @property
    def newest(self) -> Run:
        """The run that the page is about."""
        return self.runs[0]


class RunPage(OutputPublisher):
    """Writes `run.html`."""

    name: ClassVar[str] = "run"
    button_label: ClassVar[str] = TITLE
    description: ClassVar[str] = "What the newest run measured, and what went wrong"
    order: ClassVar[float] = 14

    @classmethod
    def publish(
        cls,
        conf: Configuration,
        repo: object,
        benchmarks: object,
        graphs: object,
        revisions: Mapping[str, int],
    ) -> None:
        """Write the page. asv calls this, once a publish."""
        results_dir = Path(conf.results_dir)
        points = results.points(results_dir)
        gathered = (gather(name, points, revisions, results_dir) for name in machines_of(points))
        told = [each for each in gathered if each]
        page = render(conf.project, told, floors(results_dir), conf.show_commit_url)
        Path(conf.html_dir, "run.html").write_text(page, "utf-8")


def gather(
    machine: str, points: Sequence[Point], revisions: Mapping[str, int], results_dir: Path
) -> Told | None:
    """Return what there is to say of a machine; None when nothing of it is on the branch."""
    measured = results.newest_first(points, machine, revisions)
    newest = runs(results_dir, machine, measured[:RUNS_SHOWN])
    if not newest:
        return None
    commit, *before = (run.commit for run in newest)
    history = History(Path.cwd())
    lock = history.file(commit, LOCK)
    lock_before = history.file(before[0], LOCK) if before else None
    mine = [point for point in points if point.machine == machine]
    calibration = [point for point in mine if point.benchmark.startswith(CALIBRATION)]
    return Told(
        machine=machine,
        runs=tuple(newest),
        subjects=history.subjects([run.commit for run in newest]),
        said=failures.read(results_dir, machine).get(commit, {}),
        packages=packages(lock or ""),
        packages_before=None if lock_before is None else packages(lock_before),
        coverage=tuple(
            coverage(
                actions(history.root / SCHEMAS),
                named(history.root),
                [point for point in mine if point.commit == commit],
            )
        ),
        calibration=tuple(histories(calibration, revisions)),
    )


def render(project: str, told: Sequence[Told], noise: Mapping[str, Floor], commit_url: str) -> str:
    """Return the page as text: no files, no clock."""
    sections = "".join(_section(each, commit_url) for each in told)
    floor = run_tables.noise(noise) if sections else ""
    body = f'<h1>{TITLE}</h1>\n<p class="lead">{LEAD}</p>\n{sections or NOTHING}{floor}'
    return frame(TITLE, project, body)


def _section(told: Told, commit_url: str) -> str:
    name = escape(told.machine)
    run = told.newest
    parts = [
        run_tables.facts(run, told.coverage, told.packages),
        run_tables.failed(run, told.said),
        run_tables.skipped(run),
        run_tables.calibration(told.calibration),
        run_tables.changed(told.packages, told.packages_before),
        run_tables.covered(told.coverage),
        run_tables.slowest(run),
        run_tables.history(told.runs, told.subjects, commit_url),
    ]
    subject = escape(told.subjects.get(run.commit, ""))
    return (
        f'<section class="machine" aria-labelledby="machine-{name}">\n'
        f'<header><h2 id="machine-{name}">Machine <code>{name}</code></h2>'
        f'<p class="counts">{commit_link(run.commit, commit_url)} {subject}</p></header>\n'
        f"{''.join(parts)}</section>\n"
    )
