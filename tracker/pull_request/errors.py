"""Every error of a report on its way to a pull request.

TrackerError
├── NothingCompared            there is no report to hand on
├── UnusableArtifact           what the other run handed over can not be shown
├── NotOfThisCommit            the report is not about what the pull request is now
├── NotInActions               a variable that GitHub sets is not there
└── GitHubRefused              GitHub said no, or did not answer
"""

from tracker.errors import TrackerError


class NothingCompared(TrackerError):
    """`compare` ended without a report."""

    def __init__(self, status: int) -> None:
        super().__init__(
            f"compare ended with status {status} and wrote no report; what it said is above."
            " Try it at home: `./just compare main`."
        )


class UnusableArtifact(TrackerError):
    """A file from another run is not what we write; whoever sent the pull request may have."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} of the benchmarks' run can not be used: {reason}.")


class NotOfThisCommit(TrackerError):
    """The pull request has another newest commit than the one that was measured."""

    def __init__(self, number: int, head: str, measured: str) -> None:
        super().__init__(
            f"Pull request {number} is at {head[:8]}, the report is of {measured[:8]}: nothing is"
            " posted. If commits were added since, their own run will report."
        )


class NotInActions(TrackerError):
    """GitHub's runner sets these; at home they are given by hand."""

    def __init__(self, variable: str) -> None:
        super().__init__(
            f"{variable} is not set. GitHub Actions sets it; at home look at the comment with"
            " --dry-run, which posts nothing."
        )


class GitHubRefused(TrackerError):
    """A request was refused, or failed as often as we try."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            f"GitHub did not let us {what}: {reason}. The workflow needs"
            " `permissions: pull-requests: write`; docs/workflows.md says how it is set up."
        )
