"""The rules of the verdicts, each with samples made for it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.tracker.validation.made import row, samples
from tracker.validation import claims, judging
from tracker.validation.bootstrap import Estimate
from tracker.validation.claims import Claim
from tracker.validation.comparing import Comparisons
from tracker.validation.judging import Ruling, Verdict

FOUR = Claim(name="List", kind="ratio", operation="agent_list", at_least=4, said="4x")
AT_MOST = Claim(name="List", kind="seconds", operation="agent_list", at_most=0.5, said="0.5s")


def times(median: float, turns: int = 40, spread: float = 0.02, seed: int = 1) -> list[float]:
    """Return turns of about that long."""
    drawn = np.random.default_rng(seed).lognormal(0, spread, turns)
    return [float(median * factor) for factor in drawn]


def arms(turns: int = 40, operation: str = "agent_list", **medians: float) -> list[dict[str, Any]]:
    """Return a row for each arm, each of so many seconds."""
    return [
        row(operation, arm, times(median, turns, seed=seed))
        for seed, (arm, median) in enumerate(medians.items())
    ]


def ruled(rows: Sequence[dict[str, Any]], claim: Claim = FOUR, **more: object) -> Ruling:
    return judging.judge(claim, Comparisons(samples(*rows, **more)))


@pytest.mark.parametrize(
    ("low", "point", "high", "n", "verdict"),
    [
        (4.0, 4.2, 4.4, 40, Verdict.HOLDS),
        (3.99, 4.2, 4.4, 40, Verdict.UNDECIDED),
        (3.5, 3.8, 3.99, 40, Verdict.FAILS),
        (3.5, 3.8, 4.0, 40, Verdict.UNDECIDED),
        (3.95, 4.01, 4.1, 40, Verdict.HOLDS),
        (3.95, 3.99, 4.1, 40, Verdict.FAILS),
        (3.91, 4.0, 4.11, 40, Verdict.UNDECIDED),
        (0.8, 0.9, 1.1, 29, Verdict.UNDECIDED),
        (0.85, 0.9, 0.95, 29, Verdict.FAILS),
        (5.0, 5.05, 5.1, 8, Verdict.HOLDS),
        (5.0, 5.05, 5.1, 7, Verdict.UNDECIDED),
        (0.9, 0.9, 0.9, 1, Verdict.UNDECIDED),
    ],
)
def test_the_rule(low: float, point: float, high: float, n: int, verdict: Verdict) -> None:
    assert judging.weigh(FOUR, Estimate(point, low, high, n))[0] is verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.3, 0.5, Verdict.HOLDS),
        (0.49, 0.51, Verdict.HOLDS),
        (0.4, 0.6, Verdict.UNDECIDED),
        (0.51, 0.6, Verdict.FAILS),
    ],
)
def test_a_bound_from_above_is_the_mirror(low: float, high: float, verdict: Verdict) -> None:
    assert judging.weigh(AT_MOST, Estimate(0.49, low, high, 40))[0] is verdict


def test_a_single_reading_is_judged_by_its_point() -> None:
    claim = Claim(name="Memory", kind="memory", at_most=150, said="150 MB")

    assert judging.weigh(claim, Estimate(150, None, None, 1))[0] is Verdict.HOLDS
    assert judging.weigh(claim, Estimate(151, None, None, 1))[0] is Verdict.FAILS


def test_it_holds_if_it_holds_over_http_alone() -> None:
    ruling = ruled(arms(sdk=1.0, mcp_stdio=1.0, mcp_http=0.2))

    assert ruling.verdict is Verdict.HOLDS
    assert ruling.finding.arm == "mcp_http"


def test_memory_and_the_peer_decide_nothing() -> None:
    ruling = ruled(arms(sdk=1.0, mcp_stdio=1.0, mcp_http=1.0, mcp_memory=0.1, letta_mcp_server=0.1))

    assert ruling.verdict is Verdict.FAILS
    assert {each.arm: each.verdict for each in ruling.findings} == {
        "mcp_stdio": Verdict.FAILS,
        "mcp_http": Verdict.FAILS,
        "mcp_memory": Verdict.HOLDS,
        "letta_mcp_server": Verdict.HOLDS,
    }


def test_a_cache_is_named() -> None:
    ruling = ruled(arms(sdk=1.0, mcp_stdio=1.0, mcp_http=1.0, mcp_stdio_warm=0.01))

    assert ruling.verdict is Verdict.CACHE
    assert ruling.finding.arm == "mcp_stdio_warm"


def test_a_batch_is_named() -> None:
    claim = FOUR.model_copy(update={"operation": "dealer_workflow", "batch": "all_at_once"})
    rows = [
        *arms(operation="dealer_workflow", sdk=1.0, mcp_stdio=1.0, mcp_http=1.0),
        *arms(operation="all_at_once", sdk=1.0, mcp_stdio=0.2, mcp_http=1.0),
    ]

    assert ruled(rows, claim).verdict is Verdict.BATCH


def test_a_cache_decides_nothing_while_an_arm_without_is_open() -> None:
    open_ = row("agent_list", "mcp_http", [None] * 40, failures=[
        {"turn": turn, "why": "503"} for turn in range(40)
    ])  # fmt: skip
    ruling = ruled([*arms(sdk=1.0, mcp_stdio=1.0, mcp_stdio_warm=0.01), open_])

    assert ruling.verdict is Verdict.UNDECIDED
    assert ruling.finding.reason == "no turn succeeded: 503"


def test_naive_baselines_tell_against_what_it_holds() -> None:
    ruling = ruled(arms(sdk=1.0, sdk_new_client=3.0, sdk_cold=9.0, mcp_stdio=1.0, mcp_http=1.0))

    assert ruling.verdict is Verdict.FAILS
    assert {arm: each.verdict for arm, each in ruling.naive.items()} == {
        "sdk_new_client": Verdict.FAILS,
        "sdk_cold": Verdict.HOLDS,
    }


def test_a_failed_turn_is_no_time() -> None:
    """The arm is fast where it fails: those turns must not count, and too many end the arm."""
    fast: list[float | None] = list(times(1.0))
    few = [{"turn": 0, "why": "404"}, {"turn": 1, "why": "404"}]
    fast[0] = fast[1] = None
    rows = arms(sdk=1.0, mcp_http=1.0)

    kept = ruled([*rows, row("agent_list", "mcp_stdio", fast, failures=few)])
    assert kept.verdict is Verdict.FAILS
    assert {each.estimate.n for each in kept.findings if each.estimate} == {38, 40}

    fast[2] = None
    many = [*few, {"turn": 2, "why": "404"}]
    ended = ruled([*rows, row("agent_list", "mcp_stdio", fast, failures=many)])
    assert ended.verdict is Verdict.UNDECIDED
    assert "3 of 40 turns failed: 404" in ended.finding.reason


def test_an_arm_that_can_not_is_not_fast() -> None:
    rows = arms(sdk=1.0, mcp_stdio=1.0)
    ruling = ruled([*rows, row("agent_list", "mcp_http", [], unavailable="no such tool")])

    assert ruling.verdict is Verdict.UNDECIDED
    assert ruling.finding.reason == "no such tool"


def test_what_nobody_tried_is_not_measured() -> None:
    assert ruled(arms(operation="health", sdk=1.0, mcp_stdio=1.0)).verdict is Verdict.NOT_MEASURED


def test_slower_by_what_was_claimed_is_not_faster() -> None:
    assert ruled(arms(sdk=1.0, mcp_stdio=5.0, mcp_http=5.0)).verdict is Verdict.FAILS


@pytest.mark.parametrize(
    ("stdio", "set_", "status"),
    [(0.2, "full", 0), (1.0, "full", 1), (1.0, "quick", 1), (None, "full", 2), (None, "quick", 2)],
)
def test_the_exit_status(stdio: float | None, set_: str, status: int) -> None:
    rows = arms(sdk=1.0) if stdio is None else arms(sdk=1.0, mcp_http=1.0, mcp_stdio=stdio)
    measured = samples(*rows, set=set_)
    rulings = [judging.judge(FOUR, Comparisons(measured))]

    assert judging.exit_status(rulings, measured) == status


@pytest.mark.parametrize(("set_", "status"), [("full", 2), ("quick", 0), ("comparative", 0)])
def test_what_a_short_run_does_not_ask_about_is_no_failure(set_: str, status: int) -> None:
    measured = samples(*arms(sdk=1.0, mcp_stdio=0.2), set=set_)
    other = FOUR.model_copy(update={"operation": "agent_get"})
    rulings = [judging.judge(claim, Comparisons(measured)) for claim in (FOUR, other)]

    assert judging.exit_status(rulings, measured) == status


def test_a_failure_is_told_before_what_is_open() -> None:
    measured = samples(*arms(sdk=1.0, mcp_stdio=1.0))
    other = FOUR.model_copy(update={"operation": "agent_get"})
    rulings = [judging.judge(claim, Comparisons(measured)) for claim in (other, FOUR)]

    assert judging.exit_status(rulings, measured) == 1


def test_the_claims_are_those_of_the_guide() -> None:
    headline = {claim.operation: claim.value for claim in claims.read() if claim.is_headline}

    assert headline == {
        "agent_list": 4.0,
        "memory_update": 3.7,
        "agent_chat": 5.0,
        "message_send": 1.15,
        "tool_attach": 5.3,
    }
