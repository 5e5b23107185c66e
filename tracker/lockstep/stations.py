"""One side at work: its interpreters, its caches, and the case it is measuring."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from tracker.lockstep.interpreters import Allowance, Interpreter, Silent, said_to
from tracker.lockstep.model import Case, Failure, Side, Skipped
from tracker.lockstep.sides import Installed

START_TIMEOUT_S: Final = 300.0
"""Of starting Python and importing the benchmarks; generous, for a machine with much to do."""

TIMED: Final = -1
"""The turn of what `setup_cache` made for `time_*`: one for all."""

_files = count()


class CaseFailed(Exception):
    """A case gave nothing on a side."""

    def __init__(self, side: Side, said: str) -> None:
        super().__init__(said)
        self.failure = Failure(side, said)


class CaseSkipped(Exception):
    """A case is not for this commit."""

    def __init__(self, side: Side) -> None:
        super().__init__(side)
        self.skipped = Skipped(side)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a benchmark wants before it is set up."""

    cache: str | None
    """Names what `setup_cache` makes; several benchmarks may share it."""
    cache_timeout_s: float
    timeout_s: float


@dataclass(slots=True)
class Station:
    """One side. Everything it makes lies in `folder`, which the caller clears away."""

    side: Side
    installed: Installed
    folder: Path
    interpreters: dict[str, Interpreter] = field(default_factory=dict)
    wanted: dict[str, Wanted] = field(default_factory=dict)
    caches: dict[tuple[int, str], Path | str] = field(default_factory=dict)
    """By turn and key: the folder that `setup_cache` worked in, or what it said when it failed."""

    def interpreter(self, slot: str, seed: int | None) -> Interpreter:
        """Return the interpreter of that use, started if need be."""
        if slot not in self.interpreters:
            folder = Path(tempfile.mkdtemp(prefix="interpreter-", dir=self.folder))
            self.interpreters[slot] = Interpreter.start(self.installed, seed, folder)
        return self.interpreters[slot]

    def stop(self, but: frozenset[str] = frozenset()) -> None:
        """End the interpreters of other uses."""
        for slot in self.interpreters.keys() - but:
            self.interpreters.pop(slot).kill()

    def discard(self, interpreter: Interpreter) -> None:
        """End an interpreter that cannot be talked to any more."""
        interpreter.kill()
        self.interpreters = {k: v for k, v in self.interpreters.items() if v is not interpreter}

    def discover(self, slot: str, into: Path) -> None:
        """Write down what asv_runner discovers."""
        interpreter = self.interpreters[slot]
        with self._chat(interpreter, Allowance(START_TIMEOUT_S), self.folder) as chat:
            chat.tell(job="discover", case=Case(""), into=str(into))

    def want(self, interpreter: Interpreter, case: Case) -> Wanted:
        """Return what a case wants, which its module has to be imported for."""
        if case.benchmark not in self.wanted:
            allowance = Allowance(START_TIMEOUT_S)
            with self._chat(interpreter, allowance, self.folder) as chat:
                chat.tell(job="describe", case=case)
                told = chat.answer()
            timeout_s = told["timeout"] or self.installed.timeout_s
            self.wanted[case.benchmark] = Wanted(
                told["cache"], told["cache_timeout"] or timeout_s, timeout_s
            )
        return self.wanted[case.benchmark]

    def cache(self, interpreter: Interpreter, case: Case, turn: int) -> Path | None:
        """Return the folder with what `setup_cache` made, in which the benchmark is to work."""
        wanted = self.want(interpreter, case)
        if wanted.cache is None:
            return None
        at = turn, wanted.cache
        if at not in self.caches:
            self.caches[at] = self._set_up(interpreter, case, wanted)
        made = self.caches[at]
        if isinstance(made, str):
            raise CaseFailed(self.side, made)
        return made

    def _set_up(self, interpreter: Interpreter, case: Case, wanted: Wanted) -> Path | str:
        folder = Path(tempfile.mkdtemp(prefix="cache-", dir=self.folder))
        try:
            with self._chat(interpreter, Allowance(wanted.cache_timeout_s), folder) as chat:
                chat.tell(job="setup_cache", case=case)
        except CaseFailed as error:
            shutil.rmtree(folder, ignore_errors=True)
            return f"setup_cache: {error}"
        return folder

    @contextmanager
    def measuring(
        self, slot: str, case: Case, job: str, *, turn: int = TIMED, core: int | None = None
    ) -> Iterator["Chat"]:
        """Begin a case; it is set up, or being so. In the end its files are cleared away.

        Raises:
            CaseFailed: the benchmark failed, ended or took too long.
        """
        interpreter = self.interpreters[slot]
        cache = self.cache(interpreter, case, turn)
        allowance = Allowance(self.wanted[case.benchmark].timeout_s)
        with self._working_in(cache) as folder, self._chat(interpreter, allowance, folder) as chat:
            chat.tell(job=job, case=case, core=core)
            yield chat

    @contextmanager
    def _working_in(self, cache: Path | None) -> Iterator[Path]:
        """Give a working folder: as asv, that of the cache, where files made with it are found."""
        folder = cache or Path(tempfile.mkdtemp(prefix="case-", dir=self.folder))
        kept = set(folder.iterdir()) if cache else set()
        try:
            yield folder
        finally:
            for left in set(folder.iterdir()) - kept:
                with suppress(OSError):
                    left.unlink()
                shutil.rmtree(left, ignore_errors=True)
            if not cache:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _chat(
        self, interpreter: Interpreter, allowance: Allowance, folder: Path
    ) -> Iterator["Chat"]:
        output = self.folder / f"output-{next(_files)}"
        chat = Chat(self, interpreter, allowance, folder)
        try:
            with said_to(interpreter, output):
                yield chat
                chat.end()
        except BaseException:
            if chat.is_open:
                self.discard(interpreter)
            raise
        finally:
            output.unlink(missing_ok=True)


@dataclass(slots=True)
class Chat:
    """What is said with the child that does one job."""

    station: Station
    interpreter: Interpreter
    allowance: Allowance
    folder: Path
    is_open: bool = False
    converses: bool = False
    """It waits for what to do, and has to be told to end."""

    def tell(self, *, job: str, case: Case, **more: object) -> None:
        """Start the job."""
        self.is_open = True
        request = {"job": job, "benchmark": case.benchmark, "parameters": case.parameters, **more}
        self._say(output=str(self.interpreter.output), folder=str(self.folder), **request)

    def ask(self, **request: object) -> dict[str, Any]:
        """Ask for something, and return the answer."""
        self._say(**request)
        return self.answer()

    def ready(self) -> None:
        """Return when the benchmark is set up.

        Raises:
            CaseSkipped: it does not want to be measured.
        """
        self.converses = not self.answer()["skipped"]
        if not self.converses:
            self.end()
            raise CaseSkipped(self.station.side)

    def answer(self) -> dict[str, Any]:
        """Return the next answer.

        Raises:
            CaseFailed: there is none.
        """
        message = self._heard()
        if "ended" in message:
            self.is_open = False
            said = self.interpreter.said() or f"(exit status {message['ended']}, nothing printed)"
            raise CaseFailed(self.station.side, said)
        return message

    def end(self) -> None:
        """Return when the child has ended; it tears down what it set up."""
        if not self.is_open:
            return
        if self.converses:
            self._say(do="end")
        message = self._heard()
        self.is_open = False
        if message.get("ended"):
            raise CaseFailed(self.station.side, self.interpreter.said())

    def _say(self, **request: object) -> None:
        try:
            self.interpreter.tell(**request)
        except Silent as silent:
            raise self._lost(silent) from silent

    def _heard(self) -> dict[str, Any]:
        try:
            return self.interpreter.answer(self.allowance)
        except Silent as silent:
            raise self._lost(silent) from silent

    def _lost(self, silent: Silent) -> CaseFailed:
        self.is_open = False
        self.station.discard(self.interpreter)
        said = f"{self.interpreter.said()}\n({silent})".strip()
        return CaseFailed(self.station.side, said)
