"""The name of a machine, and asv's file of machines."""

import json
from pathlib import Path

import pytest

from tracker.errors import MachineFileUnusable, MachineNameTaken, MachineNameUnusable
from tracker.machine import register


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where asv keeps machines, in a home folder of the test's own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / ".asv-machine.json"


def test_a_new_machine_is_known_by_its_name_alone(machines: Path) -> None:
    register("reference")

    assert json.loads(machines.read_text("utf-8"))["reference"] == {"machine": "reference"}


def test_other_machines_stay_as_they_are(machines: Path) -> None:
    other = {"machine": "laptop", "cpu": "fast", "ram": "8"}
    machines.write_text(json.dumps({"laptop": other, "version": 1}), "utf-8")

    register("local")

    assert json.loads(machines.read_text("utf-8"))["laptop"] == other


def test_a_known_machine_is_not_written_again(machines: Path) -> None:
    text = '{"local": {"machine": "local"}, "version": 1}'
    machines.write_text(text, "utf-8")

    register("local")

    assert machines.read_text("utf-8") == text


def test_a_described_machine_is_refused(machines: Path) -> None:
    described = {"machine": "local", "cpu": "fast"}
    machines.write_text(json.dumps({"local": described, "version": 1}), "utf-8")

    with pytest.raises(MachineNameTaken, match="cpu"):
        register("local")


@pytest.mark.parametrize("name", ["", "../up", "My Laptop", "-x"])
def test_a_name_that_is_no_folder_is_refused(machines: Path, name: str) -> None:
    with pytest.raises(MachineNameUnusable):
        register(name)


def test_a_broken_file_is_left_alone_and_reported(machines: Path) -> None:
    machines.write_text("{", "utf-8")

    with pytest.raises(MachineFileUnusable, match=r"\.asv-machine\.json"):
        register("local")

    assert machines.read_text("utf-8") == "{"
