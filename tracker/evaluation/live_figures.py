"""Trials → how often the judge was right, with the interval that so many trials allow. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from tracker.evaluation.mistakes import MISTAKES
from tracker.evaluation.trials import Judged, Trial

CONFIDENCE: Final = 0.95

WITHIN: Final = ("slower", "faster")


class Share(BaseModel):
    """So many of so many, and between which shares the truth is with 95 %."""

    model_config = ConfigDict(frozen=True)

    hits: int
    of: int
    low: float
    high: float

    @classmethod
    def of_all(cls, hits: int, of: int) -> "Share":
        """Return a share with its exact interval (Clopper and Pearson, 1934)."""
        if not of:
            return cls(hits=0, of=0, low=0.0, high=1.0)
        from scipy.stats import binomtest

        found = binomtest(hits, of).proportion_ci(CONFIDENCE, method="exact")
        return cls(hits=hits, of=of, low=round(found.low, 4), high=round(found.high, 4))


class Silence(BaseModel):
    """What was said where there was nothing to say."""

    model_config = ConfigDict(frozen=True)

    comparisons: int
    red: Share
    """Of all judgements; a judgement is one benchmark of one comparison."""
    yellow: Share
    asv: Share
    """Slower or faster, of the same samples."""


class Named(BaseModel):
    """What became of one mistake."""

    model_config = ConfigDict(frozen=True)

    fault: str
    says: str
    counter: str
    """That named it; empty if none of those that should did."""
    first: str
    """The benchmark that the report has first."""
    is_first_right: bool
    colour: str
    asv: str
    """What asv said of the benchmark that pays for it."""


class Power(BaseModel):
    """How often more work of one size was found in one benchmark."""

    model_config = ConfigDict(frozen=True)

    benchmark: str
    size: float
    found: Share
    """Slower, confirmed on fresh pairs."""
    measured: tuple[float, ...]
    """What each trial measured, as a share."""
    asv: Share
    pairs: float
    """That a trial took, on average."""


class Searches(BaseModel):
    """How often the planted commit was named."""

    model_config = ConfigDict(frozen=True)

    by: str
    found: Share
    asv_find: Share


class Figures(BaseModel):
    """All that a live evaluation came to."""

    model_config = ConfigDict(frozen=True)

    silence: Silence
    named: tuple[Named, ...]
    power: tuple[Power, ...]
    searches: tuple[Searches, ...]
    failed: tuple[str, ...]
    """Trials that came to nothing, each with why."""
    seconds: float
    """That all trials took."""


def figures(trials: Sequence[Trial]) -> Figures:
    """Count."""
    held = [trial for trial in trials if trial.judged]
    return Figures(
        silence=_silence([trial for trial in held if trial.part == "same"]),
        named=tuple(_named(trial) for trial in held if trial.part == "fault"),
        power=tuple(_power([trial for trial in held if trial.part == "power"])),
        searches=tuple(_searches([trial for trial in trials if trial.part == "bisect"])),
        failed=tuple(f"{trial.key}: {trial.said}" for trial in trials if _has_failed(trial)),
        seconds=round(sum(trial.seconds for trial in trials), 1),
    )


def _silence(trials: Sequence[Trial]) -> Silence:
    every = [judged for trial in trials for judged in trial.judged]
    compared = [judged for judged in every if judged.asv]
    return Silence(
        comparisons=len(trials),
        red=Share.of_all(sum(each.colour == "red" for each in every), len(every)),
        yellow=Share.of_all(sum(each.colour == "yellow" for each in every), len(every)),
        asv=Share.of_all(sum(each.asv in WITHIN for each in compared), len(compared)),
    )


def _named(trial: Trial) -> Named:
    fault = next(each for each in MISTAKES if each.name == trial.subject)
    paying = [each for each in trial.judged if each.benchmark in fault.benchmarks]
    first = trial.judged[0]
    naming = [name for each in paying for name in each.counters if name in fault.counters]
    return Named(
        fault=fault.name,
        says=fault.says,
        counter=naming[0] if naming else "",
        first=first.benchmark if first.colour else "",
        is_first_right=bool(first.colour) and first.benchmark in fault.benchmarks,
        colour=first.colour,
        asv=_worst([each.asv for each in paying]),
    )


def _power(trials: Sequence[Trial]) -> Iterable[Power]:
    by_place: dict[tuple[str, float], list[Judged]] = defaultdict(list)
    for trial in trials:
        by_place[trial.subject, trial.size or 0.0].append(trial.judged[0])
    for (benchmark, size), every in sorted(by_place.items()):
        yield Power(
            benchmark=benchmark,
            size=size,
            found=Share.of_all(sum(each.verdict == "slower" for each in every), len(every)),
            measured=tuple(each.change for each in every if each.change is not None),
            asv=Share.of_all(sum(each.asv == "slower" for each in every), len(every)),
            pairs=round(sum(each.pairs for each in every) / len(every), 1),
        )


def _searches(trials: Sequence[Trial]) -> Iterable[Searches]:
    for by in ("counter", "time"):
        every = [trial for trial in trials if trial.key.split("/")[1] == by]
        asked = [trial for trial in every if trial.asv_found is not None]
        if every:
            yield Searches(
                by=by,
                found=Share.of_all(sum(bool(trial.found) for trial in every), len(every)),
                asv_find=Share.of_all(sum(bool(trial.asv_found) for trial in asked), len(asked)),
            )


def _has_failed(trial: Trial) -> bool:
    return bool(trial.said) and (trial.part != "bisect" or not trial.found)


def _worst(said: Sequence[Any]) -> str:
    return next((word for word in (*WITHIN, "same") if word in said), "")
