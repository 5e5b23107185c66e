"""`python -m tracker comment`: post a report under a pull request, or update it there."""

import argparse
import os
import re
from pathlib import Path

from tracker.commands.quantities import count


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--report", type=Path, metavar="FILE", help="the Markdown")
    source.add_argument(
        "--artifact", type=Path, metavar="FOLDER", help="what pr-report has left, number included"
    )
    parser.add_argument("--pull-request", type=count, metavar="N", help="with --report")
    parser.add_argument(
        "--head",
        type=_commit,
        metavar="SHA",
        required=True,
        help="the commit that was measured; nothing is posted if the pull request has another",
    )
    parser.add_argument("--dry-run", action="store_true", help="print the comment, post nothing")


def run(options: argparse.Namespace) -> int:
    """Post it; return 0.

    Raises:
        TrackerError: nothing was posted.
    """
    from tracker.pull_request import artifact
    from tracker.pull_request.body import MARKER, comment_body
    from tracker.pull_request.errors import NotOfThisCommit, UnusableArtifact
    from tracker.pull_request.github import GitHub

    if options.artifact:
        handed = artifact.read(options.artifact)
    elif options.pull_request:
        handed = artifact.Handover(options.pull_request, artifact.read_text(options.report))
    else:
        raise UnusableArtifact(options.report.name, "which pull request? Give --pull-request N")
    body = comment_body(handed.report, options.head, os.environ.get("BENCHMARKS_RUN_URL"))
    if options.dry_run:
        print(body, end="")
        return 0
    github = GitHub.of_environment()
    with github.client:
        if (head := github.head(handed.number)) != options.head:
            raise NotOfThisCommit(handed.number, head, options.head)
        print(f"The report is at {github.put_comment(handed.number, body, MARKER)}")
    return 0


def _commit(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{40}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no commit; write all forty digits")
    return text
