"""The pages say what the code does: every tool, error, setting and link."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from ltmc_server.errors import LtmcError
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import FROM_WORKSPACE_FILE, Settings
from tracker.letta.standin import Standin

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LETTA_ID = r"(?:agent|block|message|passage|tool)-[0-9a-f-]{36}"
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def sections(page: Path) -> dict[str, str]:
    """Return the text below each heading of the second level."""
    _, *parts = re.split(r"^## ", page.read_text("utf-8"), flags=re.MULTILINE)
    return {heading: text for heading, _, text in (part.partition("\n") for part in parts)}


def leaves(error: type[LtmcError] = LtmcError) -> Iterator[type[LtmcError]]:
    """Yield the errors that are raised: those that no other is a kind of."""
    for kind in error.__subclasses__():
        yield from leaves(kind) if kind.__subclasses__() else [kind]


def tool_page(tool: str) -> Path:
    return ROOT / "docs/tools" / f"{tool.removesuffix('_action')}.md"


async def test_every_tool_has_a_page_with_every_action_and_parameter(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, letta_base_url="http://127.0.0.1:9")
    async with open_dispatcher(settings) as dispatcher:
        for tool in dispatcher.tools.values():
            said = sections(tool_page(tool.name))
            headings = tool.names() if tool.is_flat else tool.actions
            assert set(said) == set(headings), tool.name
            # What every action takes may be said once, at the top of the page.
            top = tool_page(tool.name).read_text("utf-8").partition("\n## ")[0]
            for heading, action in zip(headings, tool.actions.values(), strict=True):
                text = top + said[heading]
                missing = [name for name in action.names if f"`{name}`" not in text]
                assert not missing, f"{tool.name}.{action.name}"


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder to where its parents may not be yet."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def ids_of(shown: object, said: object) -> dict[str, str]:
    """Return Letta's ids that a page shows, each with the one that the server said in its place."""
    found = (re.findall(LETTA_ID, json.dumps(each)) for each in (shown, said))
    return dict(zip(*found, strict=True))


def with_ids(request: dict[str, object], ids: Mapping[str, str]) -> dict[str, object]:
    """Return a request of a page with the ids that the server said in place of those shown."""
    sent = re.sub(LETTA_ID, lambda shown: ids[shown[0]], json.dumps(request))
    return dict(json.loads(sent))


async def test_the_exchanges_on_the_pages_are_what_the_server_says(
    tmp_path: Path, letta_standin: Standin
) -> None:
    """Send each request that a page shows; the answer below it must have the same fields."""
    for shown in ("ltmc_server/planning", "ltmc_server/jobs.py", "docs/tools"):
        copy(ROOT / shown, tmp_path / "workspace" / shown)
    settings = Settings(
        data_dir=tmp_path / "data",
        workspace_roots=(tmp_path / "workspace",),
        letta_base_url=letta_standin.base_url,
        letta_model="openai-proxy/gpt-4o-mini",
        letta_embedding="openai/text-embedding-3-small",
    )
    ids: dict[str, str] = {}
    async with open_dispatcher(settings) as dispatcher:
        for tool in dispatcher.tools:
            blocks = re.findall(r"```json\n(.*?)```", tool_page(tool).read_text("utf-8"), re.DOTALL)
            messages = [json.loads(block) for block in blocks]
            assert messages, f"{tool}: show an exchange"
            for request, shown in pairwise(messages):
                if not {"action", "tool"} & request.keys():
                    continue
                sent = with_ids(request, ids)
                reply = await dispatcher.call(str(sent.pop("tool", tool)), sent)
                assert not reply.is_error, reply.payload
                assert list(reply.payload) == list(shown)
                ids |= ids_of(shown, reply.payload)
                for hit, shown_hit in zip(
                    reply.payload.get("documents", ()), shown.get("documents", ()), strict=True
                ):
                    assert list(hit) == list(shown_hit)


def test_every_error_code_has_its_paragraph() -> None:
    assert set(sections(ROOT / "docs/errors.md")) == {error.code for error in leaves()}


def test_every_setting_has_its_paragraph_with_its_default() -> None:
    said = sections(ROOT / "docs/settings.md")

    assert set(said) == {f"LTMC_{name.upper()}" for name in Settings.model_fields}
    for name, setting in Settings.model_fields.items():
        shown = "empty" if str(setting.default) in ("", "()", "None") else f"`{setting.default}`"
        assert f"Default: {shown}" in said[f"LTMC_{name.upper()}"], name
        for_all = "May be set by the workspace's file." in said[f"LTMC_{name.upper()}"]
        assert for_all == (FROM_WORKSPACE_FILE in setting.metadata), name


def test_the_words_of_the_glossary_are_in_order_and_said_once() -> None:
    rows = re.findall(
        r"^\| (\w[\w ]*) \|", (ROOT / "docs/glossary.md").read_text("utf-8"), re.MULTILINE
    )

    assert len(rows) > 10
    assert rows[1:] == sorted(set(rows[1:]))


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target or target.startswith("mailto:"):
            continue
        file, _, anchor = target.partition("#")
        aim = (page.parent / file).resolve() if file else page
        assert aim.exists(), target
        if anchor and aim.suffix == ".md":
            assert anchor in anchors(aim), target


def anchors(page: Path) -> set[str]:
    """Return the names under which headings can be linked to."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


@each_page
def test_examples_in_python_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What an example stores is not to go into the memory of whoever runs the tests.
    monkeypatch.setenv("HOME", str(tmp_path))
    for example in Sybil(parsers=[PythonCodeBlockParser()]).parse(page).examples():
        example.evaluate()
