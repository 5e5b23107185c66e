"""Requests and answers, a line of JSON each, over pipes of their own: benchmarks print."""

import json
import os
from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]


@dataclass(slots=True)
class Channel:
    """One end of the two pipes. Nobody asks twice before the answer, so no line is read past."""

    reads: int
    writes: int
    buffered: bytes = field(default=b"")

    def has_message(self) -> bool:
        """Say whether a message has been read already."""
        return b"\n" in self.buffered

    def receive(self) -> Message | None:
        """Return the next message; None when the other end is gone."""
        while not self.has_message():
            chunk = os.read(self.reads, 65536)
            if not chunk:
                return None
            self.buffered += chunk
        line, _, self.buffered = self.buffered.partition(b"\n")
        message: Message = json.loads(line)
        return message

    def send(self, **message: object) -> None:
        """Send a message."""
        line = json.dumps(message).encode() + b"\n"
        while line:
            line = line[os.write(self.writes, line) :]
