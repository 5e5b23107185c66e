"""What runs took, added up."""

from typing import Any

from ltmc_server.letta.usage import summary


def test_tokens_are_added_up_whole_and_per_model() -> None:
    runs = [{"created_at": "2026-01-02T00:00:00Z"}, {"created_at": "2026-01-01T00:00:00Z"}]
    steps = [
        {"model_handle": "a", "prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6},
        {"model_handle": "b", "prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9},
        {"model_handle": "a", "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    ]

    told = summary(runs, steps)

    assert (told["runs"], told["steps"], told["total_tokens"]) == (2, 3, 17)
    assert (told["prompt_tokens"], told["completion_tokens"]) == (13, 4)
    assert told["by_model"]["a"] == {
        "steps": 2,
        "prompt_tokens": 6,
        "completion_tokens": 2,
        "total_tokens": 8,
    }
    assert (told["from"], told["to"]) == ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
    assert told["steps_without_tokens"] is None


def test_steps_that_nobody_counted_are_said() -> None:
    steps: list[dict[str, Any]] = [
        {"total_tokens": None, "status": "failed"},
        {"model": "m", "total_tokens": 1},
    ]

    told = summary([], steps)

    assert (told["steps_without_tokens"], told["steps_failed"], told["total_tokens"]) == (1, 1, 1)
    assert set(told["by_model"]) == {"unknown", "m"}
    assert told["from"] is told["to"] is None
