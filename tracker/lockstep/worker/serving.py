"""An interpreter that imports benchmarks once, and forks a child for each thing to measure."""

import contextlib
import importlib
import itertools
import math
import os
import pickle
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from asv_runner._aux import update_sys_path
from asv_runner.benchmarks.mark import SkipNotImplemented
from asv_runner.discovery import get_benchmark_from_name, list_benchmarks

from . import counting, timing
from .channel import Channel, Message
from .syscalls import Watch

CACHE: Final = "cache.pickle"
"""In the working folder; the name that asv gives it."""


def serve(root: str, requests: int, answers: int) -> None:
    """Do what is asked, one thing at a time, until the driver hangs up."""
    for pipe in (requests, answers):
        os.set_inheritable(pipe, False)
    channel = Channel(requests, answers)
    update_sys_path(root)
    while (request := channel.receive()) is not None:
        with contextlib.suppress(Exception):  # the child will say why
            _import_module(root, request.get("benchmark", ""))
        sys.stdout.flush()
        sys.stderr.flush()
        watch = Watch() if request["job"] == "count" else None
        child = os.fork()
        if child == 0:
            _child(root, {**request, "watch": watch}, channel)
        status = watch.attend(child) if watch else os.waitpid(child, 0)[1]
        channel.send(ended=os.waitstatus_to_exitcode(status))


def _import_module(root: str, benchmark: str) -> None:
    """Import the module that a benchmark is in, here, so that every child has it."""
    parts = benchmark.split(".")
    for end in (-1, -2):
        if Path(root, *parts[:end]).with_suffix(".py").is_file():
            importlib.import_module(".".join((Path(root).name, *parts[:end])))
            return


def _child(root: str, request: Message, channel: Channel) -> None:
    status = 1
    try:
        output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        os.chdir(request["folder"])
        JOBS[request["job"]](root, request, channel)
        status = 0
    except BaseException:  # noqa: BLE001  whatever it is, it ends this child and no other
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _discover(root: str, request: Message, channel: Channel) -> None:
    with open(request["into"], "w", encoding="utf-8") as file:  # noqa: PTH123  asv_runner wants it
        list_benchmarks(root, file)


def _describe(root: str, request: Message, channel: Channel) -> None:
    """Say what a benchmark wants before it is set up."""
    benchmark = _benchmark(root, request)
    channel.send(
        cache=benchmark.setup_cache_key,
        cache_timeout=benchmark.setup_cache_timeout or benchmark.timeout,
        timeout=benchmark.timeout,
    )


def _setup_cache(root: str, request: Message, channel: Channel) -> None:
    cache = _benchmark(root, request).do_setup_cache()
    with Path(CACHE).open("wb") as file:
        pickle.dump(cache, file)


def _measure(root: str, request: Message, channel: Channel) -> None:
    timing.pin(request.get("core"))
    converse = _conversation(request)
    benchmark = _benchmark(root, request)
    if benchmark.setup_cache_key is not None:
        with Path(CACHE).open("rb") as file:
            benchmark.set_cache(pickle.load(file))  # noqa: S301  written by our own child
    if benchmark.do_setup():
        channel.send(skipped=True)
        return
    try:
        channel.send(skipped=False)
        converse(benchmark, channel)
    finally:
        benchmark.do_teardown()


def _conversation(request: Message) -> Callable[[Any, Channel], None]:
    """Return what to do with a benchmark once it is set up; counters are there before it is."""
    if request["job"] != "count":
        return timing.converse if request["job"] == "time" else _run
    watch: Watch = request["watch"]
    watched = watch if watch.begin() else None
    tracer = counting.Tracer()
    return lambda benchmark, channel: counting.converse(benchmark, channel, tracer, watched)


def _run(benchmark: Any, channel: Channel) -> None:
    """Run a benchmark that gives a figure, each time when told to."""
    while (request := channel.receive()) is not None and request["do"] != "end":
        try:
            figure = benchmark.do_run()
        except SkipNotImplemented:
            figure = math.nan
        channel.send(figure=figure)


def _benchmark(root: str, request: Message) -> Any:
    benchmark = get_benchmark_from_name(root, request["benchmark"])
    known = list(itertools.product(*benchmark.params)) if benchmark.params else [()]
    parameters = tuple(request["parameters"])
    if parameters not in known:
        message = f"{benchmark.name} has no parameters {parameters!r}"
        raise ValueError(message)
    if parameters:
        benchmark.set_param_idx(known.index(parameters))
    return benchmark


JOBS: Final = {
    "discover": _discover,
    "describe": _describe,
    "setup_cache": _setup_cache,
    "time": _measure,
    "run": _measure,
    "count": _measure,
}
