"""A part of vectors in a file beside the record: written whole or not at all, believed if proven.

    magic, length of the stamp, stamp (JSON), ids, scales, which are alive, FAISS's own bytes,
    digest of all that is before it

Nothing in such a file is known to nobody else: whoever doubts it makes the index anew.
"""

import hashlib
import os
import secrets
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from time import time
from typing import IO, TYPE_CHECKING, Any, Final

import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.stores.faiss.library import library
from ltmc_server.stores.faiss.part import Part

if TYPE_CHECKING:
    from ltmc_server.stores.faiss.part import Flags

MAGIC: Final = b"LTMCvec1"
HEAD: Final = struct.Struct("<8sI")
STAMP_BYTES_MAX: Final = 10_000
DIGEST_BYTES: Final = 32
CHUNK_BYTES: Final = 1 << 20

PATTERN: Final = "index-*.faiss"
"""How the files are called."""

LEFT_OVER_S: Final = 600.0
"""After so long a file that is being written is taken to be left over from who was killed."""


class SnapshotUnusable(Exception):
    """The file is not what it should be; the message completes "… is not used: "."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Of what a snapshot is, and when."""

    record: str
    project_id: str
    model: str
    dimension: int
    seq: int
    """The entry of the change log up to which all is in it."""
    mark: str
    """Drawn for this file; the record knows it."""
    count: int = 0
    """Vectors, the dead ones among them counted too."""
    faiss: str = ""
    """The version that wrote it."""


def file_name(project_id: str, model: str) -> str:
    """Return the name of the file of a project and a model; whatever these are called."""
    return f"{_beginning(project_id)}{_short(model)}.faiss"


def write(file: Path, stamp: Stamp, part: Part, alive: "Flags") -> None:
    """Put a snapshot in its place, durable when this returns; remove those it takes the place of.

    Args:
        file: where.
        stamp: of what; its `mark` still has to be made known to the record.
        part: what is written. Nothing is read of it that others may change.
        alive: which of its rows were alive when the log was at `stamp.seq`.

    Raises:
        OSError: it can not be written; what was there is there still.
    """
    _clear_left_over(file.parent)
    beside = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    try:
        with beside.open("xb") as opened:
            _write(opened, stamp, part, alive)
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(file.parent)
    for other in file.parent.glob(f"{_beginning(stamp.project_id)}*.faiss"):
        if other != file:
            other.unlink(missing_ok=True)


def read(file: Path) -> tuple[Stamp, Part]:
    """Return what is in a snapshot, proven to be what was written.

    Raises:
        FileNotFoundError: there is none.
        SnapshotUnusable: it is not whole, or not one that this program reads.
        OSError: it can not be read.
    """
    with file.open("rb") as opened:
        stamp = _proven(opened)
        return stamp, _read_part(opened, stamp)


def check(found: Stamp, wanted: Stamp, oldest: int) -> None:
    """Accept the stamp of a snapshot that the change log can bring up to date.

    Args:
        found: the stamp of the file.
        wanted: what it has to be of; its `seq` is the newest entry of the log.
        oldest: the oldest entry of the log.

    Raises:
        SnapshotUnusable: it is of something else, or of another time.
    """
    for field, what in (
        ("record", "record"),
        ("project_id", "project"),
        ("model", "model"),
        ("dimension", "length of vectors"),
    ):
        if getattr(found, field) != getattr(wanted, field):
            raise SnapshotUnusable(f"it is of another {what}")
    if found.mark != wanted.mark:
        raise SnapshotUnusable("the record does not know it, or knows another in its place")
    if found.seq > wanted.seq:
        raise SnapshotUnusable(f"it is of change {found.seq}, the record is at {wanted.seq}")
    if found.seq < oldest - 1:
        raise SnapshotUnusable(f"it is of change {found.seq}, the log begins at {oldest}")


def _write(opened: IO[bytes], stamp: Stamp, part: Part, alive: "Flags") -> None:
    import numpy as np

    sealed = _Sealed(opened)
    told = asdict(stamp) | {"count": part.count, "faiss": library().__version__}
    head = orjson.dumps(told)
    sealed.write(HEAD.pack(MAGIC, len(head)) + head)
    sealed.write(part.ids[: part.count].astype("<i8").tobytes())
    sealed.write(part.scales[: part.count].astype("<f4").tobytes())
    sealed.write(np.packbits(alive).tobytes())
    library().write_index(part.index, library().PyCallbackIOWriter(sealed.write))
    if sealed.trouble is not None:
        raise sealed.trouble
    opened.write(sealed.digest.digest())


class _Sealed:
    """A file, and the digest of what is written to it."""

    def __init__(self, opened: IO[bytes]) -> None:
        self.opened = opened
        self.digest = hashlib.sha256()
        self.trouble: OSError | None = None

    def write(self, some: bytes) -> int:
        """Write, unless that failed before: an error can not pass through FAISS."""
        if self.trouble is None:
            try:
                self.opened.write(some)
                self.digest.update(some)
            except OSError as error:
                self.trouble = error
        return len(some)


def _proven(opened: IO[bytes]) -> Stamp:
    """Read the whole file once; return its stamp, with the file at what comes after that."""
    left = os.fstat(opened.fileno()).st_size - DIGEST_BYTES
    if left < HEAD.size:
        raise SnapshotUnusable("it is cut off")
    digest = hashlib.sha256()
    while left and (some := opened.read(min(CHUNK_BYTES, left))):
        digest.update(some)
        left -= len(some)
    if opened.read(DIGEST_BYTES) != digest.digest():
        raise SnapshotUnusable("its digest is not that of its bytes")
    opened.seek(0)
    magic, length = HEAD.unpack(opened.read(HEAD.size))
    if magic != MAGIC or length > STAMP_BYTES_MAX:
        raise SnapshotUnusable("it is of another format")
    return Stamp(**orjson.loads(opened.read(length)))


def _read_part(opened: IO[bytes], stamp: Stamp) -> Part:
    import numpy as np

    if stamp.faiss != library().__version__:
        raise SnapshotUnusable(f"FAISS {stamp.faiss} wrote it")
    ids = np.frombuffer(opened.read(8 * stamp.count), "<i8").astype(np.int64)
    scales = np.frombuffer(opened.read(4 * stamp.count), "<f4").astype(np.float32)
    packed = np.frombuffer(opened.read((stamp.count + 7) // 8), np.uint8)
    alive = np.unpackbits(packed, count=stamp.count).astype(np.bool_)
    with _reader(opened.read) as reader:
        index = library().read_index(reader)
    return Part.of(index, ids, scales, alive)


@contextmanager
def _reader(read: Callable[[int], bytes]) -> Iterator[Any]:
    """Have FAISS read from a file that is open: the one that was proven, whatever its name is."""
    try:
        yield library().PyCallbackIOReader(read, CHUNK_BYTES)
    except RuntimeError as error:
        raise SnapshotUnusable(f"FAISS can not read it: {error}") from error


def _beginning(project_id: str) -> str:
    return f"index-{_short(project_id)}-"


def _short(name: str) -> str:
    encoded = name.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(encoded, digest_size=6).hexdigest()


def _clear_left_over(folder: Path) -> None:
    for file in folder.glob(f".{PATTERN}-*"):
        with suppress(OSError):
            if time() - file.stat().st_mtime > LEFT_OVER_S:
                file.unlink()


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
