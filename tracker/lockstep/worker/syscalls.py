"""Counts system calls of a process and all it starts, exactly and without privileges.

A filter has the kernel hand each call that interests us to another process, which notes it and lets
it go on: seccomp's user notification (seccomp_unotify(2); Linux 5.5, x86-64 and arm64). No strace,
and no tracing of Python, would see the fsync of SQLite. Elsewhere nothing is counted.
"""

import contextlib
import ctypes
import errno
import fcntl
import mmap
import os
import platform
import select
import socket
import struct
import sys
from typing import Final

SYSCALLS: Final[dict[str, tuple[int, int, dict[str, tuple[int, ...]]]]] = {
    "x86_64": (
        0xC000003E,
        317,
        {
            "fsyncs": (74, 75),  # fsync, fdatasync
            "sleeps": (35, 230),  # nanosleep, clock_nanosleep
            "writes": (1, 18),  # write, pwrite64
        },
    ),
    "aarch64": (0xC00000B7, 277, {"fsyncs": (82, 83), "sleeps": (101, 115), "writes": (64, 68)}),
}
"""By machine: what the kernel calls it, the number of seccomp(2), and those that we count."""

BYTES: Final = "written_bytes"
WRITES: Final = "writes"
NAMES: Final = ("fsyncs", "sleeps", WRITES, BYTES)

SET_NO_NEW_PRIVS: Final = 38
SET_MODE_FILTER: Final = 1
NEW_LISTENER: Final = 1 << 3
ALLOW: Final = 0x7FFF0000
NOTIFY: Final = 0x7FC00000
CONTINUE: Final = 1
LOAD, EQUALS, RETURN = 0x20, 0x15, 0x06
"""Of classic BPF: BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K."""

RECEIVE: Final = 0xC0502100
SEND: Final = 0xC0182101
"""SECCOMP_IOCTL_NOTIF_RECV and _SEND."""

NOTIFICATION: Final = struct.Struct("=QIIiIQ6Q")
"""`seccomp_notif`: id, pid, flags, number, architecture, address, arguments."""

RESPONSE: Final = struct.Struct("=QqiI")
LOOK_MS: Final = 20


class Watch:
    """Made before the fork: the parent watches, the child is watched."""

    def __init__(self) -> None:
        self._counts = mmap.mmap(-1, 8 * len(NAMES))
        self._parent, self._child = socket.socketpair()

    def counts(self) -> dict[str, int]:
        """Return how often each was called, up to now."""
        return dict(zip(NAMES, struct.unpack(f"={len(NAMES)}Q", self._counts[:]), strict=True))

    def begin(self) -> bool:
        """Have this process, the child, watched from here on; say whether it is."""
        self._parent.close()
        try:
            listener = _listener()
        except OSError:
            listener = None
        with self._child:
            if listener is None:
                self._child.send(b"-")
                return False
            socket.send_fds(self._child, [b"+"], [listener])
        os.close(listener)
        return True

    def attend(self, child: int) -> int:
        """Watch until the child ends; return its status, as `waitpid` does."""
        self._child.close()
        with self._parent:
            _, listeners, _, _ = socket.recv_fds(self._parent, 1, 1)
        if not listeners:
            return os.waitpid(child, 0)[1]
        try:
            return self._attend(child, listeners[0])
        finally:
            os.close(listeners[0])

    def _attend(self, child: int, listener: int) -> int:
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        names = {number: name for name, numbers in _known()[2].items() for number in numbers}
        while True:
            for _, event in poll.poll(LOOK_MS):
                if event & select.POLLIN:
                    self._note(listener, names)
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return status

    def _note(self, listener: int, names: dict[int, str]) -> None:
        asked = bytearray(NOTIFICATION.size)
        try:
            fcntl.ioctl(listener, RECEIVE, asked)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.EINTR}:
                return  # whoever called was killed meanwhile
            raise
        number, arguments = NOTIFICATION.unpack(asked)[3], NOTIFICATION.unpack(asked)[6:]
        self._add(names[number], 1)
        if names[number] == WRITES:
            self._add(BYTES, arguments[2])
        answer = bytearray(RESPONSE.pack(NOTIFICATION.unpack(asked)[0], 0, 0, CONTINUE))
        with contextlib.suppress(OSError):
            fcntl.ioctl(listener, SEND, answer)

    def _add(self, name: str, amount: int) -> None:
        at = 8 * NAMES.index(name)
        (now,) = struct.unpack_from("=Q", self._counts, at)
        struct.pack_into("=Q", self._counts, at, now + amount)


def _known() -> tuple[int, int, dict[str, tuple[int, ...]]]:
    machine = platform.machine() if sys.platform == "linux" else ""
    if machine not in SYSCALLS:
        raise OSError(errno.ENOSYS, "no filter for this platform")
    return SYSCALLS[machine]


def _listener() -> int:
    """Install the filter in this process, which has one thread as yet; return its listener."""
    architecture, seccomp, named = _known()
    libc = ctypes.CDLL(None, use_errno=True)
    filtered = _program(architecture, [number for each in named.values() for number in each])
    buffer = ctypes.create_string_buffer(filtered, len(filtered))
    count = len(filtered) // 8
    program = struct.pack("@HP", count, ctypes.addressof(buffer))
    if libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    listener = int(libc.syscall(seccomp, SET_MODE_FILTER, NEW_LISTENER, program))
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return listener


def _program(architecture: int, numbers: list[int]) -> bytes:
    """Return the filter: notify of these numbers of this architecture, allow all else."""
    steps = [(LOAD, 0, 0, 4), (EQUALS, 0, len(numbers) + 1, architecture), (LOAD, 0, 0, 0)]
    for index, number in enumerate(numbers):
        steps.append((EQUALS, len(numbers) - index, 0, number))
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, NOTIFY)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
