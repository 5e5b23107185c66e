"""The tools of a server by name, each made when it is first called."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field

from ltmc_server.actions import Tool
from ltmc_server.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Later:
    """A tool that is made when it is first called: most clients call few of those there are."""

    name: str
    make: Callable[[], Tool]
    """Imports the tool and what it works with. Called on any thread."""
    actions: Mapping[str, str] = field(default_factory=dict)
    """What clients call, and the action that this is, where each has a name of its own."""

    def names(self) -> Mapping[str, str | None]:
        """Return what clients call it by, as `Tool.names` does."""
        return dict(self.actions) or {self.name: None}


class Toolbox(Mapping[str, Tool]):
    """Tools by name, in the order they are published in."""

    def __init__(self, tools: Iterable[Tool | Later]) -> None:
        every = list(tools)
        self.names = {
            name: (one.name, action) for one in every for name, action in one.names().items()
        }
        """What clients call: the tool, and its action where the name alone says it."""
        self.later = {one.name: one for one in every if isinstance(one, Later)}
        """Those that are made at their first call, or were."""
        self._made = {one.name: one for one in every if isinstance(one, Tool)}
        self._order = tuple(one.name for one in every)
        self._coming: dict[str, asyncio.Task[Tool]] = {}
        # There is one of each, and what they share is made once.
        self._making = threading.Lock()

    async def take(self, name: str) -> Tool:
        """Return a tool; if it has to be made, beside the other calls.

        Who asks meanwhile waits for the same one, and goes on in the order of asking. A call that
        is cancelled leaves it to the others; where making it fails, the next call tries again.
        """
        if (made := self._made.get(name)) is not None:
            return made
        coming = self._coming.get(name)
        if coming is None:
            coming = asyncio.create_task(asyncio.to_thread(self.__getitem__, name))
            self._coming[name] = coming
            coming.add_done_callback(lambda _: self._coming.pop(name))
        return await asyncio.shield(coming)

    def __getitem__(self, name: str) -> Tool:
        if name not in self._made:
            with self._making:
                if name not in self._made:
                    self._made[name] = self.later[name].make()
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._order

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._order)
