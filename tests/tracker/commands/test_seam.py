"""The subcommands of `python -m tracker`, before any of them runs."""

import subprocess
import sys

import pytest

from tracker.__main__ import COMMANDS


def tracker(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tracker", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_help_lists_every_command_and_what_it_does() -> None:
    said = tracker("--help").stdout

    for name, command in COMMANDS.items():
        assert name in said
        assert command.__doc__
        assert command.__doc__.startswith(f"`python -m tracker {name}`: ")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_takes(name: str) -> None:
    assert "usage: python -m tracker" in tracker(name, "--help").stdout


def test_an_unknown_command_is_refused_with_those_there_are() -> None:
    refused = tracker("trakc")

    assert refused.returncode == 2
    assert "track" in refused.stderr.partition("choose from")[2]


def test_knowing_the_commands_imports_none_of_what_they_need() -> None:
    code = "import sys, tracker.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    heavy = {"asv", "letta_client", "httpx", "starlette", "uvicorn", "psutil", "rich", "numpy"}
    heavy |= {"matplotlib", "scipy"}
    assert heavy & set(done.stdout.split()) == set()
