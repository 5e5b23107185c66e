"""The name results are kept under. Only the name: no host, processor or kernel.

asv makes a series of its own for each value of each field of a machine, so an update of the
kernel would end every series, and the figures would tell whose computer they come from.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from tracker.errors import MachineFileUnusable, MachineNameTaken, MachineNameUnusable

FILE: Final = Path("~/.asv-machine.json")

LOCAL: Final = "local"
"""Whoever names no machine; results/local/ is not committed."""


def register(name: str) -> None:
    """Tell asv of the machine, unless it knows it; other machines are left as they are."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise MachineNameUnusable(name)
    known = known_machines()
    if name not in known:
        # With a name and nothing else, asv stores the name and nothing else.
        command = [sys.executable, "-m", "asv", "machine", "--yes", "--machine", name]
        stored = subprocess.run(command, check=False, capture_output=True, text=True)
        if stored.returncode:
            raise MachineFileUnusable(FILE, stored.stderr.strip().splitlines()[-1])
    elif fields := sorted(known[name].keys() - {"machine", "version"}):
        raise MachineNameTaken(name, fields)


def known_machines() -> dict[str, dict[str, object]]:
    """Return the machines that asv knows, each with its fields."""
    try:
        machines = json.loads(FILE.expanduser().read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise MachineFileUnusable(FILE, f"it is no JSON ({error})") from error
    return {name: fields for name, fields in machines.items() if isinstance(fields, dict)}
