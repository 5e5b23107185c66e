"""Measure the commits that have no results yet, newest first, within a budget of time.

A commit counts as measured when asv has written its results, which it does once, at the end. One
that was interrupted is measured again from its start. One that could not be installed is passed
over in this run and tried again in the next; one whose every benchmark fails keeps that as its
result, since it would only fail again.

A benchmark that is new can be measured alone, on the commits that have results without it: it is
added to them, and what is there stays as it is.
"""

import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tracker import failures, machine, processes, result_files, results
from tracker.errors import PublishFailed, UnknownBenchmark
from tracker.history import History
from tracker.progress import Display
from tracker.suite import CONFIGURATION, Suite, write_for_branch

LOG: Final = ".asv/track.log"
"""All that asv said in the last run; asv itself keeps nothing."""

TAIL_LINES: Final = 15

NOT_STARTED_MAX: Final = 2
"""One commit may be broken. Two in a row, and it is the benchmarks or the network."""

LOOK: Final = "To look: ./just preview (the files are in {html_dir}/index.html)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the person asked for."""

    budget_s: float
    machine: str = machine.LOCAL
    commits_max: int | None = None
    ranges: tuple[str, ...] = ()
    bench: str | None = None
    """Add only what is named so, a regular expression, to the results that are there."""


@dataclass
class Tracking:
    """One run over one repository."""

    history: History
    suite: Suite
    request: Request
    display: Display
    configuration: str = CONFIGURATION

    lacking: dict[str, list[str]] = field(default_factory=dict)
    """What is to be added to each commit, where not all is measured."""
    measured: int = 0
    failed: int = 0
    not_started: int = 0
    """Commits in a row that asv wrote nothing about."""

    @property
    def results_dir(self) -> Path:
        """Folder of all results."""
        return self.history.root / self.suite.results_dir

    def measure(self, commits: Sequence[str]) -> None:
        """Measure each of `commits` while the next one, if like the last, fits the budget."""
        subjects = self.history.subjects(commits)
        began = time.monotonic()
        last_s = 0.0
        for index, commit in enumerate(commits):
            spent_s = time.monotonic() - began
            if index and spent_s + last_s > self.request.budget_s:
                left = len(commits) - index
                self.display.say(f"The budget is spent; {_commits(left)} left for the next run.")
                return
            self.display.commit(index, f"{commit[:8]} {subjects[commit]}")
            if not self._measure_one(commit):
                self.display.say("The next would fare no better: giving up.")
                return
            last_s = time.monotonic() - began - spent_s

    def find_lacking(self, commits: Sequence[str]) -> list[str]:
        """Return those of `commits` with results that lack a benchmark of the request.

        Raises:
            UnknownBenchmark: there is none of that name, or they cannot be found out.
        """
        assert self.request.bench is not None
        # asv's own word for: only look which benchmarks there are.
        ended = self._run(commits[0], failures.Heard(), "--bench", "just-discover")
        if ended.status or not results.names(self.results_dir, self.request.bench):
            raise UnknownBenchmark(self.request.bench, LOG, self._tail())
        self.lacking = results.lacking(self.results_dir, self.request.machine, self.request.bench)
        return [commit for commit in commits if commit in self.lacking]

    def _run(self, commit: str, heard: failures.Heard, *options: str) -> processes.Ended:
        ended = self._asv(
            heard.line,
            "run",
            *("--machine", self.request.machine),
            *("--record-samples", "--show-stderr", "--no-pull"),
            *options,
            f"{commit}^!",
        )
        for process in ended.left_behind:
            self.display.say(f"{commit[:8]} left a process running; stopped it: {process}")
        heard.end()
        return ended

    def _add_to_one(self, commit: str, names: Sequence[str]) -> bool:
        """Measure these benchmarks on a commit; return False when the next would fare no better."""
        heard = failures.Heard()
        with result_files.kept(self.results_dir, self.request.machine, commit) as put_back:
            exactly = "|".join(rf"^{re.escape(name)}(\(|$)" for name in names)
            self._run(commit, heard, "--bench", exactly)
            outcome = results.outcome(self.results_dir, self.request.machine, commit, names)
            if outcome is None or not outcome.ran:
                put_back()
                self.failed += 1
                self.not_started += 1
                self._explain(f"nothing ran on {commit[:8]}; its results are as they were")
                return self.not_started < NOT_STARTED_MAX
        known = failures.read(self.results_dir, self.request.machine).get(commit, {})
        self._keep(commit, outcome, {**known, **heard.failed})
        return True

    def _measure_one(self, commit: str) -> bool:
        """Measure a commit; return False when the next would fare no better."""
        if names := self.lacking.get(commit):
            return self._add_to_one(commit, names)
        heard = failures.Heard()
        self._run(commit, heard)
        outcome = results.outcome(self.results_dir, self.request.machine, commit)
        if outcome is None:
            self.failed += 1
            self.not_started += 1
            self._explain(f"asv found no benchmarks to run on {commit[:8]}")
            return self.not_started < NOT_STARTED_MAX
        if not outcome.ran:
            self.not_started = 0
            self.failed += 1
            result_files.forget(self.results_dir, self.request.machine, commit)
            self._explain(f"{commit[:8]} cannot be installed; it is left out of this run")
            return True
        self._keep(commit, outcome, heard.failed)
        return True

    def _keep(
        self, commit: str, outcome: results.Outcome, failed: Mapping[str, Sequence[str]]
    ) -> None:
        """Count what was measured, and say what failed."""
        self.not_started = 0
        failures.keep(self.results_dir, self.request.machine, commit, failed)
        if len(outcome.failed) == outcome.ran:
            self.failed += 1
            self._explain(f"{commit[:8]}: every benchmark fails; this is kept as its result")
            return
        self.measured += 1
        result_files.round_samples(self.results_dir, self.request.machine, commit)
        for name in outcome.failed:
            self.display.say(f"{commit[:8]}: {name} failed; its output is in {LOG}")

    def publish(self) -> None:
        """Build the site."""
        self.display.say("Publishing.")
        if self._asv(None, "publish", "--no-pull").status:
            raise PublishFailed(LOG, self._tail())

    def _asv(
        self, listener: Callable[[str], None] | None, command: str, *arguments: str
    ) -> processes.Ended:
        log = self.history.root / LOG
        log.parent.mkdir(exist_ok=True)
        with log.open("a", encoding="utf-8", buffering=1) as copy:

            def note(line: str) -> None:
                copy.write(f"{line}\n")
                self.display.line(line)
                if listener:
                    listener(line)

            asv = [sys.executable, "-m", "asv", command, "--config", self.configuration]
            # asv draws its tree in dots only where it may print them.
            environ = {**os.environ, "PYTHONIOENCODING": "utf-8"}
            return processes.run([*asv, *arguments], self.history.root, environ, note)

    def _explain(self, what: str) -> None:
        self.display.say(f"{what}. Its output ({LOG}) ends:\n{self._tail()}")

    def _tail(self) -> str:
        lines = (self.history.root / LOG).read_text("utf-8").splitlines()
        return "\n".join(f"  {line}" for line in lines[-TAIL_LINES:])


def track(request: Request, folder: Path) -> int:
    """Measure, publish, and return the exit status: 0, or 1 when nothing could be measured."""
    history = History.around(folder)
    suite = Suite.read(history.root)
    suite.require_benchmarks(history.root)
    machine.register(request.machine)
    results_dir = history.root / suite.results_dir
    result_files.restore_kept(results_dir, request.machine)
    for name in result_files.discard_torn(results_dir, request.machine):
        print(f"{name} was cut off when a run was killed; its commit is measured again.")

    branch = history.branch(suite.branches)
    touching = history.commits(request.ranges or (branch,), suite.measured_paths())
    (history.root / LOG).unlink(missing_ok=True)
    run = Tracking(history, suite, request, Display(total=0))
    if branch in suite.branches:
        return _carry_out(run, touching)
    temporary = write_for_branch(history.root, branch)
    run.configuration = temporary.name
    try:
        return _carry_out(run, touching)
    finally:
        temporary.unlink()


def _wanted(run: Tracking, touching: Sequence[str]) -> list[str]:
    """Return the commits to measure, newest first; say so if there is none."""
    machine_name, what = run.request.machine, "results"
    done = results.measured_commits(run.results_dir, machine_name)
    if run.request.bench is None:
        wanted = [commit for commit in touching if commit not in done]
    else:
        # One without results is to be measured whole: it would pass for measured.
        touching = [commit for commit in touching if commit in done]
        wanted = run.find_lacking(touching) if touching else []
        what = f"{run.request.bench!r} among the results"
    if not wanted:
        print(
            f"Nothing to measure: machine {machine_name!r} has {what} for"
            f" all {_commits(len(touching))} that touch {', '.join(run.suite.measured_paths())}."
        )
    return wanted[: run.request.commits_max]


def _carry_out(run: Tracking, touching: Sequence[str]) -> int:
    wanted = _wanted(run, touching)
    run.display = Display(total=len(wanted))
    site = run.history.root / run.suite.html_dir / "index.html"
    try:
        with run.display:
            run.measure(wanted)
    except KeyboardInterrupt:
        torn = result_files.discard_torn(run.results_dir, run.request.machine)
        kept = f"Stopped. {_commits(run.measured)} measured in this run and kept"
        again = ", the one at hand" + (" (half written)" if torn else "")
        print(f"{kept}{again} is measured again by the next run.")
        raise
    if run.measured or not site.exists():
        if run.failed and not run.measured:
            return 1
        run.publish()
    print(f"Measured {_commits(run.measured)}." if run.measured else "Nothing new was measured.")
    print(LOOK.format(html_dir=run.suite.html_dir))
    return int(bool(run.failed) and not run.measured)


def _commits(count: int) -> str:
    return "1 commit" if count == 1 else f"{count} commits"
