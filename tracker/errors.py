"""Every error the tracker raises on purpose.

    TrackerError
    ├── NotARepository, ShallowClone, UnknownRange       git cannot say which commits there are
    ├── NoConfiguration, NoBenchmarks, UnknownBenchmark  there is nothing to run
    ├── StandinNotStarted                                there is no stand-in for Letta to ask
    ├── MachineNameUnusable, MachineNameTaken,           results would not be a series
    │   MachineFileUnusable
    ├── InvalidTargets                                   benchmarks/targets.toml
    ├── LettaNotInstalled, LettaNotStarted,              there is no Letta server to ask
    │   LettaUnreachable, LettaBusy
    ├── InvalidSamples, InvalidClaims, MeasuringFailed,  SDK against MCP can not be judged
    │   NotForPublishing
    └── PublishFailed, TemplateChanged                   the site was not made

Each message says what to do next; it is all that the person at the terminal reads.
"""

from collections.abc import Sequence
from pathlib import Path


class TrackerError(Exception):
    """Base of the errors above; its text is for the person at the terminal."""


class NotARepository(TrackerError):
    """There is no history to measure."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder.name}/ is not in a git repository; run this in a clone.")


class ShallowClone(TrackerError):
    """The history was cut off when the repository was cloned."""

    def __init__(self) -> None:
        super().__init__("This clone has no history; get it with `git fetch --unshallow`.")


class UnknownRange(TrackerError):
    """Git knows no such commits."""

    def __init__(self, ranges: Sequence[str], reason: str) -> None:
        super().__init__(
            f"git cannot read {' '.join(ranges)!r}: {reason}. Give what `git rev-list` takes,"
            " such as main~5..main, or nothing for the whole branch."
        )


class NoConfiguration(TrackerError):
    """asv would not know what to run."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file.name} cannot be used: {reason}.")


class NoBenchmarks(TrackerError):
    """The folder of benchmarks is missing or empty."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"{folder}/ has no benchmarks; write one ({folder}/NAME.py), docs/tracking.md says how."
        )


class UnknownBenchmark(TrackerError):
    """Nothing has such a name, or the benchmarks could not be listed."""

    def __init__(self, pattern: str, log: str, tail: str) -> None:
        super().__init__(
            f"No benchmark has {pattern!r} in its name; results/benchmarks.json lists them."
            f" asv's output ({log}) ends:\n{tail}"
        )


class StandinNotStarted(TrackerError):
    """The stand-in for Letta ended, or did not serve in time; it is stopped again."""

    def __init__(self, profile: str, timeout_s: float) -> None:
        super().__init__(
            f"The stand-in for Letta did not serve within {timeout_s:.0f} s; to see why, run it by"
            f" itself: `python -m tracker.letta.standin --profile {profile}`."
        )


class MachineNameUnusable(TrackerError):
    """The name cannot be that of a folder of results."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is no machine name; use a-z, 0-9 and '-', such as 'local'.")


class MachineNameTaken(TrackerError):
    """asv knows this name with a description of hardware, which would go into the results."""

    def __init__(self, name: str, fields: Sequence[str]) -> None:
        super().__init__(
            f"asv knows {name!r} as a machine with {', '.join(fields)}. Each of these would split"
            " the history when it changes, so only a name is recorded here:"
            " choose another with --machine."
        )


class MachineFileUnusable(TrackerError):
    """asv's file of machines cannot be read or written."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"asv keeps the names of machines in ~/{file.name}: {reason}; mend it.")


class InvalidTargets(TrackerError):
    """The file of targets does not say what it must."""

    def __init__(self, file: Path, problems: Sequence[str]) -> None:
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(f"{file.parent.name}/{file.name} is not valid:{lines}")


class InvalidSamples(TrackerError):
    """A file of samples says what can not be."""

    def __init__(self, file: Path, problems: Sequence[str]) -> None:
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(
            f"{file.name} is no file of samples that can be judged:{lines}\n"
            "Measure again with `python -m benchmarks.letta --out FILE`."
        )


class InvalidClaims(TrackerError):
    """The file of claims does not say what it must."""

    def __init__(self, file: Path, problems: Sequence[str]) -> None:
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(f"{file.parent.name}/{file.name} is not valid:{lines}")


class MeasuringFailed(TrackerError):
    """The benchmarks of Letta gave up, or took too long."""

    def __init__(self, how: str, log: Path, tail: str) -> None:
        super().__init__(f"Nothing was measured: the benchmarks {how}. {log.name} ends:\n{tail}")


class NotForPublishing(TrackerError):
    """These samples are of nothing that anyone could look up."""

    def __init__(self, why: str) -> None:
        super().__init__(f"These samples can not be published: {why}.")


class PublishFailed(TrackerError):
    """`asv publish` gave up; what was measured is kept."""

    def __init__(self, log: str, tail: str) -> None:
        super().__init__(f"asv publish failed; the results are kept. Its output ({log}):\n{tail}")


class TemplateChanged(TrackerError):
    """The page that asv-tachyon ships is not the one we know how to link from."""

    def __init__(self, page: str, missing: str) -> None:
        super().__init__(
            f"{page} of asv-tachyon has no {missing!r}, where the links to our pages go;"
            " pin the version named in pyproject.toml, or mend tracker/pages/interface.py."
        )


class LettaNotInstalled(TrackerError):
    """The environment of the Letta server could not be made; nothing half-made is left."""

    def __init__(self, reason: str, way_out: str) -> None:
        super().__init__(f"The Letta server could not be installed: {reason}. {way_out}")


class LettaNotStarted(TrackerError):
    """A part of the Letta server ended, or did not answer in time; everything is stopped again."""

    def __init__(self, part: str, what: str, log: str) -> None:
        super().__init__(f"{part} {what}. The last it said:\n{log or '(nothing)'}")


class LettaUnreachable(TrackerError):
    """The Letta server that LETTA_BASE_URL names does not answer as one."""

    def __init__(self, base_url: str, reason: str) -> None:
        super().__init__(
            f"No Letta server answers at LETTA_BASE_URL={base_url}: {reason}. Start it, correct the"
            " address or LETTA_API_KEY, or unset both: then one is started here."
        )


class LettaBusy(TrackerError):
    """Another command holds the server of this folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another command starts, keeps or stops the Letta server of {folder.name}/;"
            " end that one, or wait for it and ask with `python -m tracker letta status`."
        )
