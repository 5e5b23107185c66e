"""The actions that describe code, and keep a document true to it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from ltmc_server.dispatch import Dispatcher
from ltmc_server.errors import (
    BoundExceeded,
    Conflict,
    InvalidArguments,
    LtmcError,
    NoSuchPath,
    OutsideWorkspace,
    Unwritable,
)
from ltmc_server.isolation.process import Isolation
from ltmc_server.observability.metrics import Metrics
from ltmc_server.tools.documentation import DocumentationTool
from tests.documentation.sources import SHOP

pytestmark = pytest.mark.anyio

RUST = "/// Puts.\npub fn put(item: u8) -> bool { true }\nfn hidden() {}\n"
TYPESCRIPT = "/** Adds. */\nexport function add(item: string): void {}\nfunction no() {}\n"
GO = "package till\n\n// Open opens.\nfunc Open(at int) error { return nil }\n"


async def test_go_rust_and_typescript_are_described(documentation: DocumentationTool) -> None:
    files = {"a.rs": RUST, "b.ts": TYPESCRIPT, "c.go": GO}

    made = await documentation.generate_api_docs(source_files=files)

    assert (made["files_processed"], made["total_functions"]) == (3, 3)
    for told in (
        "```rust\npub fn put(item: u8) -> bool\n```\n\nPuts.\n",
        "```typescript\nfunction add(item: string): void\n```\n\nAdds.\n",
        "```go\nfunc Open(at int) error\n```\n\nOpen opens.\n",
    ):
        assert told in made["documentation"]
    assert "hidden" not in made["documentation"]


async def test_methods_are_told_once_under_their_class(documentation: DocumentationTool) -> None:
    made = await documentation.generate_api_docs(paths=("src/shop.py",))

    headings = [line for line in made["documentation"].split("\n") if line.startswith("#")]
    assert headings == [
        "# API of here",
        "## src/shop.py",
        "### `Shop`",
        "#### `Shop.__init__`",
        "#### `Shop.open`",
        "#### `Shop.sell`",
        "### `close`",
    ]
    assert (made["total_functions"], made["total_classes"]) == (4, 1)


async def test_json_lists_the_names_in_pages(documentation: DocumentationTool) -> None:
    first = await documentation.generate_api_docs(paths=("src",), output_format="json", limit=4)
    rest: Any = await documentation.run(
        "generate_api_docs", {"paths": "src", "output_format": "json", "offset": first["next"]}
    )

    names = [*first["names"], *rest["names"]]
    assert [one["name"] for one in names][3:] == ["Shop.sell", "close", "Open"]
    assert (first["total"], rest["has_more"]) == (6, False)
    assert names[3] == {
        "name": "Shop.sell",
        "kind": "method",
        "file": "src/shop.py",
        "line": 20,
        "signature": "def sell(self, what: str, *, count: int = 1) -> float",
        "docstring": names[3]["docstring"],
        "parameters": ["what", "count"],
        "returns": "float",
        "raises": ["SoldOut"],
    }


async def test_a_long_document_is_cut_and_read_on(documentation: DocumentationTool) -> None:
    code = "".join(f"def f{n}():\n    '''{'word ' * 30}'''\n\n" for n in range(60))
    server = Dispatcher([documentation], metrics=Metrics(), response_bytes_max=4_000)
    text, total = "", 1
    while len(text) < total:
        asked = {"source_files": {"a.py": code}, "from_char": len(text)}
        reply = await server.call("documentation_action", {"action": "generate_api_docs"} | asked)
        assert len(reply.text.encode()) <= 4_000
        total = reply.payload["document_chars"]
        text += reply.payload["documentation"]

    assert text.count("### `f") == 60


async def test_a_document_is_written_and_text_of_others_stays(
    documentation: DocumentationTool, root: Path
) -> None:
    (root / "api.md").write_text("# Mine\r\n\nwords", "utf-8", newline="")

    made = await documentation.generate_api_docs(paths=("src",), write_to="api.md")

    text = (root / "api.md").read_bytes().decode()
    assert text.startswith("# Mine\r\n\nwords\n\n<!-- ltmc:begin src/shop.py ")
    assert (made["written"], made["counts"]) == (True, {"added": 2})
    assert "documentation" not in made
    new = await documentation.generate_api_docs(paths=("src",), write_to="docs/new.md")
    assert new["written"]
    assert (root / "docs/new.md").read_text("utf-8").startswith("# API of here\n\n<!-- ltmc:begin")


async def test_json_is_written_where_no_other_file_is(
    documentation: DocumentationTool, root: Path
) -> None:
    asked = {"paths": ["src"], "output_format": "json", "write_to": "api.json"}
    for _ in range(2):
        await documentation.run("generate_api_docs", asked)
    assert len(orjson.loads((root / "api.json").read_bytes())["names"]) == 6
    (root / "api.json").write_text('{"mine": 1}', "utf-8")

    with pytest.raises(Conflict, match="was not made by this action"):
        await documentation.run("generate_api_docs", asked)

    assert (root / "api.json").read_text("utf-8") == '{"mine": 1}'


@pytest.mark.parametrize("path", ["../beside.md", "../new.md", ".env", "src", ".git/config"])
@pytest.mark.parametrize("output_format", ["markdown", "json"])
async def test_nothing_is_written_where_it_must_not(
    documentation: DocumentationTool, root: Path, path: str, output_format: str
) -> None:
    asked = {"paths": ["src"], "output_format": output_format, "write_to": path}

    with pytest.raises(LtmcError) as caught:
        await documentation.run("generate_api_docs", asked)

    assert caught.value.code in {"outside_workspace", "unwritable", "unreadable"}
    assert (root.parent / "beside.md").read_text("utf-8") == "canary"
    assert isinstance(caught.value, (OutsideWorkspace, Unwritable, LtmcError))


@pytest.mark.parametrize("given", [{}, {"paths": ["src"], "source_files": {"a.py": "x"}}])
async def test_one_kind_of_source_is_needed(
    documentation: DocumentationTool, given: dict[str, object]
) -> None:
    with pytest.raises(InvalidArguments, match="paths or source_files: give one"):
        await documentation.run("generate_api_docs", given)


async def test_too_many_files_are_refused(documentation: DocumentationTool) -> None:
    files = {f"f{n}.py": "" for n in range(501)}

    with pytest.raises(InvalidArguments, match="at most 500 items"):
        await documentation.run("generate_api_docs", {"source_files": files})


async def test_consistency_comes_with_parts_and_pages(documentation: DocumentationTool) -> None:
    judged = await documentation.validate_documentation_consistency(paths=("src",), limit=1)

    assert judged["score"] == pytest.approx((5 / 6 + 3) / 4, abs=1e-4)
    assert (judged["level"], judged["counts"]) == ("excellent", {"undocumented": 1})
    [issue] = judged["issues"]
    assert (issue.kind, issue.name, issue.file, issue.line) == (
        "undocumented",
        "close",
        "src/shop.py",
        40,
    )


async def test_consistency_of_what_is_not_there_fails(documentation: DocumentationTool) -> None:
    for asked in ({"paths": "gone"}, {"paths": "src", "document": "gone.md"}):
        with pytest.raises(NoSuchPath):
            await documentation.run("validate_documentation_consistency", asked)


async def test_a_document_is_shown_first_and_then_synced(
    documentation: DocumentationTool, root: Path
) -> None:
    await documentation.generate_api_docs(paths=("src",), write_to="api.md")
    old = (root / "api.md").read_text("utf-8")
    (root / "src/shop.py").write_text(SHOP.replace("count: int = 1", "count: int = 2"), "utf-8")

    shown = await documentation.sync_documentation_with_code(document="api.md")

    assert (root / "api.md").read_text("utf-8") == old
    assert (shown["dry_run"], shown["written"]) == (True, False)
    assert shown["sections"] == [{"file": "src/shop.py", "outcome": "updated"}]
    changed = [line for line in shown["diff"].split("\n") if line.startswith(("-def", "+def"))]
    assert changed == [
        "-def sell(self, what: str, *, count: int = 1) -> float",
        "+def sell(self, what: str, *, count: int = 2) -> float",
    ]
    done = await documentation.sync_documentation_with_code(document="api.md", dry_run=False)
    assert (done["written"], "diff" in done) == (True, False)
    again = await documentation.sync_documentation_with_code(document="api.md", dry_run=False)
    assert (again["written"], again["counts"]) == (False, {"unchanged": 2})


async def test_a_document_that_is_not_there_is_not_synced(
    documentation: DocumentationTool,
) -> None:
    with pytest.raises(NoSuchPath):
        await documentation.sync_documentation_with_code(document="gone.md", dry_run=False)


async def test_a_diff_that_takes_too_long_is_left_out(
    documentation: DocumentationTool, root: Path
) -> None:
    (root / "api.md").write_text("words\n", "utf-8")
    hasty = replace(documentation, isolation=Isolation(seconds_max=0.001))

    shown = await hasty.sync_documentation_with_code(document="api.md", paths=("src",))

    assert shown["counts"] == {"added": 2}
    assert "diff" not in shown
    assert shown["diff_left_out"]
    assert issubclass(BoundExceeded, LtmcError)
