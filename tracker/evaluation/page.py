"""results/judging/evaluation.json → the page docs/evaluation.md and its pictures."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from tracker.evaluation import live_page, series_page
from tracker.result_files import JUDGING

FILE: Final = "evaluation.json"
PAGE: Final = "evaluation.md"

SECTIONS: Final[Mapping[str, Callable[[Mapping[str, Any], Path], str]]] = {
    "series": series_page.section,
    "live": live_page.section,
}
"""Part of the file → what makes its section of the page: (all parts, docs/) → Markdown."""


def keep(parts: Mapping[str, Any], results_dir: Path) -> Path:
    """Put parts into the file of figures, beside those that are there; return the file."""
    file = results_dir / JUDGING / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(json.dumps({**known, **parts}, indent=1) + "\n", "utf-8")
    unfinished.replace(file)
    return file


def write_page(folder: Path) -> Path:
    """Write each section that has figures between its markers; return the page."""
    parts = json.loads((folder / "results" / JUDGING / FILE).read_text("utf-8"))
    page = folder / "docs" / PAGE
    text = page.read_text("utf-8")
    for name, section in SECTIONS.items():
        if name in parts:
            text = replaced(text, name, section(parts, folder / "docs"))
    page.write_text(text, "utf-8")
    return page


def replaced(text: str, name: str, section: str) -> str:
    """Put a section between the markers of its name; a page without them gets them at its end."""
    begin, end = f"<!-- made: {name} -->", f"<!-- end: {name} -->"
    if begin not in text or end not in text:
        return f"{text.rstrip()}\n\n{begin}\n{section.strip()}\n{end}\n"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{section.strip()}\n{end}{after}"
