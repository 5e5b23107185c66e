"""A value with the question it belongs to, sealed: what was changed on its way is not believed.

Others may write to a shared Redis, and a disk may break; neither is to put words into an answer.
Only who has the record's secret can make a seal, and a seal holds under one key only.
"""

import hashlib
from typing import Final, NamedTuple

from ltmc_server.caching.patterns import beginning

SEAL_BYTES: Final = 16
_LENGTH_BYTES: Final = 2


class Opened(NamedTuple):
    """What was sealed."""

    about: str
    value: bytes


def seal(secret: bytes, key: bytes, opened: Opened) -> bytes:
    """Return bytes that `unseal` takes with this secret, under this key."""
    about = beginning(opened.about).encode()
    body = len(about).to_bytes(_LENGTH_BYTES, "little") + about + opened.value
    return _seal_of(secret, key, body) + body


def unseal(secret: bytes, key: bytes, sealed: object) -> Opened | None:
    """Return what was sealed; None for anything else."""
    if not isinstance(sealed, bytes):
        return None
    body = sealed[SEAL_BYTES:]
    # No secret is told by how long this takes: whoever may write here may also read.
    if sealed[:SEAL_BYTES] != _seal_of(secret, key, body):
        return None
    begin = _LENGTH_BYTES + int.from_bytes(body[:_LENGTH_BYTES], "little")
    return Opened(body[_LENGTH_BYTES:begin].decode(), body[begin:])


def _seal_of(secret: bytes, key: bytes, body: bytes) -> bytes:
    return hashlib.blake2b(key + body, key=secret, digest_size=SEAL_BYTES).digest()
