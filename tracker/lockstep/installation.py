"""Install a commit into an asv environment of its own: a program, run for each side.

A program, because asv takes paths from the working directory, prints, and may be interrupted only
as a whole.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asv import environment, util
from asv.config import Config
from asv.console import log
from asv.repo import NoSuchNameError, get_repo

from tracker import environment as _locked  # noqa: F401  importing it makes asv know the type
from tracker.suite import CONFIGURATION


def install(commit: str, env_dir: Path) -> dict[str, Any]:
    """Install what asv's configuration, in the working directory, says; return how to run it."""
    configuration = Config.load(CONFIGURATION)
    configuration.env_dir = str(env_dir)
    repository = get_repo(configuration)
    made = next(iter(environment.get_environments(configuration, None)), None)
    if made is None:
        message = f"No environment as {CONFIGURATION} wants it; is that Python installed?"
        raise util.UserError(message)
    made.create()
    made.install_project(configuration, repository, repository.get_hash_from_name(commit))
    return {
        "python": made.find_executable("python"),
        "variables": {**made._global_env_vars, **made.env_vars},  # noqa: SLF001  asv has no other
        "benchmark_dir": os.path.abspath(configuration.benchmark_dir),  # noqa: PTH100  as asv
        "timeout_s": configuration.default_benchmark_timeout,
    }


def main(arguments: Sequence[str]) -> int:
    """Install, and leave behind how to run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit")
    parser.add_argument("env_dir", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args(arguments)
    log.enable()
    try:
        made = install(given.commit, given.env_dir)
    except (util.UserError, util.ProcessError, NoSuchNameError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    given.out.write_text(json.dumps(made), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
