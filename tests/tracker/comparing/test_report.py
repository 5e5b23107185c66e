"""The report as a comment, as JSON, on a terminal; and the exit status."""

import io
import json
import re
from collections.abc import Mapping

import pytest
from rich.console import Console

from tests.tracker.comparing.scripted import Script, Scripted, Silent, timed, tracked
from tracker.comparing.acceptance import Acceptance
from tracker.comparing.commits import Commit, Package
from tracker.comparing.gate import rule
from tracker.comparing.markdown import BYTES_MAX, CUT, markdown, verdict_line
from tracker.comparing.measuring import Measuring
from tracker.comparing.records import SCHEMA, record
from tracker.comparing.report import Report, Status
from tracker.comparing.terminal import show
from tracker.lockstep.model import Case, Failure, Side, Skipped

BASE, HEAD = Commit("ba5e" * 10, "be slow"), Commit("4ead" * 10, "be slower")
SLOW = Script(
    change=0.1,
    counts={
        Side.BASE: {"statements": 3, "opcodes": 10_000},
        Side.HEAD: {"statements": 4, "opcodes": 10_450},
    },
)
FAILS = {Side.HEAD: Failure(Side.HEAD, "Traceback\nKeyError: 'a'")}


def report(
    scripts: Mapping[Case, Script],
    *accepted: Acceptance,
    budget_s: float = 10_000,
    head: Commit = HEAD,
) -> Report:
    engine = Scripted(scripts)
    run = Measuring(engine, {}, Silent(), budget_s, clock=engine.clock)
    return Report(
        base=BASE,
        head=head,
        rulings=tuple(rule(run.run(engine.cases()), {}, accepted)),
        left_out=(("letta.track_x", "needs a server"),),
        packages=(Package("mcp", "2.3.0", "2.4.0"),),
        asv={"tools.todo.time_list": "slower 1.11"},
        command="./just compare ba5eba5e 4ead4ead",
        budget_s=900,
        spent_s=321,
    )


A, B = timed("tools.todo.time_list"), timed("tools.memory.time_get")


@pytest.mark.parametrize(
    ("scripts", "status"),
    [
        ({A: Script()}, Status.PASSED),
        ({A: Script(change=-0.3)}, Status.PASSED),
        ({A: Script(change=0.04)}, Status.PASSED),
        ({A: Script(jitter=60)}, Status.PASSED),
        ({A: SLOW, B: Script()}, Status.SLOWER),
        ({A: SLOW, B: Script(missing=FAILS)}, Status.FAILS),
        ({A: Script(missing={side: Skipped(side) for side in Side})}, Status.NOTHING_MEASURED),
        ({A: Script(missing={side: Failure(side, "") for side in Side})}, Status.NOTHING_MEASURED),
    ],
)
def test_the_exit_status(scripts: Mapping[Case, Script], status: Status) -> None:
    assert report(scripts).status is status


def test_an_accepted_slow_down_passes() -> None:
    assert report({A: SLOW}, Acceptance("tools.todo.*", "sorted now")).status is Status.PASSED


def test_nothing_measured_is_never_green() -> None:
    said = verdict_line(report({}))

    assert said == "Nothing was measured: this says nothing about the speed"


def test_what_changed_comes_first_and_the_rest_is_folded() -> None:
    base = {side: Skipped(side) for side in [Side.BASE]}

    comment = markdown(
        report(
            {
                B: Script(),
                A: SLOW,
                timed("tools.chat.time_log"): Script(missing=FAILS),
                timed("tools.chat.time_new"): Script(missing=base),
                tracked("work.track_sql", "statements"): Script(),
            }
        )
    )

    shown, *folded = comment.split("<details>")
    assert shown.splitlines()[1] == (
        "## Benchmarks fail: 1 newly failing · 1 slower or doing more, beyond the gate · 2 the same"
    )
    assert "| ✗ slower | `tools.todo.time_list` | 1 ms | 1.1 ms | **+10 %** |" in shown
    assert "| statements 3 → 4, opcodes +4.5 % | slower 1.11 |" in shown
    assert "✗ `tools.chat.time_log` fails at head" in shown
    assert "```text\nTraceback\nKeyError: 'a'\n```" in shown
    assert [re.findall(r"<summary>(.+)</summary>", each)[0] for each in folded] == [
        "2 the same, each within its interval",
        "1 new",
        "1 not compared",
        "environment: 1 packages differ",
        "how this was judged",
    ]


def test_an_accepted_row_gives_its_reason() -> None:
    comment = markdown(report({A: SLOW}, Acceptance("tools.*", "sorted now", "c0ffee" * 6)))

    assert "| accepted slower | `tools.todo.time_list` |" in comment
    assert "`tools.todo.time_list` is accepted: sorted now (c0ffeec0)" in comment


def test_what_was_not_reached_is_listed() -> None:
    many = {timed(f"a.time_{number:02}"): Script() for number in range(20)}

    comment = markdown(report(many, budget_s=60))

    assert "not reached" in comment.splitlines()[1]
    assert "`a.time_19`" in comment.partition("not reached in time")[2]


def test_a_comment_stays_within_what_is_taken() -> None:
    long = {timed(f"{'a' * 900}.time_{number}"): SLOW for number in range(100)}
    said = Failure(Side.HEAD, "x" * 100_000)
    failing = {
        timed(f"b.time_{number}"): Script(missing={Side.HEAD: said}) for number in range(100)
    }

    comment = markdown(report({**long, **failing}))

    assert len(comment.encode()) <= BYTES_MAX
    assert comment.endswith(CUT)
    assert comment.startswith("<!-- ltmc compare -->\n## Benchmarks fail: 100 newly failing")


def test_strangers_words_call_nobody_and_break_nothing() -> None:
    said = Failure(Side.HEAD, "```\n@everyone <script>")
    bad = Commit("4ead" * 10, "<img src=x> @everyone | `a`")

    comment = markdown(report({A: Script(missing={Side.HEAD: said})}, head=bad))

    assert "\\<img src=x\\> @\u200beveryone \\| \\`a\\`" in comment
    assert "````text\n```\n@everyone <script>\n````" in comment


def test_programs_read_all_of_it() -> None:
    told = record(report({A: SLOW, B: Script(missing=FAILS)}))

    again = json.loads(json.dumps(told, allow_nan=False))
    assert again == told
    assert (told["schema"], told["status"]) == (SCHEMA, Status.FAILS)
    failing, slow = told["cases"]
    assert failing["missing"] == {"head": "Traceback\nKeyError: 'a'"}
    assert slow["closes_the_gate"]
    assert slow["cpu"]["verdict"] == "slower"
    assert slow["cpu"]["change"] == pytest.approx(0.1, abs=0.01)
    assert [each["counter"] for each in slow["moved"]] == ["statements", "opcodes"]


def test_json_takes_a_rise_from_nothing() -> None:
    case = tracked("work.track_sql", "statements")

    told = record(report({case: Script(figures={Side.BASE: 0, Side.HEAD: 3})}))

    assert json.loads(json.dumps(told, allow_nan=False))["cases"][0]["figure"]["change"] is None


@pytest.mark.parametrize("width", [80, 200])
def test_the_terminal_shows_what_changed_and_the_verdict(width: int) -> None:
    console = Console(file=io.StringIO(), width=width)

    show(report({A: SLOW, B: Script()}), console)

    assert isinstance(console.file, io.StringIO)
    said = console.file.getvalue()
    assert "tools.todo.time_list" in said
    assert "statements 3 → 4, opcodes +4.5 %" in said
    assert said.splitlines()[-1].startswith("Slower: 1 slower or doing more, beyond the gate")
