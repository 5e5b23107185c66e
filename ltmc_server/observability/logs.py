"""Log lines on stderr: one JSON object a line, or text for people."""

import logging
import sys
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

import orjson

LogFormat: TypeAlias = Literal["json", "text"]

CHARS_MAX: Final = 8_000
"""Of a message, and of a traceback, which is cut at its beginning: the end says what happened."""


def log_to_stderr(level: str, form: LogFormat) -> None:
    """Send what is logged to stderr; stdout belongs to the protocol."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=level, handlers=[handler])


class JsonLines(logging.Formatter):
    """One object a line: `time`, `level`, then `event` and its fields, or `logger` and message."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        said: dict[str, object] = {"time": at.isoformat(timespec="milliseconds")}
        said["level"] = record.levelname
        fields = _fields(record)
        if fields is not None:
            said |= {"event": record.getMessage()} | fields
        else:
            said |= {"logger": record.name, "message": _whole(record.getMessage()[:CHARS_MAX])}
        if record.exc_info:
            said["exception"] = _whole(self.formatException(record.exc_info)[-CHARS_MAX:])
        return orjson.dumps(said, default=repr).decode()


class TextLines(logging.Formatter):
    """Time, level, logger and message; the fields of an event as `name=value`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the library's name
        pairs = [f" {name}={value}" for name, value in (_fields(record) or {}).items()]
        return super().formatMessage(record) + "".join(pairs)


def _fields(record: logging.LogRecord) -> dict[str, object] | None:
    fields: dict[str, object] | None = getattr(record, "fields", None)
    return fields


def _whole(text: str) -> str:
    """Return the text as UTF-8 can hold it: half a character is written out."""
    return text.encode("utf-8", "backslashreplace").decode()
