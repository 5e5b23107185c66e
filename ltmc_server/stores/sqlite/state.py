"""Who the record is, and what state it is in."""

from datetime import datetime

from ltmc_server.dataclass import dataclass
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.rows import from_us_or_none, to_us


@dataclass(frozen=True, slots=True)
class SqliteRecordState:
    """A `RecordState` of the record."""

    database: Database

    def owner(self) -> tuple[str, bytes]:
        """Return the id of the record, and the secret that only who can read it has."""
        sql = "SELECT id, secret FROM record"
        row = self.database.read("reading its id", lambda db: db.execute(sql).fetchone())
        return row["id"], row["secret"]

    async def state(self) -> str:
        sql = "SELECT state FROM record"
        row = self.database.read("reading its state", lambda db: db.execute(sql).fetchone())
        return str(row["state"])

    async def next_expiry(self, project_id: str, *, after: datetime) -> datetime | None:
        sql = "SELECT min(expires_us) FROM documents WHERE project_id = ? AND expires_us > ?"
        values = (project_id, to_us(after))
        row = self.database.read("reading expiries", lambda db: db.execute(sql, values).fetchone())
        return from_us_or_none(row[0])
