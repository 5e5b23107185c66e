"""What is read of asv's output."""

import pytest

from tracker.progress import Step, step_of


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("[25.00%] ··· Running (toy.T.time_it--).", Step(25.0, "toy.T.time_it", finished=False)),
        ("[ 5.00%] ··· toy.T.time_it     11.5±2μs", Step(5.0, "toy.T.time_it     11.5±2μs", True)),
        ("[100.00%] ··· toy.T.track_it     failed", Step(100.0, "toy.T.track_it     failed", True)),
    ],
)
def test_a_benchmark_is_a_step(line: str, step: Step) -> None:
    assert step_of(line) == step


@pytest.mark.parametrize(
    "line",
    [
        "· Creating environments",
        "[ 0.00%] · For ltmc-server commit 0d9d447f <main>:",
        "[ 0.00%] ·· Benchmarking locked-py3.11",
        "[100.00%] ···· what the benchmark itself printed",
        "",
    ],
)
def test_anything_else_is_not(line: str) -> None:
    assert step_of(line) is None
