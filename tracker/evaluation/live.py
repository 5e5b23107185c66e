"""The judge, judged live: known changes of the real server, measured and judged one by one.

Whatever is done is kept at once, so that a run that was stopped goes on where it was.
"""

import math
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tracker.bisecting import search
from tracker.bisecting.line import Line
from tracker.bisecting.sampling import Metric, NoFigure, Sampler
from tracker.bisecting.search import Open
from tracker.comparing import floors
from tracker.comparing.floors import Floor
from tracker.errors import TrackerError
from tracker.evaluation import courtroom
from tracker.evaluation.asv_find import Finder
from tracker.evaluation.burning import burning
from tracker.evaluation.errors import NotCalibrated
from tracker.evaluation.faults import Fault, more_work
from tracker.evaluation.planting import Planted, clone
from tracker.evaluation.tasks import Amount, Task, tasks
from tracker.evaluation.trials import LEDGER, Ledger, Trial
from tracker.suite import Suite

FOLDER: Final = ".asv/evaluation"

CALIBRATION_UNITS: Final = 20_000
"""Enough to be felt whatever the benchmark: 0.2 ms on a machine of today."""
CALIBRATION_PAIRS: Final = 8


Opened = Callable[[Path, Path], Open]
"""A repository and a folder for environments, which is kept → what opens two of its commits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be judged, and for how long."""

    amount: Amount
    budget_s: float
    """No further trial is begun after that; what is left is for the next run."""
    seed: int = 1
    is_loaded: bool = False
    """Whether both cores are kept busy meanwhile."""

    def subject(self, base: str) -> str:
        """Return what the trials are of; those of anything else do not count."""
        load = "loaded" if self.is_loaded else "as it is"
        return f"{base} seed {self.seed} {load} {self.amount}"


@dataclass
class Live:
    """One run over the tasks that are left."""

    planted: Planted
    open: Open
    ledger: Ledger
    request: Request
    say: Callable[[str], None]
    floors: Mapping[str, Floor]
    asv_find: Finder | None
    trials: list[Trial] = field(default_factory=list)

    def run(self) -> list[Trial]:
        """Do what is left, within the budget; return all trials there are."""
        self.trials = self.ledger.begin()
        done = {trial.key for trial in self.trials}
        left = [
            task for task in tasks(self.request.amount, self.request.seed) if task.key not in done
        ]
        began = time.monotonic()
        for number, task in enumerate(left):
            if time.monotonic() - began > self.request.budget_s:
                self.say(f"The budget is spent; {len(left) - number} trials are left to do.")
                break
            self.say(f"{len(self.trials) + 1}/{len(done) + len(left)} {task.key} {task.subject}")
            self._try(task)
        return self.trials

    def _try(self, task: Task) -> None:
        began = time.monotonic()
        trial = Trial(key=task.key, part=task.part, subject=task.subject, size=task.size, seconds=0)
        try:
            trial = self._done(task, trial)
        except TrackerError as error:
            trial = trial.model_copy(update={"said": str(error).splitlines()[0]})
        trial = trial.model_copy(update={"seconds": round(time.monotonic() - began, 1)})
        self.ledger.add(trial)
        self.trials.append(trial)
        self.say(f"  {told(trial)}")

    def _done(self, task: Task, trial: Trial) -> Trial:
        if task.part == "calibration":
            return trial.model_copy(update={"size": self._unit(task)})
        if task.size is not None:
            task = replace(task, fault=self._work(task))
        if task.part == "bisect":
            return self._searched(task, trial)
        head = self.planted.commit(task.fault) if task.fault else self.planted.base
        self.planted.restore()
        with self.open(self.planted.base, head) as lockstep:
            # Of work of a known size the question is what time alone finds.
            is_counting = task.part != "power"
            seeded = courtroom.Reseeded(lockstep, task.seed, is_counting)
            judged = courtroom.judged(seeded, task.benchmarks, self.floors)
        return trial.model_copy(update={"judged": judged})

    def _unit(self, task: Task) -> float:
        """Return by what share one unit of work makes a benchmark slower, on this machine."""
        [benchmark] = task.benchmarks
        head = self.planted.commit(more_work(benchmark, CALIBRATION_UNITS, counted=False))
        self.planted.restore()
        with self.open(self.planted.base, head) as lockstep:
            case = search.one_case(lockstep.cases(), benchmark)
            sampler = Sampler(lockstep, case, task.seed)
            logs: list[float] = []
            for _ in range(CALIBRATION_PAIRS):
                try:
                    sampler.more()
                except NoFigure as missing:
                    raise NotCalibrated(benchmark, str(missing)) from missing
            logs = sampler.logs[Metric.CPU]
        return math.expm1(statistics.median(logs)) / CALIBRATION_UNITS

    def _work(self, task: Task) -> Fault:
        [benchmark] = task.benchmarks
        key = f"calibration/{benchmark}"
        unit = next((trial.size for trial in self.trials if trial.key == key), None)
        if not unit or unit <= 0 or task.size is None:
            raise NotCalibrated(benchmark, "a unit of work made no difference")
        return more_work(benchmark, max(1, round(task.size / unit)), counted=False)

    def _searched(self, task: Task, trial: Trial) -> Trial:
        assert task.fault
        [benchmark] = task.benchmarks
        commits = self.planted.line(self.request.amount.line_commits, task.fault, task.place)
        self.planted.restore()
        line = Line(tuple(commits), dict.fromkeys(commits, ""))
        wanted = search.Request(benchmark, by_time=task.size is not None, seed=task.seed)
        said, found = "", False
        try:
            finding = search.Search(line, self.open, wanted, lambda step: None).run()
            found = finding.is_exact and finding.commits == (commits[task.place],)
            said = f"{finding.asked - 1} looked at, {finding.pairs} pairs"
        except TrackerError as error:
            said = str(error).splitlines()[0]
        asv = None
        if self.asv_find is not None:
            asv = self.asv_find(commits[0], commits[-1], benchmark) == commits[task.place]
        return trial.model_copy(update={"found": found, "asv_found": asv, "said": said})


def run(request: Request, root: Path, opened: Opened, say: Callable[[str], None]) -> list[Trial]:
    """Judge the judge on the commit that is checked out at `root`.

    Raises:
        TrackerError: there is nothing to measure with. A trial that fails is kept as one.
    """
    planted = clone(root, root / FOLDER / "clone")
    ledger = Ledger(root / FOLDER / LEDGER, request.subject(planted.base))
    noise = floors.read(root / Suite.read(root).results_dir)
    find = Finder(planted.root) if request.amount.by_time else None
    live = Live(
        planted=planted,
        open=opened(planted.root, root / FOLDER / "lockstep"),
        ledger=ledger,
        request=request,
        say=say,
        floors={name: floors.floor(each) for name, each in noise.items()},
        asv_find=find,
    )
    with burning() if request.is_loaded else nullcontext():
        return live.run()


def told(trial: Trial) -> str:
    """Return what came of a trial, in one line."""
    if trial.said and trial.found is None:
        return trial.said
    if trial.part == "calibration":
        return f"a unit of work is {trial.size:.2e} of it"
    if trial.part == "bisect":
        return f"{'found' if trial.found else 'not found'}: {trial.said}"
    words = [
        f"{each.benchmark.rpartition('.')[2]} {each.colour or 'green'} {each.verdict}"
        + (f" {each.change:+.1%}" if each.change is not None else "")
        + (f" {' '.join(each.counters)}" if each.counters else "")
        for each in trial.judged
    ]
    return "; ".join(words)
