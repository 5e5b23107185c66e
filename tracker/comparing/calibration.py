"""How much do two identical commits differ? One run after the other, for the noise floors."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tracker.comparing.findings import Finding, cpu_logs, figure_logs, wall_logs
from tracker.comparing.floors import Noise
from tracker.comparing.measuring import Watcher
from tracker.judging.paired import PAIRS_MIN, estimate
from tracker.lockstep.model import Case, Figure, Lockstep, Pair, Side

PAIRS: Final = PAIRS_MIN
"""In each run, as in the first stage of a comparison: the floor is to hold for that."""

FIRST_SEED: Final = 20_000


@dataclass
class Calibration:
    """Runs of one commit against itself."""

    lockstep: Lockstep
    watcher: Watcher
    budget_s: float
    changes: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def run(self, cases: Sequence[Case], runs: int) -> Mapping[str, Noise]:
        """Return the noise of each case, of as many whole runs as the budget allows.

        A run that was begun is ended, so that each case has as many as the others.
        """
        began_s = time.monotonic()
        exact = {case for case in cases if Finding(case).is_exact}
        wanted = [case for case in cases if case not in exact]
        for index in range(runs):
            spent_s = time.monotonic() - began_s
            if index and spent_s + spent_s / index > self.budget_s:
                break
            self.watcher.stage(f"run {index + 1} of {runs}", len(wanted) * PAIRS)
            self._one_run(wanted, FIRST_SEED + index * PAIRS)
        return {name: Noise(**each) for name, each in self.changes.items() if any(each.values())}

    def _one_run(self, cases: Sequence[Case], first_seed: int) -> None:
        findings = [Finding(case) for case in cases]
        for seed in range(first_seed, first_seed + PAIRS):
            for finding in findings:
                if not finding.missing:
                    self.watcher.step(finding.case.name)
                    self._measure(finding, seed)
        for finding in findings:
            if not finding.missing:
                self._note(finding)

    def _measure(self, finding: Finding, seed: int) -> None:
        if finding.is_timed:
            told = self.lockstep.pair(finding.case, seed)
            if isinstance(told, Pair):
                finding.first.append(told)
            else:
                finding.missing[told.side] = told
            return
        figures: list[float] = []
        for side, each in self.lockstep.figures(finding.case, seed).items():
            if isinstance(each, Figure):
                figures.append(each.value)
            else:
                finding.missing[side] = each
        if len(figures) == len(Side):
            finding.turns.append((figures[0], figures[1]))

    def _note(self, finding: Finding) -> None:
        logs: Mapping[str, Sequence[float]]
        if finding.is_timed:
            logs = {"cpu": cpu_logs(finding.first), "wall": wall_logs(finding.first)}
        else:
            less = finding.case.less_is_better
            logs = {"figure": figure_logs(finding.turns, less_is_better=less)}
        noted = self.changes.setdefault(finding.case.name, {"cpu": [], "wall": [], "figure": []})
        for kind, each in logs.items():
            if found := estimate(each):
                # The interval allows for chance already; a floor that did so again would hide what
                # is surely there. Wall time waits for others, who come and go: all of it counts.
                noted[kind].append(found.change if kind == "wall" else found.beyond_chance)
