"""The actions that compare code and documents, once."""

from pathlib import Path

import pytest

from ltmc_server.errors import InvalidArguments, NoSuchPath, NotFound
from ltmc_server.stores.blueprints import BlueprintDraft, BlueprintEdit, DependencyDraft
from ltmc_server.stores.in_memory.blueprints import InMemoryBlueprints
from ltmc_server.tools.sync import SyncTool
from tests.documentation.sources import SHOP

pytestmark = pytest.mark.anyio


async def document(sync: SyncTool, root: Path) -> Path:
    (root / "api.md").write_text("# Mine\n", "utf-8")
    await sync.code(document="api.md", paths=("src",), dry_run=False)
    return root / "api.md"


async def test_each_thing_amiss_is_named(sync: SyncTool, root: Path) -> None:
    api = await document(sync, root)
    api.write_text(f"{api.read_text('utf-8')}\nSee `Shop.lend`.\n", "utf-8")

    found = await sync.validate(paths=("src",), document="api.md")

    kinds = [(one.kind, one.name, one.file) for one in found["issues"]]
    assert kinds == [
        ("dead_reference", "Shop.lend", "api.md"),
        ("undocumented", "close", "src/shop.py"),
        ("undocumented", "Open", "src/till.go"),
    ]
    assert found["parts"]["covered"] == 1.0


async def test_a_score_tells_its_parts_and_the_worst_files(sync: SyncTool) -> None:
    found = await sync.score(paths=("src",), detailed_analysis=True, limit=1)

    assert found["parts"]["documented"] == pytest.approx(4 / 6, abs=1e-4)
    assert found["judged"]["documented"] == 6
    assert found["scores"] == [{"file": "src/till.go", "score": 0.0, "issues": 1}]
    assert (found["total"], found["next"]) == (2, 1)
    assert "scores" not in await sync.score(paths=("src",))


async def test_a_signature_that_changed_is_drift(sync: SyncTool, root: Path) -> None:
    await document(sync, root)
    assert not (await sync.drift(document="api.md"))["drift_detected"]
    (root / "src/till.go").write_text("package till\n\nfunc Open(at int) {}\n", "utf-8")

    found = await sync.drift(document="api.md")

    [change] = found["changes"]
    assert (found["drift_detected"], found["counts"]) == (True, {"signature": 1})
    assert (change.name, change.old, change.new) == ("Open", "func Open()", "func Open(at int)")


async def test_drift_comes_in_pages(sync: SyncTool, root: Path) -> None:
    await document(sync, root)
    (root / "src/shop.py").write_text(SHOP.replace("class Shop", "class Store"), "utf-8")

    first = await sync.drift(document="api.md", limit=3)
    rest = await sync.drift(document="api.md", offset=first["next"])

    assert (first["total"], len(first["changes"]) + len(rest["changes"])) == (8, 8)


async def test_a_document_is_brought_into_step(sync: SyncTool, root: Path) -> None:
    api = await document(sync, root)
    (root / "src/shop.py").write_text(SHOP.replace("def close", "def shut"), "utf-8")

    shown = await sync.code(document="api.md")
    assert "+def shut(shop, /, *rest, **more)" in shown["diff"]
    assert "def shut" not in api.read_text("utf-8")
    await sync.code(document="api.md", dry_run=False)

    assert "def shut" in api.read_text("utf-8")
    assert api.read_text("utf-8").startswith("# Mine\n\n<!-- ltmc:begin")


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("validate", {"paths": "gone"}),
        ("score", {"paths": ["gone"]}),
        ("code", {"document": "gone.md"}),
        ("drift", {"document": "gone.md"}),
    ],
)
async def test_what_is_not_there_is_an_error(
    sync: SyncTool, action: str, given: dict[str, object]
) -> None:
    with pytest.raises(NoSuchPath):
        await sync.run(action, given)


def draft(title: str) -> BlueprintDraft:
    return BlueprintDraft(
        project_id="here", title=title, description="Oil paint.", required_skills=("paint", "sand")
    )


async def test_a_blueprint_is_written_with_its_state(
    sync: SyncTool, plans: InMemoryBlueprints
) -> None:
    gate = await plans.add(draft("Paint the | gate"))
    sand, buy = await plans.add(draft("Sand")), await plans.add(draft("Buy"))
    for one in (sand, buy):
        await plans.require("here", DependencyDraft(dependent_id=gate.id, prerequisite_id=one.id))
    await plans.edit("here", buy.id, BlueprintEdit(status="done"))

    made = await sync.blueprint(blueprint_id=gate.id)

    assert made["waits_for"] == [sand.id]
    text = made["documentation_content"]
    assert text.startswith("# Paint the \\| gate\n")
    for said in (
        "It is draft and waits for 1: Sand.",
        "| skills | paint, sand |",
        "## Description\n\nOil paint.",
        f"| Buy | done | 60 | `{buy.id}` |",
        "## Dependents\n\nNone.",
    ):
        assert said in text
    assert not set("{}'\"") & set(text)
    done = await sync.blueprint(blueprint_id=buy.id, sections=("dependents", "state"))
    headings = [line for line in done["documentation_content"].split("\n") if "##" in line]
    assert headings == ["## Dependents", "## State"]
    assert "It is done." in done["documentation_content"]


async def test_a_blueprint_of_another_project_is_not_found(
    sync: SyncTool, plans: InMemoryBlueprints
) -> None:
    gate = await plans.add(draft("Gate"))

    with pytest.raises(NotFound):
        await sync.blueprint(blueprint_id=gate.id, project_id="elsewhere")
    with pytest.raises(InvalidArguments, match="sections"):
        await sync.run("blueprint", {"blueprint_id": gate.id, "sections": ["moon"]})
