"""What does it take to walk along links, and to plan, where there are many?"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from benchmarks.in_process import filled_folder, server_on_copy
from benchmarks.marks import Samples, samples, unit

COUNTS: Final[dict[str, Any]] = {"links": 20_000, "blueprints": 500}
ASKED: Final = 10

CALLS: Final[Mapping[str, Mapping[str, object]]] = {
    "graph.query 1": {"entity": "e1", "depth": 1},
    "graph.query 3": {"entity": "e1", "depth": 3},
    "graph.query 5": {"entity": "e1", "depth": 5},
    "graph.path": {"source_id": "e1", "target_id": "e77"},
    "graph.stats": {},
    "blueprint.resolve_order": {},
}


def setup_cache() -> str:
    """Fill a data folder: each of 2,000 entities has 20 links."""
    return filled_folder(10, **COUNTS)


setup_cache.timeout = 600  # type: ignore[attr-defined]


class OfManyLinks:
    """One call of an action on 20,000 links, or 500 blueprints; the number is the depth of a walk.

    Asks:   do walks stay fast as links grow, and do calls beside wait?
    Unit:   seconds a call, in process; seconds that the event loop stood still in one, at most.
    Noise:  follows the machine, see `calibration`.
    """

    version = "1"
    repeat = (5, 20, 1.0)
    timeout = 120
    param_names: ClassVar = ["call"]
    params: ClassVar = [list(CALLS)]

    def setup(self, folder: str, call: str) -> None:
        self.server = server_on_copy(folder)
        tool, action = call.split(maxsplit=1)[0].split(".")
        self.tool = f"{tool}_action"
        self.server.require(self.tool, action)
        self.arguments: dict[str, Any] = {"action": action, **CALLS[call]}

    def time_call(self, folder: str, call: str) -> None:
        self.server.call(self.tool, **self.arguments)

    @unit("seconds")
    def track_held_up(self, folder: str, call: str) -> Samples:
        self.server.call(self.tool, **self.arguments)
        asked = range(ASKED)
        return samples([self.server.held_up_s(self.tool, dict(self.arguments)) for _ in asked])
