"""What is left of a Letta server that should be gone."""

from pathlib import Path

import psutil


def family(pids: list[int]) -> list[psutil.Process]:
    """Return these processes and all they have started."""
    heads = [psutil.Process(pid) for pid in pids]
    return [each for head in heads for each in (head, *head.children(recursive=True))]


def running(folder: Path) -> list[str]:
    """Return the commands of the processes that run on files of a folder."""
    commands = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    return [" ".join(command) for command in commands if str(folder) in " ".join(command)]


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return those that still run."""
    return [
        each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE
    ]
