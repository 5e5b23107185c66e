"""A server that is being opened while its client already speaks to it."""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Importing it takes longer than the first answers.
    from ltmc_server.dispatch import Dispatcher
    from ltmc_server.protocol.messages import ProtocolError


class Opening:
    """What a start has yet to bring; a request waits for as much of it as it needs."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.asked = asyncio.Event()
        """The client has asked something. What needs no store is answered in that same turn of the
        event loop, so whoever waits for this goes on after that."""
        self.tools: asyncio.Future[bytes] = loop.create_future()
        """The list of the tools, as JSON: there once the settings are read."""
        self.dispatcher: asyncio.Future[Dispatcher] = loop.create_future()
        """There once the stores are open."""

    def fail(self, why: "ProtocolError") -> None:
        """Answer everything that waits with an error, and what comes later, too."""
        for promised in (self.tools, self.dispatcher):
            if not promised.done():
                promised.set_exception(why)
                # Or asyncio would log it where nobody has waited.
                promised.exception()
