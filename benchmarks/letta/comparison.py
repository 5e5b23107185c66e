"""What does the way through this server cost, beside asking Letta with its SDK?"""

import os
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from benchmarks.letta.backends import Backend, backend
from benchmarks.letta.measuring import Plan
from benchmarks.letta.runs import QUICK, SETS, Extent, Run
from benchmarks.marks import Samples, Tracked, samples, unit


class Measured(TypedDict):
    """A row of the samples by operation and arm, joined by a space."""

    rows: dict[str, dict[str, Any]]


SEED = 7


class _OfClaims:
    """Base: what each operation takes through MCP, and through the SDK in the same turns."""

    def setup(self, measured: Measured) -> None:
        if not measured["rows"]:
            # asv skips, but only on this from `setup`.
            raise NotImplementedError("the letta_* tools, or a Letta to ask")

    @unit("seconds")
    def track_agent_list(self, measured: Measured) -> Samples:
        return _seconds(measured, "agent_list")

    @unit("× the SDK", less_is_better=False)
    def track_agent_list_ratio(self, measured: Measured) -> Samples:
        return _ratio(measured, "agent_list")

    @unit("seconds")
    def track_memory_read(self, measured: Measured) -> Samples:
        return _seconds(measured, "memory_read")

    @unit("× the SDK", less_is_better=False)
    def track_memory_read_ratio(self, measured: Measured) -> Samples:
        return _ratio(measured, "memory_read")

    @unit("× the SDK", less_is_better=False)
    def track_memory_read_warm_ratio(self, measured: Measured) -> Samples:
        return _ratio(measured, "memory_read", "mcp_stdio_warm")

    @unit("seconds")
    def track_memory_update(self, measured: Measured) -> Samples:
        return _seconds(measured, "memory_update")

    @unit("× the SDK", less_is_better=False)
    def track_memory_update_ratio(self, measured: Measured) -> Samples:
        return _ratio(measured, "memory_update")

    @unit("seconds")
    def track_message_send(self, measured: Measured) -> Samples:
        return _seconds(measured, "message_send")

    @unit("× the SDK", less_is_better=False)
    def track_message_send_ratio(self, measured: Measured) -> Samples:
        return _ratio(measured, "message_send")

    @unit("seconds")
    def track_agent_chat(self, measured: Measured) -> Samples:
        return _seconds(measured, "agent_chat")

    @unit("× the SDK", less_is_better=False)
    def track_agent_chat_ratio(self, measured: Measured) -> Samples:
        return _ratio(measured, "agent_chat")

    @unit("seconds")
    def track_tool_attach(self, measured: Measured) -> Samples:
        return _seconds(measured, "tool_attach")

    @unit("× the SDK", less_is_better=False)
    def track_tool_attach_ratio(self, measured: Measured) -> Samples:
        return _ratio(measured, "tool_attach")

    @unit("seconds")
    def track_dealer_workflow(self, measured: Measured) -> Samples:
        return _seconds(measured, "dealer_workflow")

    @unit("× the SDK", less_is_better=False)
    def track_dealer_workflow_ratio(self, measured: Measured) -> Samples:
        return _ratio(measured, "dealer_workflow")

    @unit("× the SDK", less_is_better=False)
    def track_dealer_workflow_batch_ratio(self, measured: Measured) -> Samples:
        return _ratio(measured, "dealer_workflow_batch")

    @unit("requests")
    def track_dealer_workflow_requests(self, measured: Measured) -> Tracked:
        return float(_row(measured, "dealer_workflow")["requests"] or "nan")

    @unit("ms")
    def track_health_overhead(self, measured: Measured) -> Samples:
        return _of_turns(measured, "health", lambda ours, sdk: (ours - sdk) * 1e3)


class OnStandIn(_OfClaims):
    """Each operation over stdio, in turns with one client of the SDK; a stand-in answers.

    Asks:   what does the way through this server cost or save, where Letta takes no time itself?
    Unit:   seconds an operation; how many times as fast as the SDK in the same turn; requests.
    Noise:  the ratios hold on a busy machine, the seconds do not.
    """

    version = "1"
    timeout = 180

    def setup_cache(self) -> Measured:
        try:
            _require()
            with backend("standin", "zero", None) as letta:
                return _measured(letta, SETS["quick"])
        except (NotImplementedError, ImportError):
            # Not None: asv would then call `setup` without it.
            return Measured(rows={})


class OnRealServer(_OfClaims):
    """The same on the Letta that LETTA_BASE_URL names; skipped where it names none.

    Asks:   what does the way through this server cost or save, in use?
    Unit:   seconds an operation; how many times as fast as the SDK in the same turn; requests.
    Noise:  Letta is most of each second, and of the noise; the ratios lean to 1.
    """

    version = "1"
    timeout = 600

    def setup_cache(self) -> Measured:
        url = os.environ.get("LETTA_BASE_URL")
        if not url:
            return Measured(rows={})
        quick = SETS["quick"].plan
        plan = Plan(quick.operations, 10, 20, budget_s=180, turns_least=5)
        try:
            _require()
            return _measured(Backend("real", None, url, None), Extent(plan, QUICK))
        except (NotImplementedError, ImportError):
            return Measured(rows={})


def _require() -> None:
    """Raise NotImplementedError where no server could be told of a Letta; starts nothing."""
    from ltmc_server.settings import Settings

    if "letta_base_url" not in Settings.model_fields:
        raise NotImplementedError("letta_base_url")


def _measured(letta: Backend, extent: Extent) -> Measured:
    run = Run(letta, "quick", SEED, lambda done, what: None)
    operations = run.measure(extent)["operations"]
    rows = {f"{row['operation']} {row['arm']}": row for row in operations}
    if rows["memory_read mcp_stdio"]["unavailable"]:
        raise NotImplementedError("letta_get_memory")
    return Measured(rows=rows)


def _row(measured: Measured, operation: str, arm: str = "mcp_stdio") -> Mapping[str, Any]:
    row = measured["rows"][f"{operation} {arm}"]
    if why := row["unavailable"]:
        # A benchmark that fails is seen; a figure that is made up is not.
        raise RuntimeError(f"{operation} through {arm}: {why}")
    return row


def _seconds(measured: Measured, operation: str) -> Samples:
    return samples([second for second in _row(measured, operation)["seconds"] if second])


def _ratio(measured: Measured, operation: str, arm: str = "mcp_stdio") -> Samples:
    return _of_turns(measured, operation, lambda ours, sdk: sdk / ours, arm)


def _of_turns(
    measured: Measured,
    operation: str,
    figure: Callable[[float, float], float],
    arm: str = "mcp_stdio",
) -> Samples:
    """Return a figure of each turn that both have."""
    ours, sdk = _row(measured, operation, arm), _row(measured, operation, "sdk")
    pairs = zip(ours["seconds"], sdk["seconds"], strict=True)
    return samples([figure(one, other) for one, other in pairs if one and other])
