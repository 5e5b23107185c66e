"""The list of the tools, prepared: to make it of their signatures takes longer than a start.

`./just schemas` writes it. `tests/protocol/test_schema.py` holds it against the signatures.
"""

from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson

from ltmc_server.protocol.messages import Object
from ltmc_server.settings import Settings

FILE: Final = Path(__file__).with_name("published.json")

LETTA: Final = "letta"
"""The tool each of whose actions is published by a name of its own."""

Published: TypeAlias = dict[str, list[Object]]
"""By the name of a tool, how `tools/list` describes it: once, or each of its actions."""


def published() -> Published:
    """Read what is prepared. It is not kept: a server needs it once or twice."""
    read: Any = orjson.loads(FILE.read_bytes())
    return dict(read)


def published_by(settings: Settings) -> bytes:
    """Return what `tools/list` answers of a server with these settings, as JSON."""
    described = published().items()
    return orjson.dumps(
        [one for name, tool in described if settings.publishes(name) for one in tool]
    )
