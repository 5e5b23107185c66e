"""What does each action of graph_action cost?"""

from itertools import count

from benchmarks.in_process import ActionBenchmarks, filled_folder, server_on_copy
from benchmarks.workload import ENTITIES, links

LINKS = 10_000
TEXTS = 100
TOOL = "graph_action"


def setup_cache() -> str:
    """Fill one data folder, for every benchmark of the file."""
    return filled_folder(TEXTS, messages=200, conversations=20, links=LINKS)


class At10k(ActionBenchmarks):
    """One call, in process, on 10,000 links between 2,000 entities, and 100 texts.

    Asks:   which action became slow? `query` and `context` go 3 links deep: 1,500 links.
    Unit:   seconds a call, commit and fsync included where the action writes.
    Noise:  writes follow the disk; reads follow the machine, see `calibration`.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)
        self.number = next(_numbers)
        self.entity, self.other = f"e{self.number % ENTITIES}", f"e{-self.number % ENTITIES}"

    def time_link(self, folder: str) -> None:
        [(source, target, relation)] = links(1, first=LINKS + self.number)
        self.server.call(TOOL, action="link", source_id=source, target_id=target, relation=relation)

    def time_query(self, folder: str) -> None:
        self.server.call(TOOL, action="query", entity=self.entity, depth=3, limit=20)

    def time_get_relationships(self, folder: str) -> None:
        self.server.call(TOOL, action="get_relationships", entity=self.entity)

    def time_path(self, folder: str) -> None:
        self.server.call(TOOL, action="path", source_id=self.entity, target_id=self.other)

    def time_list(self, folder: str) -> None:
        self.server.call(TOOL, action="list", limit=20)

    def time_stats(self, folder: str) -> None:
        self.server.call(TOOL, action="stats")

    def time_context(self, folder: str) -> None:
        self.server.call(TOOL, action="context", entity=self.entity, depth=3)

    def time_auto_link(self, folder: str) -> None:
        self.server.call(TOOL, action="auto_link", similarity_threshold=0.3, limit=20)


class OnOne(ActionBenchmarks):
    """One call on a text or a link of its own, on 10,000 others.

    Asks:   what do one link, and what belongs to one text, cost?
    Unit:   seconds a call, commit and fsync included where the action writes.
    Noise:  follows the disk.
    """

    tool = TOOL
    version = "1"
    repeat = (20, 100, 0.5)

    def setup(self, folder: str) -> None:
        self.server = server_on_copy(folder)
        name = f"notes/{next(_numbers) % 20:06}.md"
        self.text = self.server.call("memory_action", action="get", file_name=name)["id"]
        found = self.server.call("chat_action", action="get_by_tool", source_tool="benchmark")
        self.id = self.server.call(
            TOOL,
            action="link",
            source_id=self.text,
            target_id=found["items"][0]["id"],
            relation="about",
        )["id"]

    def time_get(self, folder: str) -> None:
        self.server.call(TOOL, action="get", link_id=self.id)

    def time_remove(self, folder: str) -> None:
        self.server.call(TOOL, action="remove", link_id=self.id)

    def time_discover(self, folder: str) -> None:
        self.server.call(TOOL, action="discover", entity=self.text)

    def time_messages(self, folder: str) -> None:
        self.server.call(TOOL, action="messages", entity=self.text)

    def time_conversations(self, folder: str) -> None:
        self.server.call(TOOL, action="conversations", entity=self.text)


_numbers = count()
