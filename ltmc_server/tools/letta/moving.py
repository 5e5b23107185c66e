"""Actions that copy an agent: into a file of the workspace, from one, or beside itself."""

from collections.abc import Callable
from dataclasses import field
from functools import partial
from typing import Final, TypeVar

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import BoundExceeded, Conflict, NoSuchPath, NotFound, Unreadable
from ltmc_server.letta import routes
from ltmc_server.letta.agent_files import AgentFile, NotAnAgentFile, differences, of_other_code
from ltmc_server.letta.errors import LettaInconsistent, LettaRefused, LettaUnavailable
from ltmc_server.letta.interfaces import Letta, Query
from ltmc_server.letta.shapes import Object, an_object
from ltmc_server.threads import Turns
from ltmc_server.tools.letta import tool_words as w
from ltmc_server.tools.letta.agent_words import AgentName
from ltmc_server.tools.letta.answering import FIND_AGENT
from ltmc_server.tools.letta.words import AgentId
from ltmc_server.workspace.confinement import Workspace

FILE_BYTES_MAX: Final = 32 * 1024 * 1024
"""Of an agent file."""

_WITH: Final = ["agent.blocks", "agent.tools", "agent.tags"]

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class MovingActions(Tool):
    """Agents as files."""

    letta: Letta
    workspace: Workspace = field(default=Workspace(()), kw_only=True)
    """Where files are; by default there is no folder, and each path leads out of it."""
    turns: Turns = field(default_factory=lambda: Turns(2), kw_only=True)
    """Files being read or written at once; each holds a thread."""

    @action("write")
    async def clone_agent(
        self, *, agent_id: AgentId, name: AgentName, copy_messages: w.CopyMessages = False
    ) -> Object:
        """Make another agent that is like one there is, with blocks of its own."""
        file = await self._exported(agent_id, with_messages=copy_messages)
        made = await self._imported(file, name, overwrite_tools=False)
        return {"cloned_from": agent_id, **made}

    @action("write")
    async def export_agent(
        self,
        *,
        agent_id: AgentId,
        path: w.AgentFilePath,
        copy_messages: w.CopyMessages = True,
        overwrite: w.Overwrite = False,
    ) -> Object:
        """Write an agent into a file of the workspace, whole or not at all."""
        await self._aside(partial(_check_free, self.workspace, path, overwrite=overwrite))
        file = await self._exported(agent_id, with_messages=copy_messages)
        size = await self._aside(partial(_write, self.workspace, path, file))
        return {
            "agent_id": agent_id,
            "name": file.name,
            "path": path,
            "bytes": size,
            **file.counts(),
        }

    @action("destroy")
    async def import_agent(
        self,
        *,
        path: w.AgentFilePath,
        name: AgentName | None = None,
        overwrite_tools: w.OverwriteTools = False,
    ) -> Object:
        """Make an agent from a file of the workspace; its tools' code can run on the server."""
        file = await self._aside(partial(_read, self.workspace, path))
        made = await self._imported(file, name or file.name, overwrite_tools=overwrite_tools)
        return {"path": path, **made}

    async def _exported(self, agent_id: str, *, with_messages: bool) -> AgentFile:
        try:
            got = await self.letta.get(routes.agent(agent_id, "export"), about=agent_id, fresh=True)
        except (LettaRefused, LettaUnavailable) as error:
            # Letta gives this a 500.
            if f"not found: ['{agent_id}']" in str(error):
                raise NotFound("agent", agent_id, FIND_AGENT) from error
            raise
        try:
            file = AgentFile.of(got.value)
        except NotAnAgentFile as error:
            lacks = f"{error}"
            raise LettaInconsistent("exported an agent", lacks, "Nothing was made.") from error
        return file.able_to_talk() if with_messages else file.silenced()

    async def _imported(self, file: AgentFile, name: str, *, overwrite_tools: bool) -> Object:
        """Have Letta make the agent, and look whether it is what the file says."""
        content = file.able_to_talk().written()
        fields: Query = {"name": name, "override_existing_tools": overwrite_tools}
        answer = await self.letta.upload(routes.agent("import"), "agent.af", content, fields=fields)
        ids = an_object(answer, "agent_ids")["agent_ids"]
        if not isinstance(ids, list) or len(ids) != 1:
            lacks = f"names {str(ids)[:200]} for one agent"
            raise LettaInconsistent("imported a file", lacks, FIND_AGENT)
        [id] = ids
        got = await self.letta.get(routes.agent(id), {"include": _WITH}, about=id, fresh=True)
        made = an_object(got.value, "id")
        other = differences(file, made) + (["name"] if made.get("name") != name else [])
        code = of_other_code(file, made)
        if other or (code and overwrite_tools):
            what = ", ".join(other or ["the code of its tools"])
            raise LettaInconsistent(
                f"made {id}",
                f"shows an agent that differs from the file in: {what}",
                f"letta_delete_agent removes {id}.",
            )
        return {
            "agent_id": id,
            "name": name,
            "blocks": [block["label"] for block in made.get("blocks") or ()],
            "tools": [tool["name"] for tool in made.get("tools") or ()],
            "messages": len(made.get("message_ids") or ()),
            "tools_of_other_code": code or None,
        }

    async def _aside(self, work: Callable[[], _Result]) -> _Result:
        return await self.turns.run(work)


def _check_free(workspace: Workspace, path: str, *, overwrite: bool) -> None:
    """Refuse to replace a file without being asked to, and one that is no agent file at all.

    Raises:
        Conflict: nothing was written.
    """
    try:
        _read(workspace, path)
    except NoSuchPath:
        return
    except (Unreadable, BoundExceeded) as error:
        raise Conflict(
            f"{path!r} is there and is no agent file; nothing was written.", "Choose another path."
        ) from error
    if not overwrite:
        raise Conflict(
            f"{path!r} is there; nothing was written.",
            "Send overwrite: true to replace it, or choose another path.",
        )


def _read(workspace: Workspace, path: str) -> AgentFile:
    with workspace.file(path) as file:
        if file.size_bytes > FILE_BYTES_MAX:
            raise BoundExceeded(
                f"{path!r} is {file.size_bytes} bytes; an agent file is at most {FILE_BYTES_MAX}.",
                "letta_export_agent with copy_messages: false writes a smaller one.",
            )
        content = file.read(FILE_BYTES_MAX)
    try:
        return AgentFile.read(content)
    except NotAnAgentFile as error:
        raise Unreadable(path, str(error), "letta_export_agent writes such files.") from error


def _write(workspace: Workspace, path: str, file: AgentFile) -> int:
    content = file.written()
    if len(content) > FILE_BYTES_MAX:
        raise BoundExceeded(
            f"The agent takes {len(content)} bytes; a file is at most {FILE_BYTES_MAX}.",
            "copy_messages: false leaves out what was said.",
        )
    with workspace.replacing(path) as opened:
        opened.write(content)
    return len(content)
