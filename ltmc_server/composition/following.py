"""The graph on another server, kept in step with the record."""

from typing import TYPE_CHECKING

from ltmc_server.jobs import Jobs
from ltmc_server.settings import Settings
from ltmc_server.stores.sqlite.database import Database

if TYPE_CHECKING:
    # Most servers have none, and start without what speaks to one.
    from ltmc_server.stores.bolt.connection import BoltAddress
    from ltmc_server.stores.following import Follower


def follow(settings: Settings, database: Database, jobs: Jobs) -> "Follower | None":
    """Have the graph on another server follow the record, if there is such a server."""
    address = bolt_address(settings)
    if address is None:
        return None
    from ltmc_server.stores.bolt.connection import Bolt
    from ltmc_server.stores.following import Follower
    from ltmc_server.stores.sqlite.link_changes import SqliteLinkChanges

    follower = Follower(SqliteLinkChanges(database), Bolt(address))
    jobs.start("following the record", follower.run)
    return follower


def bolt_address(settings: Settings) -> "BoltAddress | None":
    """Return where the graph is kept beside the record, if anywhere."""
    if not settings.neo4j_uri:
        return None
    from ltmc_server.stores.bolt.connection import BoltAddress

    return BoltAddress(
        uri=settings.neo4j_uri,
        user=settings.neo4j_user,
        password=settings.neo4j_password.get_secret_value(),
        database=settings.neo4j_database,
        timeout_s=settings.neo4j_timeout_s,
    )
