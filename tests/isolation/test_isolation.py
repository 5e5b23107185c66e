"""Work in a process of its own: what it is given, what it is not, and how it ends."""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ltmc_server.errors import BoundExceeded, RequestError
from ltmc_server.isolation.process import Isolation

pytestmark = pytest.mark.anyio

CANARY = "canary-91c2"


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a canary wherever a filter might look."""
    (tmp_path / "tale.json").write_text(f'["{CANARY}"]', encoding="utf-8")
    (tmp_path / "tale.jq").write_text(f'def tale: "{CANARY}";', encoding="utf-8")
    (tmp_path / ".jq").write_text(f'def tale: "{CANARY}";', encoding="utf-8")
    monkeypatch.setenv("LTMC_CANARY", CANARY)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def jq(query: str, seconds_max: float = 5, **changed: object) -> dict[str, Any]:
    asked = {"text": '{"a": 1}', "raw_output": False, "window": (0, 5), "bytes_max": 500}
    return await Isolation(seconds_max).run("jq", query=query, **(asked | changed))


@pytest.mark.parametrize(
    "query",
    [
        "env",
        "$ENV",
        "env | keys",
        "env.LTMC_CANARY",
        '"\\(env)"',
        "$ENV.HOME",
        'import "tale" as $tale; $tale',
        'import "tale" as $tale {search: "{outside}"}; $tale',
        'import "{outside}/tale" as $tale; $tale',
        'import "tale" as tale {search: "{outside}"}; tale::tale',
        'include "tale" {search: "{outside}"}; tale',
        '# a comment \\\n still one\nimport "tale" as $tale {search: "{outside}"}; $tale',
        '"tale" | modulemeta',
        "tale",
        "input",
        "[inputs]",
        "input_filename",
        "debug",
        "stderr",
        "halt_error",
        "get_search_list",
        "$__prog_args",
        "now | localtime | mktime",
        '"{outside}/tale.json" | ltrimstr("x")',
        "@sh",
    ],
)
async def test_a_filter_sees_neither_environment_nor_files(outside: Path, query: str) -> None:
    try:
        said = str(await jq(query.replace("{outside}", str(outside))))
    except RequestError as refusal:
        said = f"{refusal} {refusal.hint}"

    assert CANARY not in said


async def test_a_filter_does_not_learn_whether_a_file_is_there(outside: Path) -> None:
    said = set()
    for name in ("tale", "nothing"):
        with pytest.raises(RequestError) as caught:
            await jq(f'import "{name}" as $tale {{search: "{outside}"}}; $tale')
        said.add(str(caught.value))

    assert said == {"The query can not be run: it may not load modules or files."}


async def test_the_environment_is_empty(outside: Path) -> None:
    assert (await jq("env"))["output"] == "{}"


@pytest.mark.parametrize(
    "query",
    ["def f: f; f", "last(range(1e12))", "[range(1e10)]", 'reduce range(1e9) as $x (""; . + "aa")'],
)
async def test_a_filter_that_does_not_end_is_ended(query: str) -> None:
    began = time.monotonic()

    with pytest.raises(BoundExceeded):
        await jq(query, seconds_max=0.5)

    assert time.monotonic() - began < 4


async def test_a_filter_that_takes_all_memory_is_ended() -> None:
    with pytest.raises(BoundExceeded, match="more memory"):
        await jq('"a" * 1000000000 | length')


async def test_an_endless_list_of_values_is_paged() -> None:
    found = await jq("repeat(1)")

    assert (found["returned"], found["has_more"]) == (5, True)


@pytest.mark.parametrize(
    ("job", "arguments"),
    [
        (
            "syntax_query",
            {
                "text": "a" * 60 + "b = 1\n",
                "language": "python",
                "query": '((identifier) @x (#match? @x "^(a+)+$"))',
                "window": (0, 5),
            },
        ),
        (
            "syntax_query",
            {
                "text": "f(x)\n" * 50_000,
                "language": "python",
                "query": "((_)* @a (_)* @b (_)* @c (_)* @d)",
                "window": (0, 5),
            },
        ),
        (
            "fuzzy_select",
            {
                "query": "tea " * 999,
                "texts": [f"tea {number} " + "abc " * 240 for number in range(2_000)],
                "window": (0, 5),
            },
        ),
        (
            "diff_highlight",
            {
                "texts": [
                    "\n".join("ab"[n % 2] + "cd"[n % 3 % 2] for n in range(m))
                    for m in (150, 90_000)
                ],
                "names": ["x", "y"],
                "context": 3,
                "window": None,
            },
        ),
    ],
)
async def test_slow_work_ends_or_is_ended(job: str, arguments: dict[str, object]) -> None:
    began = time.monotonic()

    with suppress(BoundExceeded):
        await Isolation(seconds_max=0.5).run(job, **arguments)

    assert time.monotonic() - began < 4


def active_children() -> set[str]:
    own = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(own.read_text(encoding="ascii").split())


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only /proc names children")
async def test_no_process_is_left_behind() -> None:
    before = active_children()

    with pytest.raises(BoundExceeded):
        await jq("def f: f; f", seconds_max=0.3)

    assert active_children() == before
