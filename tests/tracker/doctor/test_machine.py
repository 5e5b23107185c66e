"""A machine that is really disturbed, and one that says little."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest

from tracker.doctor import calibration, hardware
from tracker.doctor.calibration import Calibration, calibrate, judged
from tracker.doctor.model import State

QUIET = Calibration(
    spread_wall=0.02, spread_cpu=0.02, off_core=0.01, switches_per_s=3, waited=0.0, stolen=0.0
)


BURN: Final = """
import os
parent = os.getppid()
print("burning", flush=True)
while os.getppid() == parent:
    sum(range(10_000))
"""


@contextmanager
def burning(core: int, count: int) -> Iterator[None]:
    """Have `count` processes take one core, and run on it ourselves."""
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    with ExitStack() as burners:
        burners.callback(os.sched_setaffinity, 0, ours)
        for _ in range(count):
            command = [sys.executable, "-c", BURN]
            each = burners.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE))
            burners.callback(each.kill)
            assert each.stdout is not None
            assert each.stdout.readline() == b"burning\n"
        yield


def test_a_core_that_others_burn_is_noticed() -> None:
    with burning(min(os.sched_getaffinity(0)), count=3):
        seen = calibrate(1.0)

    assert seen.off_core > 0.3
    assert seen.waited is None or seen.waited > 0.3
    assert judged(seen).state is State.WARN
    assert "waited" in judged(seen).text


def test_a_quiet_machine_is_believed() -> None:
    assert judged(QUIET).state is State.OK


@pytest.mark.parametrize("more", [{"spread_wall": 0.3}, {"waited": 0.2}])
def test_each_kind_of_noise_counts(more: dict[str, float]) -> None:
    values = {name: getattr(QUIET, name) for name in QUIET.__dataclass_fields__}

    assert judged(Calibration(**{**values, **more})).state is State.WARN


def test_load_counts_by_core(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (50.0, 1.0, 1.0))
    assert calibration.load(tmp_path).state is State.WARN

    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 1.0, 1.0))
    assert calibration.load(tmp_path).state is State.OK


def test_a_clock_that_moves_is_noticed(tmp_path: Path) -> None:
    for core, said in enumerate(("performance", "powersave")):
        folder = tmp_path / f"cpu{core}/cpufreq"
        folder.mkdir(parents=True)
        (folder / "scaling_governor").write_text(f"{said}\n", "utf-8")
    (tmp_path / "cpufreq").mkdir()
    (tmp_path / "cpufreq/boost").write_text("1\n", "utf-8")
    (tmp_path / "smt").mkdir()
    (tmp_path / "smt/active").write_text("1\n", "utf-8")

    for check in (hardware.governor, hardware.turbo, hardware.hyper_threads):
        assert check(tmp_path, tmp_path).state is State.WARN, check
    assert hardware.governor(tmp_path, tmp_path).text == "performance, powersave"


def test_a_machine_that_does_not_say_is_not_called_good(tmp_path: Path) -> None:
    for check in (hardware.governor, hardware.turbo, hardware.hyper_threads):
        assert check(tmp_path, tmp_path).state is State.UNKNOWN, check


def test_one_core_and_little_room_are_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(hardware, "CORES_MIN", 10_000)
    monkeypatch.setattr(hardware, "MEMORY_MIN_BYTES", 10**18)
    monkeypatch.setattr(hardware, "DISK_MIN_BYTES", 10**18)

    for check in (hardware.cores, hardware.memory, hardware.disk):
        assert check(tmp_path).state is State.WARN, check
