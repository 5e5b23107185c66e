"""The action that draws: what it tells, where it writes, what it refuses."""

import os
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Literal, TypeAlias

import anyio
import pytest
from playwright.sync_api import sync_playwright

from ltmc_server.diagrams.graph import DiagramType
from ltmc_server.dispatch import Dispatcher
from ltmc_server.errors import NotFound, OutsideWorkspace, Unreadable, UnreadableSource
from ltmc_server.observability.metrics import Metrics
from ltmc_server.tools.documentation import DocumentationTool
from ltmc_server.tools.documentation.sources import FILES_MAX
from ltmc_server.tools.documentation.words import DiagramFormat
from tests.keeping import documentation_tool

Scheme: TypeAlias = Literal["light", "dark"]

pytestmark = pytest.mark.anyio

FORMATS: tuple[DiagramFormat, ...] = ("svg", "mermaid", "plantuml")
TYPES: tuple[DiagramType, ...] = ("system", "component", "class", "calls")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "shop").mkdir(parents=True)
    (root / "shop" / "__init__.py").write_text("", encoding="utf-8")
    (root / "shop" / "tea.py").write_text(
        "import numpy\nfrom shop.cup import Cup\n"
        "class Tea(Cup):\n    def pour(self):\n        self.fill()\n",
        encoding="utf-8",
    )
    (root / "shop" / "cup.py").write_text(
        "import os\nclass Cup:\n    def fill(self):\n        pass\n", encoding="utf-8"
    )
    return root


@pytest.fixture
def tool(root: Path) -> DocumentationTool:
    return documentation_tool(root)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("diagram_type", TYPES)
async def test_each_diagram_comes_in_each_format(
    tool: DocumentationTool, diagram_type: DiagramType, format: DiagramFormat
) -> None:
    found = await tool.generate_architecture_diagram(
        paths=("shop",), diagram_type=diagram_type, format=format
    )

    begin = {"svg": "<svg ", "mermaid": "---\n", "plantuml": "@startuml\n"}[format]
    assert found["diagram_content"].startswith(begin)
    assert found["chars"] == len(found["diagram_content"])
    assert (found["files"], found["edges"], found["cycles"]) == (3, 1, [])
    if format == "svg":
        ET.fromstring(found["diagram_content"])  # noqa: S314  our own


async def test_what_is_drawn_and_what_is_not_is_told(tool: DocumentationTool, root: Path) -> None:
    (root / "shop" / "broken.py").write_text("x" * 1_000_001, encoding="utf-8")

    found = await tool.generate_architecture_diagram(
        paths=("shop",), diagram_type="component", format="mermaid", project_id="Tea house"
    )

    assert (found["title"], found["nodes"], found["unconnected"]) == ("Tea house", 2, 1)
    assert (found["external"], found["external_count"]) == ({"numpy": 1}, 1)
    assert (found["standard_library"], found["unresolved"]) == (1, 0)
    assert [one["file"] for one in found["unread"]] == ["shop/broken.py"]
    assert "numpy" in found["diagram_content"]


async def test_external_packages_can_be_left_out(tool: DocumentationTool) -> None:
    found = await tool.generate_architecture_diagram(
        paths=("shop",), format="mermaid", include_dependencies=False
    )

    assert "numpy" not in found["diagram_content"]
    assert found["external"] == {"numpy": 1}


async def test_a_picture_is_written_whole_into_the_workspace(
    tool: DocumentationTool, root: Path
) -> None:
    told = await tool.generate_architecture_diagram(paths=("shop",), write_to="docs/shop.svg")
    again = await tool.generate_architecture_diagram(paths=("shop",))

    written = (root / "docs" / "shop.svg").read_text("utf-8")
    assert (told["written_to"], told["bytes"]) == ("docs/shop.svg", len(written.encode()))
    assert "diagram_content" not in told
    # The same code gives the same picture.
    assert again["diagram_content"] == written


async def test_nothing_is_written_outside_of_the_workspace(
    tool: DocumentationTool, tmp_path: Path
) -> None:
    with pytest.raises(OutsideWorkspace):
        await tool.generate_architecture_diagram(
            paths=("shop",), format="mermaid", write_to=str(tmp_path / "out.mmd")
        )

    assert os.listdir(tmp_path) == ["root"]  # noqa: PTH208  an async test


async def test_a_long_picture_is_read_in_parts(tool: DocumentationTool) -> None:
    dispatcher = Dispatcher((tool,), metrics=Metrics(), response_bytes_max=3_000)
    whole = await tool.generate_architecture_diagram(paths=("shop",))
    text, parts = "", 0
    while len(text) < whole["chars"]:
        reply = await dispatcher.call(
            "documentation_action",
            {
                "action": "generate_architecture_diagram",
                "paths": ["shop"],
                "from_char": len(text),
            },
        )
        assert len(reply.text.encode()) <= 3_000
        assert reply.payload["chars"] == whole["chars"]
        text += reply.payload["diagram_content"]
        parts += 1

    assert text == whole["diagram_content"]
    assert parts > 1


async def test_one_file_and_its_folder_are_one(tool: DocumentationTool) -> None:
    found = await tool.generate_architecture_diagram(
        paths=("shop/tea.py", "./shop/", "shop/tea.py"), format="mermaid"
    )

    assert found["files"] == 3


async def test_what_is_not_there_or_no_source_is_refused(
    tool: DocumentationTool, root: Path
) -> None:
    (root / "empty").mkdir()
    for path in ("nothing", "../..", "shop/\0"):
        with pytest.raises((NotFound, OutsideWorkspace, Unreadable)):
            await tool.generate_architecture_diagram(paths=(path,))
    with pytest.raises(UnreadableSource, match="holds no source"):
        await tool.generate_architecture_diagram(paths=("empty",))


async def test_more_files_than_are_read_are_told(tool: DocumentationTool, root: Path) -> None:
    for number in range(FILES_MAX + 1):
        (root / f"m{number:03}.py").write_text("import m000\n", encoding="utf-8")

    found = await tool.generate_architecture_diagram(diagram_type="component", format="mermaid")

    assert (found["files"], found["more_files"]) == (FILES_MAX, True)
    assert found["nodes"] <= 40


async def test_the_modules_of_go_are_known_by_their_go_mod(
    tool: DocumentationTool, root: Path
) -> None:
    (root / "go" / "pot").mkdir(parents=True)
    (root / "go" / "go.mod").write_text("module example.com/tea\n", encoding="utf-8")
    (root / "go" / "pot" / "pot.go").write_text("package pot\n", encoding="utf-8")
    (root / "go" / "main.go").write_text(
        'package main\nimport "example.com/tea/pot"\n', encoding="utf-8"
    )

    found = await tool.generate_architecture_diagram(
        paths=("go",), diagram_type="component", format="plantuml"
    )

    assert (found["nodes"], found["edges"], found["external_count"]) == (2, 1, 0)


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no chromium on the PATH; `./just browser` installs one")
    return found


OVERFLOWING = """() => [...document.querySelectorAll("g")].flatMap((group) => {
  const box = group.querySelector("rect.box");
  if (!box) return [];
  const room = box.getBBox();
  return [...group.querySelectorAll("text")].filter((text) => {
    const taken = text.getBBox();
    return taken.x < room.x || taken.x + taken.width > room.x + room.width;
  }).map((text) => text.textContent);
})"""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_no_text_leaves_its_box(chromium: str, tmp_path: Path, scheme: Scheme) -> None:
    here = Path(__file__).parents[3]
    tool = documentation_tool(here)

    async def draw(diagram_type: DiagramType) -> str:
        made = await tool.generate_architecture_diagram(
            paths=("ltmc_server/tools",), diagram_type=diagram_type
        )
        return str(made["diagram_content"])

    pictures = [anyio.run(draw, diagram_type) for diagram_type in TYPES]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"], env={**os.environ}
        )
        page = browser.new_page(color_scheme=scheme)
        papers = []
        for picture in pictures:
            page.set_content(picture)
            assert page.evaluate(OVERFLOWING) == []
            papers.append(page.evaluate("getComputedStyle(document.querySelector('.paper')).fill"))
        browser.close()
    assert set(papers) == {"rgb(251, 252, 254)" if scheme == "light" else "rgb(16, 21, 31)"}
