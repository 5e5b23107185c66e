"""What the tracker reads of asv's configuration."""

import json
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tracker.errors import NoBenchmarks, NoConfiguration

CONFIGURATION: Final = "asv.conf.json"


class Suite(BaseModel):
    """The benchmarks of a repository, and where asv keeps what it makes of them."""

    model_config = ConfigDict(frozen=True)

    project: str
    branches: tuple[str, ...] = Field(min_length=1)
    benchmark_dir: str = "benchmarks"
    results_dir: str = "results"
    html_dir: str = "html"

    @classmethod
    def read(cls, root: Path) -> Self:
        """Read the configuration of the repository at `root`."""
        file = root / CONFIGURATION
        try:
            return cls.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            raise NoConfiguration(file, "the repository has none") from None
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise NoConfiguration(file, f"{place}: {first['msg']}".strip(": ")) from error

    def require_benchmarks(self, root: Path) -> None:
        """Raise `NoBenchmarks` unless some module may hold one; `_names` are for helpers."""
        modules = (root / self.benchmark_dir).rglob("*.py")
        if not any(not module.name.startswith("_") for module in modules):
            raise NoBenchmarks(self.benchmark_dir)

    def measured_paths(self) -> tuple[str, ...]:
        """Return what a commit must touch to be worth measuring."""
        return (self.project.replace("-", "_"), "pyproject.toml", "requirements.lock")


def write_for_branch(root: Path, branch: str) -> Path:
    """Write asv's configuration again, for a clone that has `branch` and no `main`.

    It has to lie at the root: asv takes every path from where its configuration is.
    """
    configuration = json.loads((root / CONFIGURATION).read_text("utf-8"))
    file = root / ".asv-track.conf.json"
    file.write_text(json.dumps({**configuration, "branches": [branch]}), "utf-8")
    return file
