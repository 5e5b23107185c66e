"""What a call did without is told by that call, and by no other."""

from ltmc_server.observability.degraded import did_without, noting


def test_what_a_call_did_without_is_collected_for_it_alone() -> None:
    with noting() as outer:
        did_without("redis")
        with noting() as inner:
            did_without("graph")
        did_without("redis")

    assert outer == {"redis"}
    assert inner == {"graph"}


def test_outside_of_a_call_nothing_is_noted() -> None:
    did_without("redis")
    with noting() as missed:
        pass

    assert not missed
