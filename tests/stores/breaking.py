"""Damage to the file of a database."""

from pathlib import Path


def break_a_name(file: Path) -> None:
    """Break the definition of the first table, and its name: SQLite says it in bytes, not text."""
    content = bytearray(file.read_bytes())
    definition = content.index(b"CREATE TABLE")
    name = content.rindex(b"table", 0, definition) + len(b"table")
    content[name + 1] = content[definition] = 0x80
    file.write_bytes(content)
