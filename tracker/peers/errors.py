"""What can go wrong with a server that is not ours. Each text ends in a row of the page."""

from pathlib import Path

from tracker.errors import TrackerError


class PeerFailed(Exception):
    """A server did not do what it was asked for; the run goes on without that figure."""


class NotInstalled(PeerFailed):
    """Its environment could not be made."""


class Ended(PeerFailed):
    """Its process is gone."""


class Silent(PeerFailed):
    """It did not answer in time."""


class Refused(PeerFailed):
    """It answered that it could not."""


class InvalidCatalogue(TrackerError):
    """The file of servers is not as it should be."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file.name}: {reason}. docs/peers.md says what a server needs.")


class UnknownPeer(TrackerError):
    """Nobody has that name."""

    def __init__(self, name: str, known: str) -> None:
        super().__init__(
            f"There is no server {name!r} in benchmarks/peers.toml; there are {known}."
        )


class Busy(TrackerError):
    """Two runs would measure each other."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another run is using the environments in {folder}; wait for it, or give this one"
            " --environments FOLDER."
        )


class NothingMeasured(TrackerError):
    """There is no file of samples, or none that can be read."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file.name}: {reason}. `./just peers` measures and writes it.")
