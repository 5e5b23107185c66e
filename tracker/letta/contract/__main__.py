"""`python -m tracker.letta.contract`: hold a Letta server to what one has answered before.

record URL     call a real server; write the contract and the stand-in's answers
check URL      call any server; print what differs. Exit: 0 nothing, 1 something
measure URL    time a real server; write how late the stand-in is to answer

LETTA_API_KEY goes with each call.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Final

CONTRACT: Final = Path(__file__).with_name("contract.json")
ROUNDS: Final = 10


def main() -> int:
    """Parse the arguments and do what they say."""
    parser = argparse.ArgumentParser(
        prog="python -m tracker.letta.contract",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("verb", choices=("record", "check", "measure"))
    parser.add_argument("url", help="such as http://127.0.0.1:8283")
    parser.add_argument("--ca-file", type=Path, help="whom to trust, if not whom all do")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of measure")
    given = parser.parse_args()
    if given.verb == "measure":
        return _measure(given.url, given.rounds)
    return _call(given.url, given.ca_file, record=given.verb == "record")


def _call(url: str, ca_file: Path | None, *, record: bool) -> int:
    import orjson

    from tracker.letta.contract.calls import made
    from tracker.letta.contract.comparing import differences, packed, unpacked
    from tracker.letta.contract.goldens import golden
    from tracker.letta.contract.recorder import Recorder
    from tracker.letta.standin.answers import FILE

    api_key = os.environ.get("LETTA_API_KEY", "none")
    with Recorder.open(url, api_key=api_key, ca_file=ca_file) as recorder:
        stopped = made(recorder)
    if not record:
        found = differences(unpacked(CONTRACT.read_bytes()), recorder.observed)
        print("\n".join(found) or f"{len(recorder.observed)} calls, answered as in the contract")
        return int(bool(found))
    if stopped:
        print(f"nothing is written: {', '.join(stopped)} failed, see check", file=sys.stderr)
        return 1
    CONTRACT.write_bytes(packed(recorder.observed))
    said = orjson.dumps(golden(recorder.bodies), option=orjson.OPT_INDENT_2)
    FILE.write_bytes(said + b"\n")
    print(f"{len(recorder.observed)} calls recorded")
    return 0


def _measure(url: str, rounds: int) -> int:
    from tracker.letta.contract.measuring import measured
    from tracker.letta.standin.profiles import FILE

    FILE.write_text(measured(url, rounds), "utf-8")
    print(f"{FILE.name} is written")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
