"""How quiet is the machine? A fixed loop, timed in turns by the wall and by the processor.

Where nothing else runs both agree, and each turn takes as long as the last. What others take shows
as wall time beyond processor time, as turns of unlike length, as switches that the loop did not ask
for, and in what the kernel counts: time stolen by the host, and time spent waiting for a core.
"""

import os
import resource
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.doctor.model import Seen, ok, unknown, warn

DURATION_S: Final = 2.0
STEPS: Final = 40_000
"""Of the loop in one turn; some milliseconds."""

SPREAD_MAX: Final = 0.10
"""Between the quartiles, as a share of the median. Lockstep bears more, plain runs do not."""

WAITED_MAX: Final = 0.05
"""Of the wall time, in which the loop stood ready and had no core."""

STOLEN_MAX: Final = 0.02
LOAD_PER_CORE_MAX: Final = 0.5

WAY_OUT: Final = "end what else runs, or wait; ./just compare bears it, times of `track` do not"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was seen while the loop ran; shares are of the wall time."""

    spread_wall: float
    spread_cpu: float
    off_core: float
    """Wall time that was not processor time."""
    switches_per_s: float
    """That the loop did not ask for."""
    waited: float | None
    """Ready, without a core; None where the kernel does not say."""
    stolen: float | None
    """By the host, of the time of all cores."""


def calibrate(duration_s: float = DURATION_S) -> Calibration:
    """Run the loop for `duration_s`."""
    wall: list[float] = []
    cpu: list[float] = []
    switches = resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw
    waited, (stolen, every) = _waited_s(), _stolen()
    began = time.perf_counter()
    while time.perf_counter() - began < duration_s:
        wall_began, cpu_began = time.perf_counter(), time.thread_time()
        sum(range(STEPS))
        cpu.append(time.thread_time() - cpu_began)
        wall.append(time.perf_counter() - wall_began)
    took = time.perf_counter() - began
    stolen_after, every_after = _stolen()
    waited_after = _waited_s()
    switches = resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw - switches
    known = waited is not None and waited_after is not None
    return Calibration(
        spread_wall=_spread(wall),
        spread_cpu=_spread(cpu),
        off_core=max(0.0, 1 - sum(cpu) / sum(wall)),
        switches_per_s=switches / took,
        waited=(waited_after - waited) / took if known else None,  # type: ignore[operator]  # known
        stolen=(stolen_after - stolen) / (every_after - every) if every_after > every else None,
    )


def judged(seen: Calibration) -> Seen:
    """Say whether figures that are measured now can be believed; pure."""
    waited = seen.off_core if seen.waited is None else seen.waited
    text = (
        f"a fixed loop spreads by {seen.spread_wall:.0%} (wall), {seen.spread_cpu:.0%} (CPU);"
        f" waited {waited:.0%} of the time for a core, {seen.switches_per_s:.0f} switches/s"
    )
    loud = seen.spread_wall > SPREAD_MAX or waited > WAITED_MAX
    return warn(text, WAY_OUT) if loud else ok(text)


def quiet(_root: Path) -> Seen:
    """Run the loop for two seconds."""
    return judged(calibrate())


def load(_root: Path) -> Seen:
    """Look at how many programs want a core."""
    one, five, _ = os.getloadavg()
    cores = len(os.sched_getaffinity(0))
    text = f"{one:.1f} over a minute, {five:.1f} over five, on {cores} cores"
    return warn(text, WAY_OUT) if one > LOAD_PER_CORE_MAX * cores else ok(text)


def stolen(_root: Path) -> Seen:
    """Look at how much of its cores' time the host has kept since it started."""
    taken, every = _stolen()
    if not every:
        return unknown("there is no /proc/stat")
    share = taken / every
    text = f"{share:.1%} of the cores' time since the machine started went to its host's others"
    return warn(text, "measure on a machine of your own") if share > STOLEN_MAX else ok(text)


def _spread(values: list[float]) -> float:
    low, middle, high = statistics.quantiles(values, n=4)
    return (high - low) / middle if middle else 0.0


def _waited_s() -> float | None:
    try:
        return int(Path("/proc/thread-self/schedstat").read_text("utf-8").split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return None


def _stolen() -> tuple[int, int]:
    """Return the ticks that were stolen, and all ticks, of all cores; zeros where not known."""
    try:
        first = Path("/proc/stat").read_text("utf-8").partition("\n")[0]
        ticks = [int(each) for each in first.split()[1:9]]
        return ticks[7], sum(ticks)
    except (OSError, IndexError, ValueError):
        return 0, 0
