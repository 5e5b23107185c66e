"""What all our pages share: the head, the style, the way to the other pages."""

from html import escape
from importlib.resources import files
from typing import Final

PAGES: Final = (
    ("index.html", "Benchmarks"),
    ("targets.html", "Targets"),
    ("letta.html", "SDK vs MCP"),
    ("events.html", "Events"),
    ("tails.html", "Tails"),
    ("run.html", "Run"),
    ("judge.html", "Judge"),
)
"""The navigation. asv-tachyon's own page is the first; `interface.py` links the rest from it."""

ICON: Final = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>"
"""Empty: without one a browser asks for /favicon.ico, and the answer is an error."""


def frame(title: str, project: str, body: str) -> str:
    """Return a whole page that loads nothing from anywhere."""
    style = files("tracker.pages").joinpath("style.css").read_text("utf-8")
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} · {escape(project)}</title>
<link rel="icon" href="{ICON}">
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<span class="project">{escape(project)}</span>
{navigation(title)}
</header>
<main id="content">
{body}</main>
</body>
</html>
"""


def navigation(current: str) -> str:
    """Return the links to all pages, the one at hand marked."""
    links = "".join(
        f'<li><a href="{file}"{_here(label, current)}>{escape(label)}</a></li>'
        for file, label in PAGES
    )
    return f'<nav aria-label="Pages"><ul>{links}</ul></nav>'


def _here(label: str, current: str) -> str:
    return ' aria-current="page"' if label == current else ""
