"""Does it find? The questions of a contributor, asked of this repository's own pages."""

import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from tests.wire import environment

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent
NAMES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
PAGES = sorted([*(ROOT / name for name in NAMES), *ROOT.glob("docs/**/*.md")])

QUESTIONS = {
    "how do I run the tests?": "CONTRIBUTING.md",
    "what should a commit message say?": "CONTRIBUTING.md",
    "what happens when two processes write to the same data folder?": "ARCHITECTURE.md",
    "which package may import which?": "ARCHITECTURE.md",
    "how do I install it and connect my editor?": "README.md",
    "which error do I get for a wrong version?": "docs/errors.md",
    "the server says the database was made by another program": "docs/errors.md",
    "how do I change where the database is kept?": "docs/settings.md",
    "can I get an older version of a text back?": "docs/tools/memory.md",
    "what is a passage?": "docs/glossary.md",
}
"""What is asked, and the page that answers it."""

RIGHT_MIN = 9
"""Of ten, in the first three."""


@pytest.mark.slow
@pytest.mark.timeout(300)  # Embedding every page takes most of a minute where nothing else works.
async def test_the_right_page_is_among_the_first_three(tmp_path: Path) -> None:
    lacking = [str(page.relative_to(ROOT)) for page in PAGES if not page.is_file()]
    assert not lacking, f"pages that are asked about are not written yet: {lacking}"
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "ltmc_server"], env=environment(tmp_path)
    )
    answers: dict[str, list[str]] = {}
    async with Client(command) as client:
        for page in PAGES:
            name, content = str(page.relative_to(ROOT)), page.read_text("utf-8")
            await client.call_tool(
                "memory_action", {"action": "store", "file_name": name, "content": content}
            )
        await embedded(client)
        for question in QUESTIONS:
            result = await client.call_tool(
                "memory_action", {"action": "retrieve", "query": question, "top_k": 3}
            )
            assert result.structured_content is not None
            documents = result.structured_content["documents"]
            answers[question] = [document["file_name"] for document in documents]

    wrong = {
        question: answers[question]
        for question, page in QUESTIONS.items()
        if page not in answers[question]
    }
    assert len(QUESTIONS) - len(wrong) >= RIGHT_MIN, wrong


async def embedded(client: Client) -> None:
    """Wait until every text has its vectors; the test's own time limit bounds it."""
    while True:
        result = await client.call_tool(
            "memory_action", {"action": "retrieve", "query": "anything", "top_k": 1}
        )
        assert result.structured_content is not None
        if "not_embedded" not in result.structured_content:
            return
