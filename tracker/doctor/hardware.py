"""Checks of what the machine is, as far as it says."""

import os
import shutil
from pathlib import Path
from typing import Final

import psutil

from tracker.doctor.model import Seen, ok, unknown, warn

CPU: Final = Path("/sys/devices/system/cpu")

MEMORY_MIN_BYTES: Final = 1_000_000_000
"""The suite with its servers takes some 600 MB."""

DISK_MIN_BYTES: Final = 2_000_000_000
"""An environment takes 700 MB, and two are kept."""

SWAPPED_MAX_BYTES: Final = 100_000_000
CORES_MIN: Final = 2

VIRTUAL: Final = "this is likely a virtual machine, whose host decides"


def cores(_root: Path) -> Seen:
    """Look whether server and client have a core each."""
    usable = len(os.sched_getaffinity(0))
    if usable < CORES_MIN:
        return warn("1 core", "give the machine a second: client and server take turns on one")
    return ok(f"{usable} cores")


def governor(_root: Path, cpu: Path = CPU) -> Seen:
    """Look whether the clock is held at one speed."""
    said = {_text(file) for file in cpu.glob("cpu[0-9]*/cpufreq/scaling_governor")} - {None}
    if not said:
        return unknown(f"the kernel shows no governor; {VIRTUAL}")
    text = ", ".join(sorted(str(each) for each in said))
    if said != {"performance"}:
        return warn(text, "`sudo cpupower frequency-set --governor performance`")
    return ok(text)


def turbo(_root: Path, cpu: Path = CPU) -> Seen:
    """Look whether a core may run faster while the others rest."""
    if (intel := _text(cpu / "intel_pstate/no_turbo")) is not None:
        is_on = intel == "0"
    elif (boost := _text(cpu / "cpufreq/boost")) is not None:
        is_on = boost == "1"
    else:
        return unknown(f"the kernel does not show whether turbo is on; {VIRTUAL}")
    if is_on:
        way_out = (
            "turn it off: intel_pstate/no_turbo or cpufreq/boost below /sys/devices/system/cpu"
        )
        return warn("on: the clock depends on the heat and on the other cores", way_out)
    return ok("off")


def hyper_threads(_root: Path, cpu: Path = CPU) -> Seen:
    """Look whether two of the cores are one."""
    active = _text(cpu / "smt/active")
    if active is None:
        return unknown("the kernel does not say")
    if active == "1":
        return warn("on: two programs share a core", "`echo off > …/cpu/smt/control`, as root")
    return ok("off, or hidden by the host")


def memory(_root: Path) -> Seen:
    """Look whether there is memory left, and whether programs were swapped out."""
    free, swapped = psutil.virtual_memory().available, psutil.swap_memory().used
    text = f"{free / 1e9:.1f} GB free, {swapped / 1e6:.0f} MB swapped out"
    if free < MEMORY_MIN_BYTES:
        return warn(text, "end other programs: what is swapped out is measured as slow")
    if swapped > SWAPPED_MAX_BYTES:
        return warn(text, "`sudo swapoff -a`, or restart what was swapped out")
    return ok(text)


def disk(root: Path) -> Seen:
    """Look whether the environments fit."""
    free = shutil.disk_usage(root).free
    text = f"{free / 1e9:.1f} GB free"
    return (
        ok(text) if free >= DISK_MIN_BYTES else warn(text, "make room; environments are in .asv/")
    )


def _text(file: Path) -> str | None:
    try:
        return file.read_text("utf-8").strip()
    except OSError:
        return None
