"""Stands where `python -m benchmarks.letta` does: the same options and lines, made-up samples.

`LETTA_MEASURER` says what it is to do: `fail`, `hang`, or `silent`; without it, what it should.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.tracker.validation.made import Maker

parser = argparse.ArgumentParser()
for option in ("--backend", "--profile", "--set", "--out"):
    parser.add_argument(option)
options = parser.parse_args()
way = os.environ.get("LETTA_MEASURER")

for done in range(3):
    print(json.dumps({"done": done, "of": 3, "what": "agent_list · sdk"}), flush=True)
print("a line that is no progress", flush=True)

if way == "fail":
    sys.exit("no Letta answers")
if way == "hang":
    # A server in a session of its own, as an MCP client starts it.
    sleep = [sys.executable, "-c", "import time; time.sleep(600)", options.out]
    subprocess.Popen(sleep, start_new_session=True)
    print(json.dumps({"done": 3, "of": 3, "what": "hanging"}), flush=True)
    try:
        time.sleep(600)
    except KeyboardInterrupt:
        Path(options.out).with_name("asked-to-end").touch()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        time.sleep(600 if os.environ.get("STUBBORN") else 0)
if way is None:
    profile = options.profile
    backend = {"kind": options.backend, "profile": profile, "version": "0.16.8"}
    made = Maker(turns=30).whole(backend=backend, set=options.set)
    Path(options.out).write_text(json.dumps(made), "utf-8")
