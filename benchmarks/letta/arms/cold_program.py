"""The process that `cold` starts: takes the steps it reads on stdin, writes what came of them."""

import json
import sys

if __name__ == "__main__":
    from benchmarks.letta.arms.sdk import Sdk
    from benchmarks.letta.steps import from_data

    asked = json.load(sys.stdin)
    with Sdk(asked["url"]) as arm:
        answers = arm.go(from_data(asked["steps"]), asked["way"])
        json.dump([repr(answer) for answer in answers], sys.stdout)
