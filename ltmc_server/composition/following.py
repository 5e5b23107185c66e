"""The graph on another server, kept in step with the record."""

from ltmc_server.jobs import Jobs
from ltmc_server.settings import Settings
from ltmc_server.stores.bolt.connection import Bolt, BoltAddress
from ltmc_server.stores.following import Follower
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.link_changes import SqliteLinkChanges


def follow(settings: Settings, database: Database, jobs: Jobs) -> Follower | None:
    """Have the graph on another server follow the record, if there is such a server."""
    address = bolt_address(settings)
    if address is None:
        return None
    follower = Follower(SqliteLinkChanges(database), Bolt(address))
    jobs.start("following the record", follower.run)
    return follower


def bolt_address(settings: Settings) -> BoltAddress | None:
    """Return where the graph is kept beside the record, if anywhere."""
    if not settings.neo4j_uri:
        return None
    return BoltAddress(
        uri=settings.neo4j_uri,
        user=settings.neo4j_user,
        password=settings.neo4j_password.get_secret_value(),
        database=settings.neo4j_database,
        timeout_s=settings.neo4j_timeout_s,
    )
