"""The published site, in a browser: nothing from elsewhere, no errors, room on a phone."""

import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.tracker.browsing import QUIET, Silent, visit
from tests.tracker.pages.evaluated import evaluation
from tests.tracker.toy import HISTORY, Toy
from tests.tracker.validation.made import Maker
from tracker.failures import keep
from tracker.pages.frame import PAGES
from tracker.validation.samples import Samples, write_rounded

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

TARGETS = """
[[target]]
name = "Work takes less than a second, however long its name is in the table of targets"
benchmark = "speed.Work.time_work"
bound = 1
unit = "s"
kind = "promise"

[[target]]
name = "The loop stays short"
benchmark = "speed.Work.track_steps"
bound = 50000
unit = "steps"
kind = "goal"
note = "What the toy promises, and breaks."
"""

DESKTOP, PHONE = (1280, 900), (390, 844)

LOOKS = [
    pytest.param(size, scheme, id=f"{size[0]}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on the PATH; `./just browser` installs one")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield running
        running.close()


@pytest.fixture(scope="module")
def site(tracked: Toy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the toy's site, with targets; return its address."""
    toy = tracked.copy(tmp_path_factory.mktemp("site"))
    toy.write("benchmarks/targets.toml", TARGETS)
    for backend in ({"kind": "real"}, {"kind": "standin", "profile": "wan"}):
        made = Samples.model_validate(Maker(turns=30).whole(backend=backend))
        write_rounded(made, toy.root / "results/letta" / made.file_name)
    (toy.root / "results/judging").mkdir()
    judged = json.dumps(evaluation())
    (toy.root / "results/judging/evaluation.json").write_text(judged, "utf-8")
    keep(toy.root / "results", "local", toy.named("tidy up"), {"speed.Gone.time_it": ["Boom"]})
    published = toy.asv("publish", "--no-pull")
    assert "Skipping results" not in published
    handler = partial(Silent, directory=str(toy.root / "html"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_targets_are_shown(
    browser: Browser, site: str, size: tuple[int, int], scheme: str, tmp_path: Path
) -> None:
    with visit(browser, f"{site}targets.html", size, scheme) as seen:
        seen.page.screenshot(path=tmp_path / "targets.png", full_page=True)

        assert seen.page.get_by_role("table", name="Goals").get_by_text("violated").is_visible()
        assert seen.page.get_by_role("table", name="Promises").get_by_text("passing").is_visible()
        assert seen.overflow() <= 0
        assert seen.troubles == []


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_events_are_shown_and_filtered_by_keyboard(
    browser: Browser, site: str, size: tuple[int, int], scheme: str, tracked: Toy
) -> None:
    with visit(browser, f"{site}events.html", size, scheme) as seen:
        slow = seen.page.get_by_role("article").filter(has_text="make it slow")
        assert slow.get_by_text("suspect", exact=True).first.is_visible()
        assert tracked.named("make it slow")[:8] in slow.inner_text()
        slow.get_by_text("how to find it again").click()
        assert slow.get_by_role("button", name="Copy").is_visible()
        assert seen.overflow() <= 0

        seen.page.get_by_role("checkbox", name="suspects").focus()
        seen.page.keyboard.press("Space")

        assert not slow.is_visible()
        assert seen.page.get_by_role("status").inner_text().startswith("0 of ")
        assert seen.troubles == []


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_comparison_is_shown(
    browser: Browser, site: str, size: tuple[int, int], scheme: str, tmp_path: Path
) -> None:
    with visit(browser, f"{site}letta.html", size, scheme) as seen:
        seen.page.screenshot(path=tmp_path / "letta.png", full_page=True)

        claims = seen.page.get_by_role("table", name="Claims")
        assert claims.first.get_by_text("holds only with cache").is_visible()
        assert seen.page.get_by_role("img", name="Agent list: ").first.is_visible()
        assert seen.page.get_by_role("table", name="Clients at once").count() == 1
        assert seen.overflow() <= 0
        assert seen.troubles == []


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_interface_leads_to_the_targets(
    browser: Browser, site: str, size: tuple[int, int], scheme: str
) -> None:
    with visit(browser, site, size, scheme) as seen:
        assert seen.page.get_by_text("speed.Work.track_steps").first.is_visible()

        seen.page.get_by_role("link", name="Targets").click()
        seen.page.wait_for_url("**/targets.html")

        assert seen.page.get_by_role("heading", name="Targets").is_visible()
        assert seen.troubles == []


def test_the_slow_commit_is_under_regressions(browser: Browser, site: str, tracked: Toy) -> None:
    with visit(browser, site, DESKTOP, "light") as seen:
        seen.page.get_by_role("button", name="Regressions", exact=True).click()

        slow = tracked.named("make it slow")[:8]
        row = seen.page.get_by_role("row").filter(has_text="speed.Work.track_steps")
        assert slow in row.inner_text()
        assert seen.troubles == []


def test_a_benchmark_opens_with_its_samples(browser: Browser, site: str) -> None:
    with visit(browser, site, DESKTOP, "light") as seen:
        seen.page.get_by_text("speed.Work.time_work").first.click()
        seen.page.wait_for_load_state("networkidle")

        assert seen.page.get_by_text("Recent points").is_visible()
        assert seen.troubles == []


OURS = [pytest.param(file, title, id=file) for file, title in PAGES[1:]]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
@pytest.mark.parametrize(("file", "title"), [(file, title) for file, title in PAGES])
def test_every_page_is_whole(
    browser: Browser, site: str, file: str, title: str, size: tuple[int, int], scheme: str
) -> None:
    with visit(browser, f"{site}{file}", size, scheme) as seen:
        pages = seen.page.get_by_role("navigation", name="Pages").get_by_role("link")
        here = seen.page.locator("[aria-current=page]")

        assert pages.all_inner_texts() == [label for _, label in PAGES]
        assert here.all_inner_texts() == [title]
        assert seen.overflow() <= 0
        assert seen.troubles == []


@pytest.mark.parametrize(("file", "title"), [(file, title) for file, title in PAGES])
def test_the_keyboard_reaches_the_content_and_every_page(
    browser: Browser, site: str, file: str, title: str
) -> None:
    with visit(browser, f"{site}{file}", DESKTOP, "light") as seen:
        reached = []
        for _ in range(len(PAGES) + 1):
            seen.page.keyboard.press("Tab")
            focused = seen.page.locator(":focus")
            outline = focused.evaluate("place => getComputedStyle(place).outlineStyle")
            assert outline != "none", "whoever uses a keyboard must see where they are"
            reached.append(focused.inner_text())

        assert reached == ["Skip to the content", *(label for _, label in PAGES)]

        seen.page.locator("a.skip").focus()
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("document.activeElement.id || location.hash.slice(1)") in {
            "root",
            "content",
        }


@pytest.mark.parametrize(("file", "title"), OURS)
def test_everything_can_be_read_without_a_script(
    browser: Browser, site: str, file: str, title: str
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site}{file}")

    assert page.get_by_role("heading", name=title, exact=True).is_visible()
    assert page.locator("table, article, .empty").first.is_visible()
    assert page.locator("form:visible").count() == 0
    page.close()


def test_latencies_are_filtered_by_words_from_the_keyboard(browser: Browser, site: str) -> None:
    with visit(browser, f"{site}tails.html", DESKTOP, "light") as seen:
        row = seen.page.get_by_role("row", name="time_work")
        assert row.is_visible()

        seen.page.get_by_role("searchbox", name="Filter").focus()
        seen.page.keyboard.type("no such")
        assert not row.is_visible()
        assert seen.page.get_by_role("status").inner_text() == "nothing matches"

        # The address is of what is shown: whoever is sent it sees the same.
        seen.page.reload()
        assert not row.is_visible()
        seen.page.get_by_role("searchbox", name="Filter").fill("work speed")
        assert row.is_visible()
        assert seen.page.get_by_role("status").inner_text() == "1 shown"
        assert seen.troubles == []


def test_the_run_lists_its_commits_and_what_is_not_measured(
    browser: Browser, site: str, tracked: Toy
) -> None:
    with visit(browser, f"{site}run.html", DESKTOP, "light") as seen:
        newest = seen.page.get_by_role("table", name="Newest runs").get_by_role("row")

        assert newest.count() == 1 + len(HISTORY) - 1
        assert tracked.named("tidy up")[:8] in newest.nth(1).inner_text()
        assert seen.page.get_by_text("have not been measured yet").is_visible()


def test_detectors_are_compared(browser: Browser, site: str) -> None:
    with visit(browser, f"{site}judge.html", PHONE, "dark") as seen:
        table = seen.page.get_by_role("table", name="All labelled series")

        assert table.get_by_text("asv, regressions").is_visible()
