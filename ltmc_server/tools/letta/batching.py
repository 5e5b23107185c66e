"""letta_batch: many calls for one round trip between the client and this server."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Annotated, Literal, TypeAlias

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from ltmc_server.actions import PROBLEMS_MAX, Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.dispatch import Outcome, outcome
from ltmc_server.errors import InvalidArguments
from ltmc_server.observability.metrics import Metrics
from ltmc_server.observability.progress import nobody, report, reporting
from ltmc_server.responses import Payload, fit, shares
from ltmc_server.tools.letta import references
from ltmc_server.tools.letta.references import WrongReference
from ltmc_server.tools.vocabulary import FromJsonText, Object

CALLS_MAX = 50
ENVELOPE_BYTES = 120
"""What an answer takes beside its results: the counts."""
CUT_CHARS = 60
"""What is left of the message of an error for which there is no room."""


class Call(BaseModel):
    """One call of a batch."""

    model_config = ConfigDict(extra="forbid")

    tool: Annotated[str, Field(max_length=100, description="Which letta_* tool.")]
    arguments: Annotated[
        dict[str, JsonValue],
        FromJsonText,
        Field(description="Its arguments; $0.id is the field id of the first call's result."),
    ] = {}


Calls: TypeAlias = Annotated[
    list[Call],
    FromJsonText,
    Field(min_length=1, max_length=CALLS_MAX, description="What to call, in this order."),
]
Parallel: TypeAlias = Annotated[
    bool, Field(description="Run them at once; none may then refer to another.")
]
OnError: TypeAlias = Annotated[
    Literal["stop", "continue"],
    Field(description="After a failed call; stop by default, in parallel continue."),
]


@dataclass(frozen=True, slots=True)
class Batching:
    """What batches need beside the calls."""

    metrics: Metrics
    at_once: int
    """Calls that run at the same time at most."""
    bytes_max: int
    """Of the whole answer."""


@dataclass(slots=True)
class _Run:
    """A batch under way."""

    calls: Sequence[Call]
    stops: bool
    answers: dict[int, Object] = field(default_factory=dict)
    results: dict[int, Payload] = field(default_factory=dict)
    """Whole; what is answered is cut."""
    offsets: dict[int, int | None] = field(default_factory=dict)
    failed: int | None = None
    """Which failed first."""
    waiting: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self.waiting = iter(range(len(self.calls)))

    def next(self) -> int | None:
        """Return which call comes next, if any is to."""
        if self.stops and self.failed is not None:
            return None
        return next(self.waiting, None)

    def answered(self) -> list[Object]:
        """Return an answer for each call, in their order."""
        not_run = f"not run: call {self.failed} failed before"
        return [
            self.answers.get(index) or {"tool": call.tool, "ok": False, "not_run": not_run}
            for index, call in enumerate(self.calls)
        ]


@dataclass(frozen=True)
class BatchActions(Tool):
    """Several calls in one."""

    batching: Batching

    @action("destroy")
    async def batch(
        self, *, calls: Calls, parallel: Parallel = False, on_error: OnError | None = None
    ) -> Object:
        """Run up to 50 letta_* calls in one; later ones may use results of earlier ones."""
        self._check(calls, parallel=parallel)
        began = time.perf_counter()
        run = _Run(calls, stops=(on_error or ("continue" if parallel else "stop")) == "stop")
        workers = min(self.batching.at_once, len(calls)) if parallel else 1
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(self._work(run))
        answers = run.answered()
        _cut(answers, run.offsets, self.batching.bytes_max)
        return {
            "results": answers,
            "succeeded": sum(each["ok"] for each in answers),
            "failed": sum("error" in each for each in answers),
            "not_run": sum("not_run" in each for each in answers),
            "seconds": round(time.perf_counter() - began, 3),
        }

    def _check(self, calls: Sequence[Call], *, parallel: bool) -> None:
        """Refuse the whole batch before anything runs, naming every call that could not run."""
        problems = []
        for index, call in enumerate(calls):
            place, before = f"calls.{index}", 0 if parallel else index
            try:
                self._check_one(call, f"{place}.arguments", before)
            except WrongReference as error:
                problems.append(str(error).rstrip("."))
            except InvalidArguments as error:
                problems.append(f"{place}: {str(error).rstrip('.')}")
        if not problems:
            return
        more = len(problems) - PROBLEMS_MAX
        told = [*problems[:PROBLEMS_MAX], *([f"and {more} more"] if more > 0 else [])]
        alone = "Calls in parallel can not refer to each other; " if parallel else ""
        hint = f"Nothing has run. {alone}$$ begins a text with one $. In a batch run: "
        raise InvalidArguments(self.called("batch"), "", told, hint + ", ".join(self._names()))

    def _check_one(self, call: Call, place: str, before: int) -> None:
        chosen = self._names().get(call.tool)
        if chosen is None:
            raise InvalidArguments(call.tool, "", ["no such tool runs in a batch"])
        later = {
            name
            for name, value in call.arguments.items()
            if references.check(value, f"{place}.{name}", before=before)
        }
        known = {name: value for name, value in call.arguments.items() if name not in later}
        given = references.resolve(known, place, {}) | dict.fromkeys(later, "")
        self.check(chosen, given, later=later)

    def _names(self) -> Mapping[str, str]:
        """Return the tools that run in a batch, with their actions."""
        return {name: each for name, each in self.names().items() if each and each != "batch"}

    async def _work(self, run: _Run) -> None:
        while (index := run.next()) is not None:
            call = run.calls[index]
            began = time.perf_counter()
            done = await self._one(run, index)
            took = {"seconds": round(time.perf_counter() - began, 3)}
            run.offsets[index] = done.offset
            if done.is_error:
                run.failed = index if run.failed is None else run.failed
                run.answers[index] = {"tool": call.tool, "ok": False} | done.payload | took
            else:
                run.results[index] = done.payload
                run.answers[index] = {"tool": call.tool, "ok": True, "result": done.payload} | took
            said = "failed" if done.is_error else "ok"
            report(len(run.answers), len(run.calls), f"{index} {call.tool} {said}\n")

    async def _one(self, run: _Run, index: int) -> Outcome:
        """Run one call, counted as if it had come by itself."""
        call = run.calls[index]
        chosen = self._names()[call.tool]
        began = time.perf_counter()
        failed = True
        try:
            place = f"calls.{index}.arguments"
            try:
                given = references.resolve(call.arguments, place, run.results)
            except WrongReference as error:
                return _refused(error)
            # How far the calls have come is the batch's to say.
            with reporting(nobody):
                done = await outcome(self, chosen, given)
            failed = done.is_error
            return done
        finally:
            seconds = time.perf_counter() - began
            self.batching.metrics.record(self.name, chosen, seconds, failed=failed)


def _refused(error: WrongReference) -> Outcome:
    said = {"code": error.code, "message": str(error), "hint": error.hint}
    return Outcome({"error": said}, is_error=True)


def _cut(answers: Sequence[Object], offsets: Mapping[int, int | None], bytes_max: int) -> None:
    """Part what an answer may take among the calls; what is cut says so.

    A result that can not be cut to its share is left out, and its size said.
    """
    sizes = [_size(each) + 1 for each in answers]
    fair = shares(sizes, bytes_max - ENVELOPE_BYTES)
    for index, (answer, size, share) in enumerate(zip(answers, sizes, fair, strict=True)):
        if size <= share or "not_run" in answer:
            continue
        held = answer["result"] if answer["ok"] else answer["error"]
        before = _size(held)
        room = share - (size - before)
        fit(held, room, offsets.get(index))
        if _size(held) > room:
            answer |= {"left_out_bytes": before}
            answer.pop("result", None)
            if "error" in answer:
                answer["error"] = {"code": held["code"], "message": held["message"][:CUT_CHARS]}


def _size(value: object) -> int:
    return len(orjson.dumps(value))
