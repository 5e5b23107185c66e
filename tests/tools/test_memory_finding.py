"""The actions of memory_action that find texts by a question."""

from datetime import timedelta
from typing import Any

import pytest

from ltmc_server.errors import InvalidArguments
from ltmc_server.retrieval.tokens import count_tokens
from ltmc_server.tools.memory import MemoryTool
from tests.builders import memory_tool

pytestmark = pytest.mark.anyio

LIBRARY = {
    "tea.md": "Green tea is brewed at seventy degrees for two minutes.",
    "car.md": "The engine takes five litres of oil, changed every year.",
    "bread.md": "Sourdough needs flour, water, salt and a night of patience.",
}


@pytest.fixture
async def memory() -> MemoryTool:
    tool = memory_tool()
    for name, content in LIBRARY.items():
        await tool.store(file_name=name, content=content, tags=(name[0],), conversation_id=name)
    return tool


async def test_the_text_that_answers_is_found_with_where_and_why(memory: MemoryTool) -> None:
    found = await memory.retrieve(query="how is green tea brewed?")

    [best, *_] = found["documents"]
    assert (best["file_name"], best["rank"], best["content"]) == ("tea.md", 1, LIBRARY["tea.md"])
    assert best["offsets"] == [0, len(LIBRARY["tea.md"])]
    assert best["matched_by"] == ["keyword", "semantic"]
    assert 0 < best["score"] <= 1
    assert found["confident"] is True
    assert found["total_found"] >= len(found["documents"])


async def test_a_hit_holds_the_full_passage_at_its_offsets(memory: MemoryTool) -> None:
    text = "\n\n".join(f"# Part {n}\n\n" + f"Words of part {n}. " * 40 for n in range(9))
    await memory.store(file_name="long.md", content=text)

    found = await memory.retrieve(query='"part 7"')

    best = found["documents"][0]
    start, end = best["offsets"]
    assert best["content"] == text[start:end]
    assert "part 7" in best["content"]
    assert [each["file_name"] for each in found["documents"]].count("long.md") == 1


async def test_a_question_that_nothing_answers_is_not_answered_with_confidence(
    memory: MemoryTool,
) -> None:
    found = await memory.retrieve(query="zxqv")

    assert found["confident"] is False


async def test_no_more_than_top_k_come_back_and_the_rest_is_counted(memory: MemoryTool) -> None:
    found = await memory.retrieve(query="tea oil flour", top_k=1, mode="keyword")

    assert len(found["documents"]) == 1
    assert found["total_found"] == 3


async def test_what_scores_too_low_is_left_out(memory: MemoryTool) -> None:
    found = await memory.retrieve(query="green tea", min_score=1.0)

    assert (found["documents"], found["total_found"], found["confident"]) == ([], 0, False)


async def test_filters_narrow_what_is_found(memory: MemoryTool) -> None:
    stored = (await memory.list()).items[0].created_at

    for narrow, names in (
        ({"tags": "c"}, ["car.md"]),
        ({"conversation_id": "bread.md"}, ["bread.md"]),
        ({"resource_type": "code"}, []),
        ({"created_before": (stored - timedelta(days=1)).isoformat()}, []),
        ({"created_after": (stored + timedelta(days=1)).isoformat()}, []),
    ):
        found: Any = await memory.run("retrieve", {"query": "green tea engine flour", **narrow})
        assert [each["file_name"] for each in found["documents"]] == names


async def test_texts_stay_in_a_budget_of_tokens(memory: MemoryTool) -> None:
    found = await memory.retrieve(query="tea oil flour water", max_tokens=40)

    spent = sum(count_tokens(each["content"]) for each in found["documents"])
    assert len(found["documents"]) == 2
    assert spent <= 40


async def test_a_score_is_explained_when_asked(memory: MemoryTool) -> None:
    plain = await memory.retrieve(query="green tea")
    explained = await memory.retrieve(query="green tea", explain=True)

    assert "explain" not in plain["documents"][0]
    signals = explained["documents"][0]["explain"]
    assert signals.strength > 0
    assert signals.cosine > 0


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"query": ""},
        {"query": "x" * 4001},
        {"query": "x", "top_k": 0},
        {"query": "x", "top_k": 101},
        {"query": "x", "mode": "magic"},
        {"query": "x", "min_score": 1.1},
        {"query": "x", "max_tokens": 0},
    ],
)
async def test_a_question_out_of_bounds_is_refused(
    memory: MemoryTool, bad: dict[str, object]
) -> None:
    with pytest.raises(InvalidArguments, match=list(bad)[-1] if bad else "query: is required"):
        await memory.run("retrieve", bad)


async def test_texts_of_a_type_are_listed_newest_first(memory: MemoryTool) -> None:
    await memory.store(file_name="n1", content="note one", resource_type="note")
    await memory.store(file_name="n2", content="note two", resource_type="note")

    page: Any = await memory.run("retrieve_by_type", {"doc_type": "note", "limit": 1})

    assert [each.file_name for each in page.items] == ["n2"]
    assert (page.total, page.has_more, page.next) == (2, True, 1)


async def test_texts_of_a_type_are_ranked_for_a_question_and_paged(memory: MemoryTool) -> None:
    for number in range(5):
        await memory.store(
            file_name=f"n{number}", content="tea " * (number + 1) + "x " * 5, resource_type="note"
        )

    pages: list[Any] = [
        await memory.retrieve_by_type(resource_type="note", query="tea", limit=2, offset=offset)
        for offset in (0, 2, 4)
    ]

    ranks = [each["rank"] for page in pages for each in page.items]
    assert ranks == [1, 2, 3, 4, 5]
    assert [page.has_more for page in pages] == [True, True, False]
    scores = [each["score"] for page in pages for each in page.items]
    assert scores == sorted(scores, reverse=True)
    assert {each["resource_type"] for page in pages for each in page.items} == {"note"}


async def test_a_type_has_to_be_named(memory: MemoryTool) -> None:
    with pytest.raises(InvalidArguments, match="resource_type: is required"):
        await memory.run("retrieve_by_type", {})


async def test_given_texts_are_packed_in_their_order(memory: MemoryTool) -> None:
    documents = '[{"content": "first", "file_name": "a"}, {"content": "second"}]'

    packed: Any = await memory.run("build_context", {"documents": documents, "max_tokens": "100"})

    assert packed.context == "first\n\n---\n\nsecond"
    assert [part.source for part in packed.parts] == ["a", ""]
    assert packed.total_tokens == count_tokens(packed.context)


async def test_what_answers_a_question_is_packed_best_first(memory: MemoryTool) -> None:
    packed = await memory.build_context(query="green tea brewed", max_tokens=25)

    assert packed.context == LIBRARY["tea.md"]
    assert packed.parts[0].source == "tea.md"
    assert packed.documents_left_out


@pytest.mark.parametrize("both", [{}, {"query": "x", "documents": [{"content": "y"}]}])
async def test_a_context_is_of_texts_or_of_a_question(
    memory: MemoryTool, both: dict[str, object]
) -> None:
    with pytest.raises(InvalidArguments, match="documents or query: give one"):
        await memory.run("build_context", both)


@pytest.mark.parametrize(
    "documents", [[], [{}], [{"content": "x", "size": 1}], "[broken", [{"content": "x"}] * 201]
)
async def test_texts_that_cannot_be_packed_are_refused(
    memory: MemoryTool, documents: object
) -> None:
    with pytest.raises(InvalidArguments, match="documents"):
        await memory.run("build_context", {"documents": documents})
