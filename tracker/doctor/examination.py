"""All checks, in the order in which they are read."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tracker.doctor import (
    benchmarks,
    calibration,
    configuration,
    hardware,
    keeping,
    leftovers,
)
from tracker.doctor.model import Check, Finding, State, fail

CHECKS: Final[Mapping[str, Check]] = {
    "configuration": configuration.keys,
    "environment type": configuration.environment_type,
    "history": configuration.branches,
    "threads": configuration.threads,
    "hash seed": configuration.hash_seed,
    "benchmarks": benchmarks.importable,
    "quiet": calibration.quiet,
    "load": calibration.load,
    "stolen time": calibration.stolen,
    "cores": hardware.cores,
    "governor": hardware.governor,
    "turbo": hardware.turbo,
    "hyper-threads": hardware.hyper_threads,
    "memory": hardware.memory,
    "disk": hardware.disk,
    "orphans": leftovers.orphans,
    "environments": leftovers.environments,
    "locks": leftovers.locks,
    "machine names": keeping.machines,
    "results": keeping.results_sound,
    "size of results": keeping.results_small,
    "site": keeping.site,
}

FULL: Final[Mapping[str, Check]] = {"asv check": benchmarks.checked}
"""These take longer."""


def examine(
    root: Path, checks: Mapping[str, Check], tell: Callable[[str], None]
) -> Iterator[Finding]:
    """Do each check; one that fails to look has failed, and does not keep the others from it."""
    for name, check in checks.items():
        tell(name)
        try:
            seen = check(root)
        except Exception as error:  # noqa: BLE001  a doctor that falls over helps nobody
            seen = fail(
                f"could not look: {error!r}", "this is a mistake of the doctor's; report it"
            )
        yield Finding(name, seen)


def exit_status(findings: list[Finding]) -> int:
    """Return 1 if a check fails, else 0."""
    return int(any(each.seen.state is State.FAIL for each in findings))
