"""A memory server as small as can be, run as a program; it misbehaves as its variables say.

`DIES_AFTER`   so many stores, and the process ends without an answer
`FORGETS`      each so-many-th note is acknowledged and not kept
`REFUSES`      notes whose name holds this
`FSYNCS`       so often it waits for the disk in each store
`STAYS`        it does not end when nobody asks any more
`SHUT`         it ends at once, with this on stderr
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

FILE = Path(os.environ["HOME"]) / "notes.jsonl"
DIES_AFTER = int(os.environ.get("DIES_AFTER", "1000000"))
FORGETS = int(os.environ.get("FORGETS", "1000000"))
REFUSES = os.environ.get("REFUSES", "\0")
FSYNCS = int(os.environ.get("FSYNCS", "0"))


def notes() -> list[dict[str, str]]:
    lines = FILE.read_text("utf-8").splitlines() if FILE.exists() else []
    return [json.loads(line) for line in lines]


def called(name: str, given: dict[str, Any], stored: int) -> dict[str, Any]:
    if name == "create_entities":
        [entity] = given["entities"]
        if REFUSES in entity["name"]:
            return {"isError": True, "content": [{"type": "text", "text": "not this one"}]}
        if stored % FORGETS:
            with FILE.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entity) + "\n")
                for _ in range(FSYNCS):
                    os.fsync(file.fileno())
        return said([entity])
    words = set(given.get("query", "").lower().split())
    wanted = set(given.get("names", ()))
    found = [
        note
        for note in notes()
        if note["name"] in wanted or words & set(note["observations"][0].lower().split())
    ]
    return said(found[:10])


def said(entities: list[dict[str, str]]) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": json.dumps({"entities": entities})}]}


def answer(message: dict[str, Any], stored: int) -> dict[str, Any]:
    match message["method"]:
        case "initialize":
            return {
                "protocolVersion": message["params"]["protocolVersion"],
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "small", "version": "1"},
            }
        case "tools/call":
            return called(message["params"]["name"], message["params"]["arguments"], stored)
        case _:
            return {"tools": []}


def main() -> None:
    if why := os.environ.get("SHUT"):
        sys.exit(why)
    stored = 0
    print("a banner that is no JSON", flush=True)
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message:
            continue
        stored += message.get("params", {}).get("name") == "create_entities"
        if stored > DIES_AFTER:
            os._exit(1)
        reply = {"jsonrpc": "2.0", "id": message["id"], "result": answer(message, stored)}
        print(json.dumps(reply), flush=True)
    if "STAYS" in os.environ:
        signal.pause()


if __name__ == "__main__":
    main()
