"""The servers that are compared, read from benchmarks/peers.toml: versions, commands, settings."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tracker.peers.errors import InvalidCatalogue, UnknownPeer

OURS: Final = "tree"
"""The registry of what is installed from the working tree."""

FindsBy: TypeAlias = Literal["meaning", "words", "text"]
"""`text`: the whole question, as a piece of a note."""


class Setting(BaseModel):
    """A variable that a server is started with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str
    why: str = Field(min_length=1)


class Peer(BaseModel):
    """One server in one configuration.

    In commands and variables `{home}` is its data folder, `{env}` its environment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    registry: Literal["npm", "pypi", "tree"]
    packages: tuple[str, ...] = ()
    """Pinned, as the registry's client takes them."""
    overrides: tuple[str, ...] = ()
    """Versions that its dependencies would not allow, where it does not install without."""
    python: str = ""
    """Which Python it needs, as uv reads it; the one that runs this where empty."""
    sqlite: Literal["", "pysqlite3"] = ""
    """What stands in for a `sqlite3` that can not load extensions."""
    command: tuple[str, ...] = Field(min_length=1)
    environ: Mapping[str, Setting] = {}
    files: Mapping[str, str] = {}
    """Place below its home → file of the model that belongs there."""
    dialect: str
    finds_by: FindsBy
    """With which of ours it is compared, see `figures.pairings`."""
    search: str = Field(min_length=1)
    """How it finds, in two or three words, for the table."""
    about: str = ""
    """What a reader has to know of how it is set up."""

    @property
    def is_ours(self) -> bool:
        """Whether it is the server of this repository."""
        return self.registry == OURS

    @property
    def environment(self) -> str:
        """The name of its environment; servers of the same packages share one."""
        said = repr((self.registry, self.packages, self.overrides, self.python, self.sqlite))
        digest = hashlib.sha256(said.encode()).hexdigest()[:10]
        return f"ltmc-{digest}" if self.is_ours else f"{self.registry}-{digest}"


class Catalogue(BaseModel):
    """All of them, and the packages the model is taken from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: tuple[str, ...]
    peer: tuple[Peer, ...] = Field(min_length=1)

    def chosen(self, names: Sequence[str]) -> tuple[Peer, ...]:
        """Return those of the names, and ours; all where none is named.

        Raises:
            UnknownPeer: nobody has one of the names.
        """
        known = {peer.name: peer for peer in self.peer}
        for name in names:
            if name not in known:
                raise UnknownPeer(name, ", ".join(known))
        return tuple(peer for peer in self.peer if not names or peer.is_ours or peer.name in names)


def read(file: Path) -> Catalogue:
    """Return what the file says.

    Raises:
        InvalidCatalogue: it is no TOML, or says something else.
    """
    try:
        found = Catalogue.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InvalidCatalogue(file, str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InvalidCatalogue(file, f"{where}: {first['msg']}") from error
    names = [peer.name for peer in found.peer]
    if len(set(names)) < len(names):
        raise InvalidCatalogue(file, "two servers have one name")
    return found
