"""What is open while a server runs, and the tools are made of."""

from typing import TYPE_CHECKING

from ltmc_server.caching.layered import Caches
from ltmc_server.composition.searching import Searching
from ltmc_server.dataclass import dataclass
from ltmc_server.jobs import Jobs
from ltmc_server.observability.metrics import Metrics
from ltmc_server.stores.sqlite.database import Database

if TYPE_CHECKING:
    from ltmc_server.letta.client import LettaClient
    from ltmc_server.stores.following import Follower


@dataclass(frozen=True, slots=True)
class Parts:
    """All of it."""

    database: Database
    metrics: Metrics
    jobs: Jobs
    cached: Caches
    search: Searching
    follower: "Follower | None"
    """What keeps the graph on another server in step, if there is one."""
    letta: "LettaClient | None"
    """The Letta server, if there is one."""
