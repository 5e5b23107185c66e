"""The run: its steps in their order, each server in its turn."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tracker.peers import losing, sdk
from tracker.peers.calls import accepted, in_flight, part
from tracker.peers.connection import Call, Connection, Message
from tracker.peers.contender import Contender
from tracker.peers.counting import fsyncs
from tracker.peers.interrupts import put_off
from tracker.peers.trees import Tree, end
from tracker.peers.turns import CUT, Plan, Say, Turns, Work, awake, steps
from tracker.peers.workload import Workload, others

REST_S: Final = 60.0
"""Longest wait for what a server does after it has answered."""

BURST_FIRST: Final = 10_000
"""Numbers of notes that nothing else stores."""

WARMING: Final = "what was said about the lighthouse?"
"""Asked once before the clock runs: what is loaded late is a row of its own."""

REFUSED_MAX: Final = 5
"""So many refused calls at the beginning are no accident."""


def measure(contenders: Sequence[Contender], workload: Workload, plan: Plan, say: Say) -> None:
    """Measure all servers; what they did is noted in them. However it ends, nothing is left."""
    before = {each.pid for each in Tree.ours().members()}
    turns = Turns(contenders, plan, say)
    works = Run(turns, workload).works()
    try:
        for step in steps(plan):
            turns.take(step, works[step.section])
    finally:
        with put_off():  # An impatient second Ctrl-C would leave the half of it.
            end(each for each in Tree.ours().members() if each.pid not in before)
            for contender in contenders:
                contender.clean()


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn in which each call is timed."""

    section: str
    times: str
    """The figure of the times."""
    number: int


@dataclass(frozen=True, slots=True)
class Run:
    """The sections."""

    turns: Turns
    workload: Workload

    def works(self) -> Mapping[str, Work]:
        """Return what is done in each section."""
        return {
            "start": self.start,
            "fill": self.fill,
            "ask": self.ask,
            "list": self.list_tools,
            "at once": self.burst,
            "disk": lambda each, _: fsyncs(each, self.turns.plan),
            "together": lambda each, _: losing.together(each, self.turns),
            "killed": lambda each, _: losing.killed(each, self.turns),
            "sdk": lambda each, _: sdk.through(each, self.turns, self.workload),
        }

    def start(self, contender: Contender, turn: int) -> None:
        """Start a server on a folder that holds a note, and ask for it.

        The first start, which makes the folder, is not counted.
        """
        note, dialect = self.workload.notes[0], contender.dialect
        if turn == 0:
            with contender.connect(contender.home()) as first:
                first.initialize()
                accepted(dialect, first.call(dialect.store(note)))
                first.tree.rest(REST_S)
        with contender.connect(contender.homes[0]) as server:
            contender.add("start.initialize_s", [server.initialize()], turn)
            contender.add("start.cpu_s", [server.tree.cpu_s()], turn)
            accepted(dialect, server.call(dialect.retrieve(note.text)))
            contender.add("start.first_call_s", [time.perf_counter() - server.began_s], turn)

    def fill(self, contender: Contender, turn: int) -> None:
        """Store the next of the notes, one after another, until it has nothing left to do."""
        if turn == 0:
            self._open(contender)
        notes = part(self.workload.notes, turn, self.turns.plan.turns)
        calls = [contender.dialect.store(note) for note in notes]
        with awake(contender) as server:
            cpu_s, began_s = server.tree.cpu_s(), time.perf_counter()
            answers = self._timed(contender, Turn("fill", "store_s", turn), calls)
            ready_s = server.tree.rest(REST_S) - began_s
            spent_s = server.tree.cpu_s() - cpu_s
        stored = sum(contender.dialect.refused(answer) is None for answer in answers)
        if stored:
            contender.add("store.cpu_s", [spent_s / len(answers)], turn)
            contender.add("store.ready_per_s", [stored / ready_s], turn)

    def _open(self, contender: Contender) -> None:
        contender.connection = contender.connect(contender.home())
        with awake(contender) as server:
            server.initialize()
            server.wait(server.send("tools/list", {}))
            server.tree.rest(REST_S)
            contender.add("memory.idle_bytes", [server.tree.rss_bytes()])

    def ask(self, contender: Contender, turn: int) -> None:
        """Ask the next of the questions, and judge the answers."""
        questions = part(self.workload.questions, turn, self.turns.plan.turns)
        dialect = contender.dialect
        calls = [dialect.retrieve(question.text) for question in questions]
        with awake(contender) as server:
            if turn == 0:
                accepted(dialect, server.call(dialect.retrieve(WARMING)))
            cpu_s = server.tree.cpu_s()
            answers = self._timed(contender, Turn("ask", "retrieve_s", turn), calls)
            if answers:
                spent_s = server.tree.cpu_s() - cpu_s
                contender.add("retrieve.cpu_s", [spent_s / len(answers)], turn)
            contender.add("memory.full_bytes", [server.tree.rss_bytes()], turn)
        if not self.workload.answers_are_there:
            return
        for question, answer in zip(questions, answers, strict=False):
            if question.relevant:
                found = [] if dialect.refused(answer) else dialect.found(answer)
                for name, metric in self.workload.metrics.items():
                    contender.add(f"quality.{name}", [metric(found, question.relevant)], turn)

    def list_tools(self, contender: Contender, turn: int) -> None:
        """Ask for the list of tools."""
        with awake(contender) as server:
            for _ in range(self.turns.plan.lists):
                began_s = time.perf_counter()
                server.wait(server.send("tools/list", {}))
                contender.add("list_s", [time.perf_counter() - began_s], turn)

    def burst(self, contender: Contender, turn: int) -> None:
        """Store, and then ask, with ten calls always unanswered; the first time look for all."""
        plan, dialect = self.turns.plan, contender.dialect
        notes = others(plan.at_once, first=BURST_FIRST + turn * plan.at_once)
        # Each is one of the notes, word for word, so a server that finds only that has an answer.
        asked = (note.text for note in others(plan.at_once, first=turn * plan.at_once))
        with awake(contender) as server:
            stores = [dialect.store(note) for note in notes]
            half = (time.monotonic() + self.turns.until()) / 2
            kept, per_s = self._burst(contender, server, stores, half)
            contender.add("at_once.stores_per_s", per_s, turn)
            retrieves = [dialect.retrieve(text) for text in asked]
            _, per_s = self._burst(contender, server, retrieves, self.turns.until())
            contender.add("at_once.retrieves_per_s", per_s, turn)
            if turn == 0:
                acknowledged = [notes[index] for index in kept]
                wanted = losing.Wanted(len(notes), acknowledged)
                losing.look(contender, server, "at once", wanted, self.turns.until())

    def _burst(
        self, contender: Contender, server: Connection, calls: Sequence[Call], until: float
    ) -> tuple[list[int], list[float]]:
        """Make calls, ten at once; return which were done, and how many a second, if any."""
        began_s = time.perf_counter()
        answers = list(in_flight(server, calls, self.turns.plan.in_flight, until))
        took_s = time.perf_counter() - began_s
        done, refused = list[int](), list[str]()
        for index, answer in answers:
            if (why := contender.dialect.refused(answer)) is None:
                done.append(index)
            else:
                refused.append(why)
        contender.count(len(answers), len(refused))
        if refused:
            contender.remark(f"at once: {len(refused)} of {len(answers)} refused: {refused[0]}")
        if len(answers) < len(calls):
            contender.remark(f"at once: {CUT}")
        server.tree.rest(REST_S)
        return sorted(done), [len(done) / took_s] if done else []

    def _timed(self, contender: Contender, turn: Turn, calls: Sequence[Call]) -> list[Message]:
        """Make calls one after another until the turn is over; return the answers.

        A call that is refused has no time, and counts as failed. Of those that were answered the
        times are noted whatever comes after. Where none of the first is accepted the server gets
        no more turns.
        """
        server, until, section = contender.connection, self.turns.until(), turn.section
        answers, refused = list[Message](), list[str]()
        assert server
        for call in calls:
            if answers and time.monotonic() > until:
                contender.remark(f"{section}: {CUT}")
                break
            began_s = time.perf_counter()
            answer = server.call(call)
            took_s = time.perf_counter() - began_s
            answers.append(answer)
            why = contender.dialect.refused(answer)
            contender.count(failed=why is not None)
            if why is None:
                contender.add(turn.times, [took_s], turn.number)
                continue
            refused.append(why)
            if len(refused) == len(answers) == REFUSED_MAX:
                contender.failed.add(section)
                break
        if refused:
            contender.remark(f"{section}: {len(refused)} of {len(answers)} refused: {refused[0]}")
        return answers
