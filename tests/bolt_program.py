"""ArcadeDB as a program: `python tests/bolt_program.py FOLDER PORT`.

It says `ready` on stdout when it answers, and ends when its stdin does.
"""

import sys

import arcadedb_embedded

PASSWORD = "bolt-password"  # noqa: S105  of a server that lives as long as the tests


def main(folder: str, port: str) -> None:
    """Serve until stdin ends."""
    server = arcadedb_embedded.create_server(
        folder,
        PASSWORD,
        config={
            "http_port": int(port) + 1,
            "mode": "development",  # in production it hides what went wrong
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "bolt_port": int(port),
        },
    )
    server.start()
    server.create_database("neo4j")
    print("ready", flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
