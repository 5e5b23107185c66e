"""Promises held against what was measured."""

import subprocess
import sys

import anyio
import pytest
from hypothesis import given, strategies as st

from ltmc_server.observability.durations import BOUNDS_S, Durations
from ltmc_server.observability.health import Health, Probe, State, age_s, memory_bytes
from ltmc_server.observability.metrics import TARGETS_S, Metrics

HEALTH = Health(Metrics(), {}, required=frozenset({"sqlite"}))


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ({}, "healthy"),
        ({"sqlite": "connected", "faiss": "not loaded yet", "redis": "disabled"}, "healthy"),
        ({"sqlite": "connected", "redis": "unreachable"}, "degraded"),
        ({"sqlite": "unreachable", "redis": "unreachable"}, "unhealthy"),
    ],
)
def test_the_worst_store_decides(states: dict[str, State], status: str) -> None:
    assert HEALTH.status(states) == status


def test_before_the_first_call_there_is_nothing_to_judge() -> None:
    slas = HEALTH.slas()

    assert set(TARGETS_S) < set(slas)
    unknown = {name for name, sla in slas.items() if sla.state == "NO_DATA"}
    assert unknown == set(slas) - {"memory"}
    assert slas["memory_action"].measured is None


def test_a_promise_is_kept_or_broken_by_what_was_measured() -> None:
    health = Health(Metrics(), {}, required=frozenset())
    health.metrics.record("memory_action", "store", 0.01, failed=False)
    health.metrics.record("cache_action", "stats", 0.5, failed=True)

    slas = health.slas()

    assert (slas["memory_action"].state, slas["memory_action"].target) == ("PASSING", 1.0)
    assert slas["memory_action"].measured == pytest.approx(0.01, rel=0.011)
    assert slas["cache_action"].state == "VIOLATED"
    assert slas["todo_action"].state == "NO_DATA"
    assert (slas["errors"].state, slas["errors"].measured) == ("VIOLATED", 0.5)
    assert slas["mean_call"].state == "PASSING"


def test_memory_is_measured_in_bytes() -> None:
    assert 10_000_000 < memory_bytes() < 10_000_000_000


def probed(states: dict[str, State]) -> Health:
    """Return the health of stores whose states the dictionary holds at the time."""

    def probe(name: str) -> Probe:
        async def answer() -> State:
            return states[name]

        return answer

    probes = {name: probe(name) for name in states}
    return Health(Metrics(), probes, required=frozenset({"sqlite"}))


@pytest.mark.anyio
async def test_a_store_that_goes_and_comes_back_is_told_once_each(
    caplog: pytest.LogCaptureFixture,
) -> None:
    states: dict[str, State] = {"sqlite": "connected", "redis": "connected"}
    health = probed(states)
    await health.stores()
    assert caplog.records == []

    states["redis"] = "unreachable"
    await health.stores()
    await health.stores()
    assert caplog.messages == ["store_down"]
    states["redis"] = "connected"
    await health.stores()
    await health.stores()

    told = [(one.message, vars(one)["fields"]) for one in caplog.records]
    assert told == [("store_down", {"store": "redis"}), ("store_up", {"store": "redis"})]


@pytest.mark.anyio
async def test_a_store_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hang() -> State:
        await anyio.sleep_forever()
        raise AssertionError

    monkeypatch.setattr("ltmc_server.observability.health.PROBE_S", 0.01)
    health = Health(Metrics(), {"one": hang, "other": hang}, required=frozenset())

    answers = await health.stores()

    assert {state for state, _ in answers.values()} == {"unreachable"}


@pytest.mark.anyio
async def test_a_look_tells_of_errors_since_the_last_one_and_of_broken_promises(
    caplog: pytest.LogCaptureFixture,
) -> None:
    health = probed({"sqlite": "connected"})
    for _ in range(100):
        health.metrics.record("memory_action", "get", 0.001, failed=True)
    before = health.metrics.counts()
    health.metrics.start_s = 7.5
    health.metrics.stores["sqlite"].record(0.15)
    for number in range(40):
        health.metrics.record("memory_action", "get", 0.001, failed=number < 2)

    before = await health.look(before)

    told = {(one.message, vars(one)["fields"].get("promise")) for one in caplog.records}
    # The process that runs all tests may have grown past its promise, too.
    assert told - {("sla_violation", "memory")} == {
        ("sla_violation", "server_start"),
        ("sla_violation", "database"),
    }
    for number in range(40):
        health.metrics.record("memory_action", "get", 0.001, failed=number < 4)
    caplog.clear()
    await health.look(before)
    [event] = [one for one in caplog.records if one.message == "error_rate"]
    assert vars(event)["fields"] == {"calls": 40, "errors": 4, "rate": 0.1, "target": 0.05}


def test_promises_of_the_server_are_held_against_what_was_measured() -> None:
    health = Health(Metrics(), {}, required=frozenset())
    metrics = health.metrics
    metrics.start_s = 0.4
    metrics.tools_list.record(0.07)
    for _ in range(94):
        metrics.stores["sqlite"].record(0.0002)
    for _ in range(6):
        metrics.stores["sqlite"].record(0.1001)

    slas = health.of_the_server()

    assert (slas["server_start"].state, slas["server_start"].measured) == ("PASSING", 0.4)
    assert (slas["tools_list"].state, slas["tools_list"].measured) == ("PASSING", 0.1)
    assert (slas["database"].state, slas["database"].measured) == ("VIOLATED", 0.2)


def test_a_process_knows_how_old_it_is() -> None:
    age = age_s()

    assert age is not None
    assert 0.1 < age < 86_400


@given(times_s=st.lists(st.floats(0, 60), min_size=1), percent=st.sampled_from([50, 95, 99]))
def test_a_percentile_is_the_least_bound_that_so_many_keep(
    times_s: list[float], percent: float
) -> None:
    durations = Durations()
    for seconds in times_s:
        durations.record(seconds)

    bound = durations.percentile(percent)

    assert bound is not None
    assert sum(seconds <= bound for seconds in times_s) >= len(times_s) * percent / 100
    lower = max((one for one in BOUNDS_S if one < bound), default=-1.0)
    assert sum(seconds <= lower for seconds in times_s) < len(times_s) * percent / 100


def test_the_memory_of_whoever_started_the_process_is_not_its_own() -> None:
    tell = "from ltmc_server.observability.health import memory_bytes; print(memory_bytes())"
    starter = f"""
import subprocess, sys
held = bytearray(400_000_000)
held[::4096] = b"x" * len(held[::4096])
subprocess.run([sys.executable, "-c", {tell!r}], check=True)
"""
    told = subprocess.run(
        [sys.executable, "-c", starter], capture_output=True, text=True, check=True
    )

    assert int(told.stdout) < 200_000_000
