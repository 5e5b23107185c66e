"""What is measured of more than one call: scaling, sustained load, and the server's process."""

from dataclasses import dataclass
from statistics import median, quantiles

from tracker.validation.bootstrap import Estimate
from tracker.validation.claims import Claim
from tracker.validation.samples import Process, Samples, Scaling, Sustained

MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Load:
    """How an arm did under a load."""

    median_s: float | None
    p95_s: float | None
    a_second: float
    """Calls that succeeded, a second."""
    failures: int
    calls: int


def of_scaling(row: Scaling) -> Load:
    """Return what so many clients at once got."""
    return _load(row.seconds, row.wall_s, row.failures)


def of_sustained(row: Sustained) -> Load:
    """Return what a steady row of calls got."""
    return _load(row.seconds, row.duration_s, row.failures)


def _load(seconds: tuple[float | None, ...], wall_s: float, failures: int) -> Load:
    times = [second for second in seconds if second is not None]
    many = len(times) > 1
    return Load(
        median_s=median(times) if times else None,
        p95_s=quantiles(times, n=20, method="inclusive")[-1] if many else None,
        a_second=len(times) / wall_s,
        failures=failures,
        calls=len(seconds),
    )


def steady_mb(row: Process) -> float:
    """Return the resident memory that is usual in the second half of a run, in MB of 10⁶ bytes."""
    return median(row.rss_bytes[len(row.rss_bytes) // 2 :]) / MEGABYTE


def cpu_percent(row: Process) -> float | None:
    """Return the share of one processor, in percent; None of a run without a duration."""
    if len(row.at_s) < 2 or row.at_s[-1] <= row.at_s[0]:
        return None
    return 100 * (row.cpu_s[-1] - row.cpu_s[0]) / (row.at_s[-1] - row.at_s[0])


def reading(claim: Claim, arm: str, samples: Samples) -> Estimate | None:
    """Return the figure of a claim that is not about a single call: one reading, no interval.

    Of several rows the one that is worst for the claim.
    """
    figures = [figure for figure in _readings(claim, arm, samples) if figure is not None]
    if not figures:
        return None
    worst = max(figures) if claim.at_least is None else min(figures)
    return Estimate(worst, None, None, len(figures))


def _readings(claim: Claim, arm: str, samples: Samples) -> list[float | None]:
    processes = [row for row in samples.processes if row.arm == arm and row.rss_bytes]
    if claim.kind == "memory":
        return [steady_mb(row) for row in processes]
    if claim.kind == "cpu":
        return [cpu_percent(row) for row in processes]
    return [
        of_scaling(row).a_second
        for row in samples.scaling
        if (row.operation, row.arm, row.clients) == (claim.operation, arm, claim.clients)
    ]
