"""Numbers and lengths of time as they are typed at a terminal."""

import argparse
import re
from typing import Final

SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}


def count(text: str) -> int:
    """Read a whole number from 1; argparse says what is wrong with another."""
    if not re.fullmatch(r"[1-9]\d*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of commits; write 1 or more")
    return int(text)


def duration_s(text: str) -> float:
    """Read `90s`, `10m` or `2h` as seconds; argparse says what is wrong with anything else."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write 90s, 10m or 2h")
    return float(match[1]) * SECONDS[match[2]]
