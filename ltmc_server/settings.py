"""Every knob of the server, read once from the environment at start."""

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Frozen settings; each field is the variable `LTMC_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix="LTMC_", frozen=True, extra="forbid", use_attribute_docstrings=True
    )

    data_dir: Path = Path("~/.local/share/ltmc")
    """Folder of the database. Made if it is not there, with its parents."""

    project_id: str = Field(default="", max_length=200)
    """Project of a call that names none. Empty: the folder the server was started in."""

    durability: Literal["full", "normal"] = "full"
    """What an acknowledgement means: `full` survives a power cut (an fsync a commit), `normal`
    survives the death of the process only and is faster."""

    response_bytes_max: int = Field(default=15_000, ge=2_000, le=1_000_000)
    """Largest result of a call, in bytes of JSON; longer texts are cut and say so."""

    busy_timeout_s: float = Field(default=5.0, gt=0, le=60)
    """Longest wait for another process that holds the database, in seconds."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    """Least severe message that is written to stderr."""

    def database(self) -> Path:
        """Return the file of the record."""
        return self.data_dir.expanduser() / "ltmc.db"

    def project(self) -> str:
        """Return the project of a call that names none.

        Two folders of one name are two projects, so the name carries a hash of the whole path.
        """
        if self.project_id:
            return self.project_id
        folder = Path.cwd().resolve()
        return f"{folder.name or 'root'}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"
