"""A data folder with something of everything, and what may happen to it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from ltmc_server.commands.report import Report
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from ltmc_server.stores.bolt.connection import Bolt
from ltmc_server.stores.sqlite.words import define
from tests.bolt_server import BoltServer

LINKS = 5
TEXT = "Green tea is brewed at seventy degrees. Black tea takes boiling water.\n\n" * 30


def settings_for(folder: Path, server: BoltServer | None = None) -> Settings:
    made = Settings(data_dir=folder, project_id="tea", embedding="hashing")
    return made.model_copy(update=server.settings()) if server else made


async def fill(settings: Settings) -> None:
    """Do what agents do, through the tools."""
    async with open_dispatcher(settings) as dispatcher:

        async def call(tool: str, **arguments: object) -> dict[str, object]:
            reply = await dispatcher.call(tool, arguments)
            assert not reply.is_error, reply.payload
            return reply.payload

        for number in range(3):
            stored = await call(
                "memory_action", action="store", file_name=f"{number}.md", content=f"{number}{TEXT}"
            )
            for other in range(LINKS):
                await call(
                    "graph_action",
                    action="link",
                    source_id=stored["id"],
                    target_id=f"cup {other}",
                    relation="tells of",
                )
        await call("memory_action", action="store", file_name="1.md", content=f"new {TEXT}")
        await call("todo_action", action="add", title="buy green tea")
        await call(
            "chat_action", action="log", conversation_id="c", role="user", content="more tea"
        )


def damage(settings: Settings, *statements: str) -> None:
    """Change the file behind the server's back."""
    with closing(sqlite3.connect(settings.database(), isolation_level=None)) as db:
        define(db)
        db.create_function("flipped", 1, flipped)
        db.execute("PRAGMA foreign_keys = ON")
        for statement in statements:
            db.execute(statement)


def flipped(blob: bytes) -> bytes:
    """Return bytes of which one is another: the sign and the exponent of one number."""
    return blob[:101] + bytes([blob[101] ^ 0x7C]) + blob[102:]


async def damage_graph(settings: Settings, server: BoltServer, *statements: str) -> None:
    """Change the other server behind ours; `$view` is what it shows of this record."""
    bolt = Bolt(server.address)
    with closing(sqlite3.connect(settings.database())) as db:
        [view] = db.execute("SELECT id FROM views").fetchone()

    async def work(transaction: object) -> None:
        for statement in statements:
            result = await transaction.run(statement, view=view)  # type: ignore[attr-defined]
            assert (await result.consume()).counters.contains_updates, statement

    try:
        await bolt.run("damaging", work, writes=True)
    finally:
        await bolt.close()


def wrong(report: Report) -> list[str]:
    """Return the names of the checks that are not true."""
    return [check.name for check in report.checks if check.state != "true"]
