"""Rows for tests of what is made of results."""

from tracker.results import Point


def point(
    commit: str,
    value: float | None,
    *,
    benchmark: str = "recall.ByVector.time_search",
    parameters: tuple[str, ...] = (),
    unit: str = "seconds",
) -> Point:
    """Return a figure of the reference machine, its interval a tenth to both sides."""
    return Point(
        machine="reference",
        python="3.11",
        commit=commit,
        benchmark=benchmark,
        parameters=parameters,
        unit=unit,
        value=value,
        low=None if value is None else value * 0.9,
        high=None if value is None else value * 1.1,
        samples=(),
    )
