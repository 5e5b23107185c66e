"""What SQLite says of a damaged file, when the driver can not."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def told_of_damage() -> Iterator[None]:
    """Raise `sqlite3.DatabaseError` where SQLite names damage in bytes that are no text.

    Its messages name the table whose definition can not be read, and the name may be what is
    damaged. The driver then raises the `UnicodeDecodeError` of the message in place of the error.
    """
    try:
        yield
    except UnicodeDecodeError as error:
        said = error.object.decode("utf-8", "backslashreplace")
        damaged = sqlite3.DatabaseError(said)
        damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damaged from error
