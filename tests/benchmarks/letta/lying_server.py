"""An MCP server that says it did what it was asked for and does nothing. Run as a program."""

import json
import sys


def answer(method: str) -> dict[str, object]:
    if method == "initialize":
        info = {"name": "liar", "version": "1"}
        return {"protocolVersion": "2025-11-25", "capabilities": {}, "serverInfo": info}
    said = {"success": True, "message": "done"}
    return {"content": [], "structuredContent": said, "isError": False}


if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        if "id" in asked:
            said = {"jsonrpc": "2.0", "id": asked["id"], "result": answer(asked["method"])}
            print(json.dumps(said), flush=True)
