"""What does each action of chat_action cost?"""

from itertools import count, cycle

from benchmarks.in_process import ActionBenchmarks, filled_folder, server_on_copy
from benchmarks.workload import queries, texts

MESSAGES = 1_000
CONVERSATIONS = 20
TOOL = "chat_action"


def setup_cache() -> str:
    """Fill one data folder, for every benchmark of the file."""
    return filled_folder(100, messages=MESSAGES, conversations=CONVERSATIONS)


class At1k(ActionBenchmarks):
    """One call, in process, on 1,000 messages of 20 conversations.

    Asks:   which action became slow?
    Unit:   seconds a call, commit and fsync included where the action writes.
    Noise:  writes follow the disk; reads follow the machine, see `calibration`.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)
        _, self.text = next(_fresh)
        self.server.forget()

    def time_log(self, folder: str) -> None:
        self.server.call(TOOL, action="log", conversation_id="c1", role="user", content=self.text)

    def time_get_conversation(self, folder: str) -> None:
        self.server.call(TOOL, action="get_conversation", conversation_id="c1", limit=20)

    def time_list_conversations(self, folder: str) -> None:
        self.server.call(TOOL, action="list_conversations", limit=20)

    def time_get_by_tool(self, folder: str) -> None:
        self.server.call(TOOL, action="get_by_tool", source_tool="benchmark")

    def time_get_tool_conversations(self, folder: str) -> None:
        self.server.call(TOOL, action="get_tool_conversations", source_tool="benchmark")

    def time_search(self, folder: str) -> None:
        self.server.call(TOOL, action="search", query=next(_questions))

    def time_route_query(self, folder: str) -> None:
        self.server.call(TOOL, action="route_query", query=next(_questions))


class OnOne(ActionBenchmarks):
    """One call on a conversation that was made just before.

    Asks:   what do the sources of an answer, and forgetting a conversation, cost?
    Unit:   seconds a call, commit and fsync included where the action writes.
    Noise:  follows the disk.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)
        self.name = f"short {next(_numbers)}"
        logged = self.server.call(
            TOOL, action="log", conversation_id=self.name, role="user", content="hello"
        )
        self.id = logged["id"]

    def time_get_context(self, folder: str) -> None:
        self.server.call(TOOL, action="get_context", message_id=self.id)

    def time_delete_conversation(self, folder: str) -> None:
        self.server.call(
            TOOL, action="delete_conversation", conversation_id=self.name, confirm=True
        )


_numbers = count()
_fresh = (next(texts(1, first=number)) for number in count())
_questions = cycle(queries(50))
