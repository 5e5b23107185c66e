"""The actions that remember what was tried, and the one that judges."""

from pathlib import Path
from typing import Any

import pytest

from ltmc_server.errors import InvalidArguments, NoSuchPath, OutsideWorkspace, Unreadable
from ltmc_server.stores.in_memory.attempts import InMemoryAttempts
from ltmc_server.tools.pattern import PatternTool

pytestmark = pytest.mark.anyio


async def logged(pattern: PatternTool, prompt: str, **more: object) -> Any:  # noqa: ANN401
    given = {"input_prompt": prompt, "generated_code": "pass", "result": "pass"}
    return await pattern.run("log_attempt", given | more)


async def found(pattern: PatternTool, **asked: object) -> list[Any]:
    page: Any = await pattern.run("get_patterns", asked)
    return [one if isinstance(one, dict) else vars_of(one) for one in page.items]


def vars_of(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("id", "input_prompt", "result")}


async def test_an_attempt_is_acknowledged_with_its_id(pattern: PatternTool) -> None:
    attempt = await logged(pattern, "parse a date", tags="dates, time", function_name="parse")

    assert attempt["id"].startswith("pat_")
    assert (attempt["tags"], attempt["project_id"]) == (("dates", "time"), "here")
    [one] = await found(pattern, query="parse")
    assert (one["id"], one["generated_code"]) == (attempt["id"], "pass")


async def test_attempts_are_found_by_meaning_best_first(pattern: PatternTool) -> None:
    await logged(pattern, "draw a chart of the prices in a window")
    dates = await logged(pattern, "parse dates in time zones", result="fail")
    await logged(pattern, "send a mail")

    [best, *_] = await found(pattern, query="was parsing a date in a timezone tried?")

    assert (best["id"], best["result"]) == (dates["id"], "fail")
    assert 0 < best["score"] <= 1


async def test_meaning_finds_what_has_no_word_of_the_question(pattern: PatternTool) -> None:
    await logged(pattern, "send a mail")
    parser = await logged(pattern, "a timezone parser")

    [best, *_] = await found(pattern, query="timezones parsers")

    assert best["id"] == parser["id"]


async def test_attempts_are_narrowed_by_result_and_tags(pattern: PatternTool) -> None:
    one = await logged(pattern, "parse dates", result="fail", tags=["a", "b"])
    await logged(pattern, "parse dates", result="fail", tags=["a"])
    await logged(pattern, "parse dates", tags=["a", "b"])

    for query in ({}, {"query": "dates"}):
        narrowed = await found(pattern, result="fail", tags=["a", "b"], **query)
        assert [each["id"] for each in narrowed] == [one["id"]]


async def test_without_a_query_the_newest_come_first(pattern: PatternTool) -> None:
    for prompt in "abc":
        await logged(pattern, prompt)

    assert [one["input_prompt"] for one in await found(pattern)] == ["c", "b", "a"]


async def test_a_search_pages(pattern: PatternTool) -> None:
    for number in range(5):
        await logged(pattern, f"parse dates {number}")

    first: Any = await pattern.run("get_patterns", {"query": "dates", "limit": 3})
    rest: Any = await pattern.run(
        "get_patterns", {"query": "dates", "limit": 3, "offset": first.next}
    )

    assert len({one["id"] for one in (*first.items, *rest.items)}) == first.total == 5


async def test_a_question_that_nothing_fits_finds_nothing(pattern: PatternTool) -> None:
    await logged(pattern, "parse dates")

    assert await found(pattern, query="zzz qqq") == []
    assert await found(pattern, query="parse dates", project_id="elsewhere") == []


async def test_what_is_not_an_attempt_is_not_logged(pattern: PatternTool) -> None:
    wrong = {"input_prompt": "", "result": "maybe", "execution_time_ms": -1}
    with pytest.raises(InvalidArguments) as caught:
        await pattern.run("log_attempt", wrong)

    for said in (
        "generated_code: is required",
        "input_prompt: string should have at least 1 character",
        "result: input should be 'pass', 'fail' or 'partial'",
        "execution_time_ms: input should be greater than or equal to 0",
    ):
        assert said in str(caught.value)
    assert isinstance(pattern.attempts, InMemoryAttempts)
    assert not pattern.attempts.rows


async def test_a_list_without_a_bound_is_refused(pattern: PatternTool) -> None:
    with pytest.raises(InvalidArguments, match="limit: input should be"):
        await pattern.run("get_patterns", {"limit": 201})


async def test_a_folder_is_judged_file_by_file(pattern: PatternTool, folder: Path) -> None:
    (folder / "src/deep.py").write_text("(" * 10_000, "utf-8")

    judged = await pattern.analyze_patterns(directory=".")

    [smell] = judged["findings"]
    assert (smell.kind, smell.name, smell.where.file) == ("mutable_default", "f", "src/a.py")
    assert judged["counts"] == {"mutable_default": 1}
    assert judged["files"] == 2
    assert [one["file"] for one in judged["unread"]] == ["src/deep.py"]


async def test_a_source_is_judged_and_attempts_are_rated_by_tag(pattern: PatternTool) -> None:
    for result in ("pass", "fail", "partial", "pass"):
        await logged(pattern, "a", result=result, tags=["dates"])

    judged = await pattern.analyze_patterns(source_code="def f(a={}): return a", language="python")

    assert [(one.kind, one.where.file, one.where.line) for one in judged["findings"]] == [
        ("mutable_default", None, 1)
    ]
    assert judged["pass_rates"] == [
        {"tag": "dates", "pass": 2, "fail": 1, "partial": 1, "pass_rate": 0.5}
    ]


@pytest.mark.parametrize("directory", ["..", "src/none", "src/a.py", "/"])
async def test_only_folders_of_the_workspace_are_judged(
    pattern: PatternTool, directory: str
) -> None:
    with pytest.raises((NoSuchPath, OutsideWorkspace, Unreadable)):
        await pattern.analyze_patterns(directory=directory)


async def test_one_thing_is_judged_at_a_time(pattern: PatternTool) -> None:
    for given in ({}, {"source_code": "x", "directory": "."}):
        with pytest.raises(InvalidArguments, match="source_code, file_path or directory: give one"):
            await pattern.run("analyze_patterns", given)
