"""Events in words; every view of them uses these."""

import re
import shlex
from typing import Final

from tracker.events.model import Event, Kind, Move, Status
from tracker.results import full_name
from tracker.units import figure

SHORT: Final = 8
DOUBLED: Final = 2.0

MADE: Final = {
    Kind.REGRESSION: "worse",
    Kind.CREEP: "worse, little by little",
    Kind.RECOVERY: "as good as before again",
    Kind.IMPROVEMENT: "better",
}
COUNTED: Final = {
    "opcodes": "instructions of",
    "sql": "statements of",
    "result": "bytes sent by",
    "allocated": "bytes allocated by",
    "tools_list": "tokens of the list of tools",
}
"""What benchmarks of work count, as people say it."""

CALL: Final = re.compile(r"'(\w+)\.(\w+)'")


def headline(event: Event) -> str:
    """Return what happened: `7 benchmarks worse, most memory.store +12 %`."""
    told = event.certain or event.moves
    number = len(told)
    many = f"{number} benchmarks" if number > 1 else "1 benchmark"
    most = f", most {name(told[0])}" if number > 1 else f": {name(told[0])}"
    return f"{many} {MADE[event.kind]}{most} {size(told[0])}"


def name(move: Move) -> str:
    """Return what moved in few words: `opcodes of memory.get`, `tools.todo.At500.search`."""
    benchmark = move.series.benchmark
    call = CALL.search(move.series.name)
    group, _, act = benchmark.rpartition(".")
    what = re.sub("^(time|timeraw|track|peakmem)_", "", act)
    if benchmark.startswith("work."):
        said = COUNTED.get(what, what.replace("_", " "))
        return f"{said} {call[1]}.{call[2]}" if call else said
    return full_name(f"{group}.{what}", move.series.parameters)


def size(move: Move) -> str:
    """Return by how much: `+4.3 %`, `×3.1`, `0 → 3 statements`."""
    change, share = move.change, move.change.share
    if share is None:
        return f"0 → {figure(change.after, move.series.unit)}"
    if 1 + share >= DOUBLED:
        return f"×{1 + share:.3g}"
    return signed(share)


def signed(share: float) -> str:
    """Return a share with its sign: `−12 %`, `+0.6 %`."""
    digits = 0 if abs(share) >= 0.1 else 1  # noqa: PLR2004  two digits either way
    # The space must not break the line: a lone % says nothing.
    return f"{share * 100:+.{digits}f}\N{NO-BREAK SPACE}%".replace("-", "−")


def interval(move: Move) -> str:
    """Return the interval of the share, or nothing where nothing varies."""
    low, high = move.change.low, move.change.high
    return "" if low is None or high is None else f"{signed(low)} to {signed(high)}"


def levels(move: Move) -> str:
    """Return both levels: `11.3 kB → 11.8 kB`."""
    unit = move.series.unit
    before, after = (figure(level, unit) for level in (move.change.before, move.change.after))
    number, _, named = before.partition(" ")
    return f"{number if after.endswith(f' {named}') else before} → {after}"


def certainty(move: Move) -> str:
    """Return how surely, in one word or two."""
    if move.status is Status.SUSPECT and move.reason:
        return "unconfirmed"
    return move.status.value


def place(event: Event) -> str:
    """Return where it happened: a commit, or the range that it lies in."""
    if len(event.commits) == 1 and event.kind is not Kind.CREEP:
        return event.commit.hash[:SHORT]
    return f"{event.good[:SHORT]}..{event.commit.hash[:SHORT]}"


def bisect(move: Move) -> str:
    """Return the command that finds the commit: by asv where a count moved, else in lockstep."""
    good, bad = move.span
    span = f"{good[:SHORT]}..{bad[:SHORT]}"
    if move.status is Status.COUNTED:
        return f"asv find {span} {_quoted('^' + re.escape(move.series.name))}"
    return f"python -m tracker bisect {_quoted(move.series.name)} {span}"


def tool(move: Move) -> str:
    """Return whose speed it is: a tool where the benchmark is of one, else its file."""
    benchmark = move.series.benchmark
    call = CALL.search(move.series.name)
    if benchmark.startswith("work.") and call:
        return call[1]
    parts = benchmark.split(".")
    return parts[1] if parts[0] == "tools" else parts[0]


def counter(move: Move) -> str:
    """Return a count that moved, as an explanation: `instructions of memory.get +4.3 %`."""
    return f"{name(move)} {size(move)}"


def _quoted(text: str) -> str:
    # In double quotes a shell leaves all but these alone, and a person can read it.
    return shlex.quote(text) if set(text) & set('"$`!') or "'" not in text else f'"{text}"'
