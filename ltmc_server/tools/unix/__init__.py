"""unix_action: reading a workspace, and nothing else."""

import inspect
from typing import ClassVar

from ltmc_server.actions import Action, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import UnknownAction
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.unix import words as w
from ltmc_server.tools.unix.code import CodeActions
from ltmc_server.tools.unix.listing import ListingActions
from ltmc_server.tools.unix.searching import SearchingActions

__all__ = ["UnixTool"]


@dataclass(frozen=True)
class UnixTool(CodeActions, SearchingActions, ListingActions):
    """Read the workspace: list, show, search, compare and parse its files; changes nothing."""

    name: ClassVar[str] = "unix_action"

    @action("read")
    async def help(self, *, command: w.Command = "") -> v.Object:
        """Explain an action, or say what each is for."""
        if not command:
            return {"actions": {one.name: one.summary for one in self.actions.values()}}
        if command not in self.actions:
            raise UnknownAction(self.name, command, tuple(self.actions), None)
        return _explained(self.actions[command])


def _explained(chosen: Action) -> v.Object:
    signature = inspect.signature(chosen.method)
    return {
        "action": chosen.name,
        "help_content": inspect.getdoc(chosen.method),
        "parameters": [
            {
                "name": name,
                "description": described["description"],
                "required": name in chosen.required,
                "default": None if name in chosen.required else signature.parameters[name].default,
            }
            for name, described in chosen.schema["properties"].items()
        ],
        "other_names": dict(chosen.aliases) or None,
    }
