"""What does each of the letta_* tools cost, over what Letta takes itself?"""

import os
import tempfile
from contextlib import ExitStack
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.in_process import ActionBenchmarks, Server, filled_folder
from benchmarks.letta.backends import standin
from benchmarks.letta.scene import EMBEDDING, MODEL, TOOL as TOOL_SOURCE
from benchmarks.workspaces import server_in

TOOL = "letta"
AGENTS = 20
HELD, FREE = "say_held", "say_free"
"""Two tools: one that each agent has, and one that none has."""


def setup_cache() -> str:
    """Make an empty record; sync_memory writes into it."""
    return filled_folder(0)


@cache
def server_of(folder: str) -> Server:
    """Return this process's server, on a stand-in for Letta that answers without delay.

    The stand-in ends when this process does: its stdin is ours.

    Raises:
        NotImplementedError: this commit has no letta_* tools, or there is no stand-in.
    """
    from ltmc_server.settings import Settings

    if "letta_base_url" not in Settings.model_fields:
        raise NotImplementedError(TOOL)
    url = kept.enter_context(standin("zero"))
    given = {"BASE_URL": url, "MODEL": MODEL, "EMBEDDING": EMBEDDING, "RETRIES": "0"}
    variables = {f"LTMC_LETTA_{name}": value for name, value in given.items()}
    os.environ.update(variables)
    try:
        server = server_in(folder, tempfile.mkdtemp(prefix="root-", dir=Path.cwd()))
    finally:
        for name in variables:
            del os.environ[name]
    kept.callback(server.close)
    server.require(TOOL, "create_agent")
    for _ in range(AGENTS):
        made_agent(server)
    for name in (HELD, FREE):
        server.call(TOOL, action="create_tool", source_code=TOOL_SOURCE.format(name=name))
    return server


def made_agent(server: Server) -> str:
    """Make an agent; return its id."""
    return str(
        server.call(
            TOOL,
            action="create_agent",
            name=f"agent {next(_numbers)}",
            blocks=[{"label": "human", "value": "drinks tea"}],
            base_tools=False,
        )["id"]
    )


class _OnStandIn(ActionBenchmarks):
    """Base: calls on a server that is this process's own."""

    tool = TOOL
    repeat = (20, 60, 0.5)
    server_of = staticmethod(server_of)

    def setup(self, folder: str) -> None:
        self.server = server_of(folder)

    def ask(self, action: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401  as JSON is
        return self.server.call(TOOL, action=action, **arguments)


class OfTheServer(_OnStandIn):
    """One call about all 20 agents, in process, against a stand-in without delay.

    Asks:   which action became slow?
    Unit:   seconds a call; an HTTP request to the stand-in, on this machine, is in each.
    Noise:  follows the machine, and two processes that share it; see `calibration`.
    """

    version = "1"

    def time_health_check(self, folder: str) -> None:
        self.ask("health_check")

    def time_list_models(self, folder: str) -> None:
        self.ask("list_models")

    def time_list_agents(self, folder: str) -> None:
        self.ask("list_agents")

    def time_list_tools(self, folder: str) -> None:
        self.ask("list_tools")

    def time_get_usage_stats(self, folder: str) -> None:
        self.ask("get_usage_stats")

    def time_create_agent(self, folder: str) -> None:
        made_agent(self.server)

    def time_create_tool(self, folder: str) -> None:
        source = TOOL_SOURCE.format(name=f"say_{next(_numbers)}")
        self.ask("create_tool", source_code=source)


class OnOne(_OnStandIn):
    """One call on an agent that was made just before, with a passage, a tool and a message.

    Asks:   which action became slow?
    Unit:   seconds a call; each request of it to the stand-in, on this machine, is in it.
    Noise:  follows the machine, and two processes that share it; see `calibration`.
    """

    version = "1"

    def setup(self, folder: str) -> None:
        super().setup(folder)
        self.agent = made_agent(self.server)
        self.of("attach_tool", tool_name=HELD)
        self.of("send_message", message="hello")
        self.passage = self.of("archival_insert", text="Tea is at four.")["passages"][0]["id"]

    def of(self, action: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401  as JSON is
        return self.ask(action, agent_id=self.agent, **arguments)

    def time_get_agent(self, folder: str) -> None:
        self.of("get_agent")

    def time_update_agent(self, folder: str) -> None:
        self.of("update_agent", description="another")

    def time_delete_agent(self, folder: str) -> None:
        self.of("delete_agent", confirm=True)

    def time_clone_agent(self, folder: str) -> None:
        self.of("clone_agent", name=f"clone {next(_numbers)}")

    def time_export_agent(self, folder: str) -> None:
        self.of("export_agent", path=f"{next(_numbers)}.af")

    def time_send_message(self, folder: str) -> None:
        self.of("send_message", message="hello")

    def time_get_conversation_history(self, folder: str) -> None:
        self.of("get_conversation_history")

    def time_export_conversation(self, folder: str) -> None:
        self.of("export_conversation")

    def time_get_memory(self, folder: str) -> None:
        self.of("get_memory")

    def time_update_memory(self, folder: str) -> None:
        self.of("update_memory", block_label="human", value="drinks coffee")

    def time_create_memory_block(self, folder: str) -> None:
        self.of("create_memory_block", block_label="notes", value="none yet")

    def time_search_memory(self, folder: str) -> None:
        self.of("search_memory", query="tea")

    def time_archival_insert(self, folder: str) -> None:
        self.of("archival_insert", text="Coffee is at nine.")

    def time_archival_list(self, folder: str) -> None:
        self.of("archival_list")

    def time_archival_delete(self, folder: str) -> None:
        self.of("archival_delete", passage_id=self.passage)

    def time_get_agent_tools(self, folder: str) -> None:
        self.of("get_agent_tools")

    def time_attach_tool(self, folder: str) -> None:
        self.of("attach_tool", tool_name=FREE)

    def time_detach_tool(self, folder: str) -> None:
        self.of("detach_tool", tool_name=HELD)

    def time_set_tool_rules(self, folder: str) -> None:
        rule = {"type": "exit_loop", "tool_name": HELD}
        self.of("set_tool_rules", tool_rules=[rule])

    def time_batch(self, folder: str) -> None:
        tools = ("letta_get_agent", "letta_get_memory", "letta_get_agent_tools")
        calls = [{"tool": tool, "arguments": {"agent_id": self.agent}} for tool in tools]
        self.ask("batch", calls=calls, parallel=True)

    def time_sync_memory(self, folder: str) -> None:
        self.of("sync_memory", direction="pull")


class FromAFile(_OnStandIn):
    """One import of an agent from a file that was written just before.

    Asks:   what does making an agent from a file cost?
    Unit:   seconds a call, the upload to the stand-in included.
    Noise:  follows the machine, and two processes that share it; see `calibration`.
    """

    version = "1"

    def setup(self, folder: str) -> None:
        super().setup(folder)
        self.path = f"{next(_numbers)}.af"
        self.ask("export_agent", agent_id=made_agent(self.server), path=self.path)

    def time_import_agent(self, folder: str) -> None:
        self.ask("import_agent", path=self.path)


kept = ExitStack()
_numbers = count()
