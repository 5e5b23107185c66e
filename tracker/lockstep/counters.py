"""What is counted of a call: the one table of names, meanings and units."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Counter:
    """One thing that is counted. Less is better, of all of them."""

    name: str
    meaning: str
    unit: str


COUNTERS: Final = (
    Counter("opcodes", "instructions of Python, in all threads of the benchmark", "instructions"),
    Counter("calls", "functions called, of Python and of C", "calls"),
    Counter("statements", "SQL statements that SQLite began", "statements"),
    Counter("vm_steps", "instructions of SQLite's virtual machine", "instructions"),
    Counter("writes", "write and pwrite64 of the process and what it started", "system calls"),
    Counter("written_bytes", "what those writes asked to write", "bytes"),
    Counter("fsyncs", "fsync and fdatasync, SQLite's own included", "system calls"),
    Counter("sleeps", "waits for the clock: time.sleep, asyncio.sleep, nanosleep", "waits"),
    Counter("allocated_bytes", "the most that was allocated at once, on top of before", "bytes"),
    Counter("kept_blocks", "blocks of memory more after each further call: a leak", "blocks"),
    Counter("kept_bytes", "memory more after each further call: a leak", "bytes"),
)
"""In the order in which they are shown. What a platform cannot count is absent, not 0:
`statements` and `vm_steps` where no SQLite connection is open, `writes`, `written_bytes` and
`fsyncs` where seccomp's user notification is not to be had, `opcodes` of a call that takes longer
than `OPCODES_CALL_MAX_S`."""

OPCODES_CALL_MAX_S: Final = 0.3
"""Counting instructions makes a call some 50 to 100 times as slow."""

REPEATS_S: Final = 0.2
REPEATS_MIN: Final = 3
REPEATS_MAX: Final = 20


def repeats(call_s: float) -> int:
    """Return over how many calls growth is looked for; the same for both sides."""
    return max(REPEATS_MIN, min(REPEATS_MAX, int(REPEATS_S / max(call_s, 1e-6))))
