"""`python -m benchmarks.letta`: measure, and write the samples to a file.

Prints one JSON object a line: how far it is (`done` of `of`), and `what` comes. Exits 0 when the
file is written, 1 when the backend could not be started, 130 after Ctrl-C. `LETTA_API_KEY`,
`LETTA_MODEL` and `LETTA_EMBEDDING` go with an address of a Letta that is not ours.
"""

import argparse
import json
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

OF: Final = 1_000
INTERRUPTED: Final = 130


def main() -> int:
    """Parse the arguments, measure, write."""
    from benchmarks.letta.backends import backend
    from benchmarks.letta.runs import SETS, Run, write

    parser = argparse.ArgumentParser(prog="python -m benchmarks.letta", description=__doc__)
    parser.add_argument("--backend", choices=("real", "standin"), default="standin")
    parser.add_argument("--profile", choices=("zero", "measured", "wan"), default="zero")
    parser.add_argument("--set", choices=SETS, default="quick")
    parser.add_argument("--out", type=Path, required=True, help="the file of samples")
    parser.add_argument("--url", help="of a Letta that runs; without it one is started")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    # Told to end, too, we end what we have started.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with backend(given.backend, given.profile, given.url) as letta:
            samples = Run(letta, given.set, given.seed, _say).measure()
    except KeyboardInterrupt:
        return INTERRUPTED
    except NotImplementedError as error:
        print(f"can not start the {given.backend} Letta: {error}", file=sys.stderr)
        return 1
    write(samples, given.out)
    _say(1, str(given.out))
    return 0


def _say(done: float, what: str) -> None:
    print(json.dumps({"done": round(done * OF), "of": OF, "what": what}), flush=True)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
