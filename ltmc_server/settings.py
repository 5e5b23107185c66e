"""Every knob of the server, read once at start.

`Settings(...)` takes what code gives it, then `LTMC_*`, then defaults, and reads no file; the
command reads flags and files, too (`configuration/`).
"""

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    PrivateAttr,
    SecretStr,
)

from ltmc_server.environment import FromEnvironment

FROM_WORKSPACE_FILE: Final = "may be said in the ltmc.toml of a workspace"
"""Marks a setting that is harmless in the hands of a stranger, whose files a workspace may hold."""

ToolName: TypeAlias = Literal[
    "memory", "todo", "chat", "graph", "blueprint", "pattern", "unix", "cache", "config",
    "documentation", "sync", "letta",
]  # fmt: skip
"""What clients call `memory_action` and so on; `letta` is all whose names begin so."""


def folders(value: Any) -> Any:  # noqa: ANN401  what a source says, checked after this
    """Read a list of folders from one text: JSON, or parted by `:` (on Windows `;`)."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [part for part in value.split(os.pathsep) if part.strip()]


def _redis(url: SecretStr | None) -> SecretStr | None:
    """Refuse what is no address of a Redis, without saying it: there may be a password in it."""
    address = r"rediss?://([^/@]*@)?([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?(/\d*)?(\?.*)?|unix://.+"
    if url and not re.fullmatch(address, url.get_secret_value()):
        raise ValueError(
            "must be redis://[user:password@]host[:port][/number], rediss://… or unix://path; "
            "in a password, write / @ : as %2F %40 %3A"
        )
    return url


def names(value: object) -> object:
    """Read a list of names from one text: JSON, or parted by commas."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [part.strip() for part in value.split(",") if part.strip()]


class Settings(FromEnvironment):
    """Frozen settings; each field is the variable `LTMC_<NAME>`."""

    model_config = ConfigDict(hide_input_in_errors=True)  # it may be a password

    prefix: ClassVar[str] = "LTMC_"

    data_dir: Path = Path("~/.local/share/ltmc")
    """Folder of the database. Made if it is not there, with its parents."""

    project_id: str = Field(default="", max_length=200)
    """Project of a call that names none. Empty: the folder the server was started in."""

    tools: Annotated[tuple[ToolName, ...], BeforeValidator(names)] = ()
    """Which tools clients get, as a JSON list or parted by commas. Empty: all. Each takes some
    hundred tokens of a model's context."""

    durability: Literal["full", "normal"] = "full"
    """What an acknowledgement means: `full` survives a power cut (an fsync a commit), `normal`
    survives the death of the process only and is faster."""

    response_bytes_max: Annotated[int, FROM_WORKSPACE_FILE] = Field(
        default=15_000, ge=2_000, le=1_000_000
    )
    """Largest result of a call, in bytes of JSON; longer texts are cut and say so."""

    busy_timeout_s: float = Field(default=5.0, gt=0, le=60)
    """Longest wait for another process that holds the database, in seconds."""

    workspace_roots: Annotated[tuple[Path, ...], BeforeValidator(folders)] = ()
    """Folders in which files are read and written, as a JSON list or parted as in PATH; the first
    is where relative paths begin. Empty: the folder the server was started in, if that is neither
    the root of the disk nor the home of a user."""

    read_secrets: bool = False
    """Whether files are read that look as if they held secrets: `.env`, keys."""

    embedding: Literal["auto", "minilm", "static", "hashing", "endpoint", "none"] = "auto"
    """What makes vectors of texts; `auto` takes the best there is, `none` finds by words only."""

    embedding_file: Path | None = None
    """The file `model.onnx` of MiniLM, where its package is not installed."""

    embedding_url: HttpUrl | None = None
    """Where an OpenAI-compatible server has its `/embeddings`."""

    embedding_model: str = Field(default="", max_length=200)
    """Name of the model that this server is asked for."""

    embedding_key: SecretStr | None = None
    """Key that this server is shown."""

    embedding_dimension: int | None = Field(default=None, ge=1, le=65_536)
    """Length of this server's vectors, to know it before the first answer."""

    cache: bool = True
    """Whether answers, and vectors of questions, are kept to be given again."""

    redis_url: Annotated[SecretStr | None, AfterValidator(_redis)] = None
    """Redis or Valkey server that keeps them for several servers: `redis://[user:password@]host`,
    `rediss://…` or `unix://path`. Without one they are kept in a file beside the database."""

    neo4j_uri: str = Field(default="", pattern=r"^((bolt|neo4j)(\+s|\+ssc)?://[^\s@]+)?$")
    """Server that shows the graph and is asked for walks in it, such as `bolt://localhost:7687`.
    Empty: none."""

    neo4j_user: str = "neo4j"
    """Who we are on that server."""

    neo4j_password: SecretStr = SecretStr("")
    """The password of that user."""

    neo4j_database: str = Field(default="neo4j", min_length=1, max_length=100)
    """Database on that server; several data folders may share one."""

    neo4j_timeout_s: float = Field(default=1.0, gt=0, le=60)
    """Longest that one question to that server may take, in seconds; then the record answers."""

    letta_base_url: str = Field(default="", pattern=r"^(https?://[^\s@]+)?$")
    """Letta server that the `letta_*` tools work on, such as `http://localhost:8283`. Empty: none,
    and the tools are not published."""

    letta_api_key: SecretStr | None = None
    """Key, or password, that this server is shown."""

    letta_model: str = Field(default="", max_length=200)
    """Model of an agent that is made without naming one, as Letta calls it."""

    letta_embedding: str = Field(default="", max_length=200)
    """Embedding model of an agent that is made without naming one."""

    letta_pool_size: int = Field(default=10, ge=1, le=100)
    """Connections to that server at most; further requests wait for one of them."""

    letta_keepalive_s: float = Field(default=4.0, gt=0, le=600)
    """How long a connection is kept that nobody uses, in seconds. Letta itself closes it after 5; a
    longer time is good for one behind a proxy that keeps it longer."""

    letta_timeout_s: float = Field(default=30.0, gt=0, le=600)
    """Longest wait for an answer in which no model has a part, in seconds, repeated requests and
    the pauses between them included."""

    letta_message_timeout_s: float = Field(default=300.0, gt=0, le=3_600)
    """Longest wait for an agent's answer to a message, in seconds."""

    letta_retries: int = Field(default=2, ge=0, le=5)
    """How often a request is repeated that failed and may be repeated safely."""

    letta_cache_s: float = Field(default=0.0, ge=0, le=3_600)
    """How old an answer to a reading request may be that is given again, in seconds; 0 keeps none.
    Writes through this server end it at once; writes of others are seen when it is this old."""

    http_token: SecretStr | None = Field(default=None, min_length=16)
    """What clients over HTTP must send as `Authorization: Bearer …`. Without it only this machine
    is served."""

    http_hosts: Annotated[tuple[str, ...], BeforeValidator(names)] = ()
    """Names under which clients reach the server over HTTP, beside those of this machine, as a
    JSON list or parted by commas; `name:port`, where it is not any port."""

    log_format: Literal["json", "text"] = "json"
    """How log lines look: one JSON object a line, or text for people."""

    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], FROM_WORKSPACE_FILE] = (
        "WARNING"
    )
    """Least severe message that is written to stderr."""

    _sources: Any = PrivateAttr(default=None)

    @property
    def sources(self) -> Any:  # noqa: ANN401  of a package above this one
        """The `configuration.reading.Sources` they were read from; None if code made them."""
        return self._sources

    def read_from(self, sources: object) -> Self:
        """Remember what they were read from."""
        self._sources = sources
        return self

    def publishes(self, tool: str) -> bool:
        """Tell whether clients get a tool, by its name in the program."""
        wanted = not self.tools or tool.removesuffix("_action") in self.tools
        return wanted and (tool != "letta" or bool(self.letta_base_url))

    def database(self) -> Path:
        """Return the file of the record."""
        return self.data_dir.expanduser() / "ltmc.db"

    def redis(self) -> str:
        """Return the URL of Redis as it is, password and all; empty for none."""
        return self.redis_url.get_secret_value() if self.redis_url and self.cache else ""

    def workspace(self) -> tuple[Path, ...]:
        """Return the folders that may be read.

        A host may start its servers in `/` or in the home folder; nobody has chosen that to be
        read, so it has to be named.
        """
        here = Path.cwd().resolve()
        if self.workspace_roots:
            return tuple(here / folder.expanduser() for folder in self.workspace_roots)
        return () if here in (Path("/"), Path.home().resolve()) else (here,)

    def project(self) -> str:
        """Return the project of a call that names none.

        Two folders of one name are two projects, so the name carries a hash of the whole path.
        """
        if self.project_id:
            return self.project_id
        folder = Path.cwd().resolve()
        return f"{folder.name or 'root'}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"
