"""judge.html: how far the judge of changes can be trusted, measured."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import ClassVar, Final

from asv.publishing import OutputPublisher

from tracker.pages import judge_tables
from tracker.pages.evaluation import FILE, Evaluation, read
from tracker.pages.frame import frame
from tracker.pages.targets import Configuration
from tracker.result_files import JUDGING

TITLE: Final = "Judge"

LEAD: Final = (
    "How often the judge is right, and how often it cries wolf: the detector of the history on"
    " series of which it is known what changed, and the judge of pull requests on commits that were"
    " made for it. Other rules were given the same figures."
)

PARTS: Final = {
    "series": ("The history", "python -m tracker evaluate"),
    "live": ("Pull requests", "python -m tracker evaluate --live"),
}
"""What each is called, and the command that measures it."""


class JudgePage(OutputPublisher):
    """Writes `judge.html`."""

    name: ClassVar[str] = "judge"
    button_label: ClassVar[str] = TITLE
    description: ClassVar[str] = "How often the judge is right, and how often it cries wolf"
    order: ClassVar[float] = 15

    @classmethod
    def publish(
        cls,
        conf: Configuration,
        repo: object,
        benchmarks: object,
        graphs: object,
        revisions: Mapping[str, int],
    ) -> None:
        """Write the page. asv calls this, once a publish."""
        page = render(conf.project, read(Path(conf.results_dir)))
        Path(conf.html_dir, "judge.html").write_text(page, "utf-8")


def render(project: str, found: Evaluation) -> str:
    """Return the page as text: no files, no clock."""
    series = judge_tables.history(found.series) if found.series else ""
    creep = judge_tables.creep(found.creep) if found.creep else ""
    live = judge_tables.live(found.live) if found.live else ""
    sections = _section("live", live, found) + _section("series", series + creep, found)
    return frame(TITLE, project, f'<h1>{TITLE}</h1>\n<p class="lead">{LEAD}</p>\n{sections}')


def _section(part: str, tables: str, found: Evaluation) -> str:
    title, command = PARTS[part]
    if not tables:
        is_there = part in found.unreadable or FILE in found.unreadable
        why = (
            f"<code>{escape(f'results/{JUDGING}/{FILE}')}</code> has a form this page cannot read."
            if is_there
            else "Not measured yet."
        )
        tables = (
            f'<p class="empty">{why} <code>{escape(command)}</code> measures it, and'
            " <code>./just publish</code> shows it here.</p>\n"
        )
    return (
        f'<section class="machine" aria-labelledby="part-{part}">\n'
        f'<header><h2 id="part-{part}">{title}</h2></header>\n{tables}</section>\n'
    )
