"""Names of tools, each asked for once."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import field
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NotFound
from ltmc_server.letta import routes
from ltmc_server.letta.interfaces import Letta, Query
from ltmc_server.letta.shapes import Object, objects

REMEMBERED_MAX: Final = 1_000
"""Names; those that were not used for longest are forgotten."""


@dataclass(eq=False)
class ToolIds:
    """Which id a tool of some name has. What is remembered can be wrong: others change tools."""

    letta: Letta
    _ids: "OrderedDict[str, str]" = field(default_factory=OrderedDict)

    def remembered(self, name: str) -> str | None:
        """Return the id that the name had when it was last seen."""
        if name in self._ids:
            self._ids.move_to_end(name)
        return self._ids.get(name)

    def remember(self, name: str, id: str) -> None:
        """Take note of a name that was seen."""
        self._ids[name] = id
        self._ids.move_to_end(name)
        while len(self._ids) > REMEMBERED_MAX:
            self._ids.popitem(last=False)

    def forget(self, name: str) -> None:
        """Have the name asked for again."""
        self._ids.pop(name, None)

    async def ask(self, name: str) -> str:
        """Ask Letta for the id of a name.

        Raises:
            NotFound: no tool has it.
        """
        self.forget(name)
        for tool in await self.called([name]):
            if tool["name"] == name:
                self.remember(name, tool["id"])
                return str(tool["id"])
        raise NotFound("tool", name, "letta_list_tools shows the tools there are.")

    async def called(self, names: Iterable[str]) -> list[Object]:
        """Return the tools that have one of these names."""
        query: Query = {"names": list(names), "limit": 200}
        got = await self.letta.get(routes.TOOLS, query, about="tools", fresh=True)
        return objects(got.value, "id", "name")
