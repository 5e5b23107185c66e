"""Operations through arms in turns, in an order that is shuffled anew for each turn."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks.letta.arms.arm import Arm, Unavailable
from benchmarks.letta.effects import Effects
from benchmarks.letta.letta_http import LettaHttp, Spent, between
from benchmarks.letta.operations import OPERATIONS, Operation, Turn, texts
from benchmarks.letta.scene import Scene
from benchmarks.letta.steps import Step
from benchmarks.letta.timings import Timings, width

SETTLED: Final = 0.05
"""The interval of each ratio to the SDK is narrower, so no further turn is needed."""

REFERENCE: Final = "sdk"
FIRST: Final = (-2, -1)
"""The turns that come before the first: nothing of them is among the samples."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    operations: Sequence[str]
    turns_min: int
    turns_max: int
    budget_s: float
    """For all operations together; an operation that has begun takes three turns at least."""
    turns_least: int = 3


@dataclass
class Comparison:
    """The arms on a scene, and the independent eyes that look at what they did."""

    letta: LettaHttp
    scene: Scene
    arms: Sequence[Arm]
    seed: int
    say: Callable[[float, str], None]
    """Is told how much is done, from 0 to 1, and what comes."""

    def __post_init__(self) -> None:
        self.effects = Effects(self.letta)
        self.chance = random.Random(self.seed)  # noqa: S311  no secret

    def measure(self, plan: Plan) -> list[Timings]:
        """Return the rows of every operation through every arm."""
        rows: list[Timings] = []
        ends_s = time.monotonic() + plan.budget_s
        operations = [OPERATIONS[name] for name in plan.operations]
        weights = [operation.weight for operation in operations]
        for index, operation in enumerate(operations):
            # What the ones before did not use is for the others.
            share = (ends_s - time.monotonic()) * weights[index] / sum(weights[index:])
            done = sum(weights[:index]) / sum(weights), weights[index] / sum(weights)
            rows += self._measure(operation, plan, share, done)
        return rows

    def _measure(
        self, operation: Operation, plan: Plan, budget_s: float, done: tuple[float, float]
    ) -> list[Timings]:
        rows = {arm.name: Timings(operation.name, arm.name) for arm in self.arms}
        self.say(done[0], f"{operation.name}: first calls")
        for arm in self._shuffled(self.arms):
            self._first(operation, arm, rows[arm.name])
        # The first calls do not count: one of a cold process takes as long as 20 turns of a read.
        ends_s = time.monotonic() + budget_s
        arms = [arm for arm in self.arms if rows[arm.name].unavailable is None]
        for turn in range(plan.turns_max):
            late = time.monotonic() > ends_s and turn >= plan.turns_least
            if late or (turn >= plan.turns_min and _is_settled(arms, rows, self.seed)):
                break
            self.say(
                done[0] + done[1] * turn / plan.turns_max, f"{operation.name}: turn {turn + 1}"
            )
            for arm in self._shuffled(arms):
                if turn % arm.every:
                    rows[arm.name].skip()
                else:
                    self._turn(operation, arm, turn, rows[arm.name])
        return list(rows.values())

    def _shuffled(self, arms: Iterable[Arm]) -> list[Arm]:
        shuffled = list(arms)
        self.chance.shuffle(shuffled)
        return shuffled

    def _first(self, operation: Operation, arm: Arm, row: Timings) -> None:
        """Take it once apart; what fails twice is nothing that this arm can do."""
        whys: list[str] = []
        for turn in FIRST:
            seconds, _, why = self._take(operation, arm, turn)
            if not why:
                row.first_s = seconds
                return
            whys.append(why)
        row.unavailable = whys[-1]

    def _turn(self, operation: Operation, arm: Arm, turn: int, row: Timings) -> None:
        took: list[float] = []
        worked: list[float] = []
        for call in range(operation.calls):
            received = arm.received
            seconds, spent, why = self._take(operation, arm, turn * operation.calls + call)
            if why:
                row.failed(why)
                return
            took.append(seconds)
            worked += [] if spent.server_s is None else [spent.server_s]
            row.received.append(arm.received - received)
            if spent.requests is not None and spent.connections is not None:
                row.requests.append(spent.requests)
                row.connections.append(spent.connections)
        row.seconds.append(median(took))
        row.server_seconds.append(median(worked) if worked else None)

    def _take(self, operation: Operation, arm: Arm, number: int) -> tuple[float, Spent, str]:
        """Take the steps and take them back; return the seconds, what Letta had to do, and why not.

        With a reason the rest says nothing: a failure is no time, however fast it came.
        """
        agent = self.scene.agents[self.arms.index(arm)]
        turn = Turn(self.scene, agent, texts(self.seed, operation.name, number))
        steps = operation.steps(turn)
        try:
            seconds, spent, said = self._timed(operation, arm, steps)
            missing = map(self.effects.missing, steps, said)
            why = next(filter(None, missing), "")
        except Unavailable as error:
            seconds, spent, why = 0.0, NOTHING, str(error)
        except Exception as error:  # noqa: BLE001  whatever an arm dies of, it is no time
            seconds, spent, why = 0.0, NOTHING, f"{type(error).__name__}: {error}"[:300]
        return seconds, spent, why or self._taken_back(steps)

    def _timed(
        self, operation: Operation, arm: Arm, steps: Sequence[Step]
    ) -> tuple[float, Spent, list[str]]:
        before = self.letta.counted()
        began = time.perf_counter()
        answers = arm.go(steps, operation.way)
        seconds = time.perf_counter() - began
        spent = between(before, self.letta.counted())
        said = [arm.said(answer) for answer in answers]
        # A batch has one answer for all of its steps.
        return seconds, spent, said if len(said) == len(steps) else ["".join(said)] * len(steps)

    def _taken_back(self, steps: Sequence[Step]) -> str:
        """Take back what was written, once for each kind and agent; return why that failed."""
        import httpx

        try:
            for step in {(step.kind, step.agent): step for step in steps}.values():
                self.effects.undo(step)
        except httpx.HTTPError as error:
            return f"what it wrote can not be taken back: {error}"[:300]
        return ""


NOTHING: Final = Spent(None, None, None)


def _is_settled(arms: Sequence[Arm], rows: dict[str, Timings], seed: int) -> bool:
    theirs = rows[REFERENCE].seconds if REFERENCE in rows else []
    others = [arm for arm in arms if arm.name != REFERENCE and arm.every == 1]
    return all(width(rows[arm.name].seconds, theirs, seed) < SETTLED for arm in others)
