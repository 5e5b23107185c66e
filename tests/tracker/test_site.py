"""The published site, in a browser: nothing from elsewhere, no errors, room on a phone."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.tracker.toy import Toy
from tests.tracker.validation.made import Maker
from tracker.validation.samples import Samples, write_rounded

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

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


class Silent(SimpleHTTPRequestHandler):
    """A static host, as dumb as they come."""

    def log_message(self, *_: object) -> None:
        """Write no log."""


@dataclass
class Visit:
    """A page, and what went wrong on it."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    def note_message(self, message: ConsoleMessage) -> None:
        """Keep what the browser calls an error."""
        if message.type == "error":
            self.troubles.append(message.text)

    def note_request(self, request: Request, address: str) -> None:
        """Keep what is asked of any other host than that of `address`."""
        if urlsplit(request.url).netloc != urlsplit(address).netloc:
            self.troubles.append(request.url)

    def overflow(self) -> int:
        """Return how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


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
    published = toy.asv("publish", "--no-pull")
    assert "Skipping results" not in published
    handler = partial(Silent, directory=str(toy.root / "html"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@contextmanager
def visit(browser: Browser, address: str, size: tuple[int, int], scheme: str) -> Iterator[Visit]:
    """Open a page; note each error and each request to another host."""
    window = {"width": size[0], "height": size[1]}
    page = browser.new_page(viewport=window, color_scheme=scheme)  # type: ignore[arg-type]  # Literals
    seen = Visit(page)
    page.on("console", seen.note_message)
    page.on("request", lambda request: seen.note_request(request, address))
    page.on("pageerror", lambda error: seen.troubles.append(str(error)))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    yield seen
    page.close()


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
