"""`ltmc verify`: prove each view against the record, and change nothing."""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial

from ltmc_server.commands import record_checks, snapshot_checks, vector_checks
from ltmc_server.commands.embedders import embedder_of_record, made_by
from ltmc_server.commands.graph_checks import graph
from ltmc_server.commands.report import Check, Report, judged, unknown
from ltmc_server.composition.following import bolt_address
from ltmc_server.damage import told_of_damage
from ltmc_server.errors import StoreUnavailable
from ltmc_server.settings import Settings
from ltmc_server.stores.sqlite.database import Database


async def verify(settings: Settings) -> Report:
    """Look at everything that is kept twice; servers may run meanwhile."""
    file = settings.database()
    if not file.is_file():
        return Report([unknown("schema", f"there is no {file}")])
    try:
        with told_of_damage(), record_checks.opened(file) as db:
            known = record_checks.schema(db)
            if known.state != "true":
                return Report([known])
            checks = [known, *_of_the_record(db, settings)]
            # Its own reads, each at its moment: the other server moves on meanwhile.
            db.execute("COMMIT")
            record = Database(db, settings.busy_timeout_s, file)
            checks.append(await graph(record, bolt_address(settings)))
            return Report(checks)
    except (sqlite3.OperationalError, StoreUnavailable) as error:
        return Report([unknown("schema", error)])
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            return Report([unknown("schema", error)])
        return Report([judged("file", [str(error)], "", more="it can not be read")])


def _of_the_record(db: sqlite3.Connection, settings: Settings) -> Sequence[Check]:
    checks = [
        _looked("file", partial(record_checks.file_is_sound, db)),
        _looked("record", partial(record_checks.counts, db)),
    ]
    try:
        with told_of_damage():
            checks += record_checks.words(db)
    except (sqlite3.Error, OSError) as error:
        checks.append(unknown("words", error))
    return [
        *checks,
        _looked("passages", partial(record_checks.passages, db)),
        _looked("conversations", partial(record_checks.conversations, db)),
        _looked("vectors", partial(_vectors, db, settings)),
        _looked("snapshots", partial(snapshot_checks.snapshots, settings.database())),
    ]


def _vectors(db: sqlite3.Connection, settings: Settings) -> Check:
    return vector_checks.vectors(db, made_by(embedder_of_record(db, settings)))


def _looked(name: str, check: Callable[[], Check]) -> Check:
    try:
        with told_of_damage():
            return check()
    except sqlite3.OperationalError as error:
        return unknown(name, error)
    except sqlite3.DatabaseError as error:
        # What SQLite can not read at all is not sound either.
        return judged(name, [str(error)], "", more="it can not be read")
