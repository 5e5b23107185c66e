"""A browser on the published site, which notes what goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


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


@contextmanager
def visit(browser: Browser, address: str, size: tuple[int, int], scheme: str) -> Iterator[Visit]:
    """Open a page; note each error and each request to another host."""
    page = browser.new_page(
        viewport=ViewportSize(width=size[0], height=size[1]),
        color_scheme=scheme,  # type: ignore[arg-type]  # Literals
        reduced_motion="reduce",
    )
    seen = Visit(page)
    page.on("console", seen.note_message)
    page.on("request", lambda request: seen.note_request(request, address))
    page.on("pageerror", lambda error: seen.troubles.append(str(error)))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    yield seen
    page.close()
