"""What every document store asks of a draft, whatever it keeps documents in."""

import hashlib

from pydantic_core import to_json

from ltmc_server.errors import Conflict
from ltmc_server.model import Draft


def digest_of(text: str) -> bytes:
    """Return 16 bytes that stand for a text: equal texts have equal digests."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def request_digest(draft: Draft) -> bytes:
    """Return the digest of all that a draft asks for: a repeat has the same, another has not."""
    return hashlib.blake2b(to_json(draft), digest_size=16).digest()


def check_version(draft: Draft, stored: int) -> None:
    """Refuse a draft that was written for another version than the one stored; 0 is none."""
    if draft.expected_version is not None and draft.expected_version != stored:
        is_now = f"version {stored} is stored" if stored else "nothing is stored under that name"
        raise Conflict(
            f"{draft.file_name!r}: expected version {draft.expected_version}, but {is_now}.",
            "Read it again with `get` and store on top of what is there.",
        )


def check_repeat(draft: Draft, digest: bytes) -> None:
    """Refuse an idempotency key that was used for another request."""
    if digest != request_digest(draft):
        raise Conflict(
            f"The idempotency key {draft.idempotency_key!r} was used for another request.",
            "Take a fresh key for each different request.",
        )
