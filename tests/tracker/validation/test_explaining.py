"""Why a claim came out as it did, in a sentence."""

import numpy as np
import pytest

from tests.tracker.validation.made import row, samples
from tracker.validation.claims import Claim
from tracker.validation.comparing import Comparisons
from tracker.validation.explaining import naive, summary, why
from tracker.validation.judging import judge

CLAIM = Claim(
    name="List", kind="ratio", operation="agent_list", at_least=4, said="4x", is_headline=True
)
TURNS = 30


def told(arms: dict[str, dict[str, object]]) -> tuple[str, str, str]:
    """Return the sentences about arms that all take what `seconds` says."""
    rows = []
    for arm, said in arms.items():
        more = dict(said)
        seconds = float(str(more.pop("seconds")))
        server = more.pop("server", None)
        times = [float(str(server))] * TURNS if server is not None else []
        rows.append(row("agent_list", arm, [seconds] * TURNS, server_seconds=times, **more))
    ruling = judge(CLAIM, Comparisons(samples(*rows)))
    return why(ruling), naive(ruling), summary([ruling])


def test_what_letta_works_on_is_the_limit() -> None:
    said, naively, counted = told(
        {
            "sdk": {"seconds": 0.05, "server": 0.04, "requests": 1},
            "mcp_stdio": {"seconds": 0.055, "server": 0.04, "requests": 1},
            "sdk_new_client": {"seconds": 0.3},
        }
    )

    assert said == (
        "MCP over stdio takes 55 ms, one SDK client 50 ms; Letta itself works for 80 % of the"
        " SDK’s time, so for the same work of Letta 1.25× is the most there can be; both send"
        " 1 request."
    )
    assert naively == (
        "It holds only against an SDK client made for each call (5.45×, 5.45 to 5.45)."
    )
    assert counted == "Of 1 claims: 1 does not hold."


def test_what_is_saved_is_why_it_holds() -> None:
    said, naively, _ = told(
        {
            "sdk": {"seconds": 0.5, "server": 0.1, "requests": 6, "bytes": 132_000},
            "mcp_http": {"seconds": 0.1, "server": 0.08, "requests": 1, "bytes": 4_000},
            "sdk_cold": {"seconds": 2.0},
        }
    )

    assert said == (
        "MCP over HTTP takes 100 ms, one SDK client 500 ms; Letta itself works for 20 % of the"
        " SDK’s time; it sends 1 request, not 6 and MCP hands on 4 kB, not 132 kB."
    )
    assert naively == "Against a process started for each call (20×, 20 to 20)."


def test_what_holds_nowhere_is_said() -> None:
    _, naively, _ = told({"sdk": {"seconds": 1}, "mcp_stdio": {"seconds": 1},
                          "sdk_cold": {"seconds": 2}})  # fmt: skip

    assert (
        naively == "It does not hold against a process started for each call (2×, 2 to 2) either."
    )


def test_a_cache_is_told_apart() -> None:
    said, naively, _ = told(
        {
            "sdk": {"seconds": 1, "requests": 1}, "mcp_stdio": {"seconds": 1},
            "mcp_stdio_warm": {"seconds": 0.01, "requests": 0}, "sdk_cold": {"seconds": 9},
        }
    )  # fmt: skip

    assert "it sends 0 requests, not 1" in said
    assert naively.startswith("Without the cache it holds only against a process")


def test_what_is_open_is_not_said_to_fail() -> None:
    """Too few turns against a naive baseline: eight times, and yet nobody knows."""
    drawn = np.random.default_rng(1).lognormal(0, 0.3, 12)
    rows = [
        row("agent_list", arm, [float(second * seconds) for second in drawn[::step]])
        for arm, seconds, step in (("sdk", 1, 1), ("mcp_stdio", 1, 1), ("sdk_new_client", 8, -1))
    ]

    said = naive(judge(CLAIM, Comparisons(samples(*rows))))

    assert said.startswith("It is undecided against an SDK client made for each call (8×")


@pytest.mark.parametrize("arms", [{}, {"sdk": {"seconds": 1}}])
def test_without_figures_nothing_is_made_up(arms: dict[str, dict[str, object]]) -> None:
    said, naively, counted = told(arms)

    assert said.startswith("There is no figure of MCP over stdio: ")
    assert naively == ""
    assert counted == "Of 1 claims: 1 not measured."
