"""letta.html: what was claimed of MCP against Letta's SDK, and what was measured."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import quote

from asv.publishing import OutputPublisher

from tracker.pages import letta_loads
from tracker.pages.forest import Strip, forest
from tracker.pages.frame import frame
from tracker.pages.tables import Column, table
from tracker.pages.targets import Configuration
from tracker.result_files import LETTA
from tracker.validation.bootstrap import Estimate
from tracker.validation.explaining import naive, summary, why
from tracker.validation.judging import FAILED, Ruling, Verdict
from tracker.validation.markdown import Judgement, command, origin
from tracker.validation.names import HEADLINE, OPERATIONS, arm_label, in_order, operation_label
from tracker.validation.publishing import judge_newest
from tracker.validation.wording import figure, interval

PAGE: Final = "letta.html"
TITLE: Final = "SDK vs MCP"

LEAD: Final = (
    "The performance guide of letta-mcp-server says how much faster an MCP server is than Letta’s"
    " own SDK. These are its claims, measured: every arm in turn, failures never counted as times,"
    " each ratio with its interval."
)

NOTHING: Final = (
    '<p class="empty">Nothing has been measured yet. <code>./just validate --full --publish</code>'
    " compares them, and <code>./just publish</code> shows it here.</p>\n"
)

STATES: Final[Mapping[Verdict, str]] = {
    Verdict.HOLDS: "passing",
    **dict.fromkeys(FAILED, "violated"),
}

CLAIMS: Final = (
    Column("Claim"),
    Column("Verdict", "verdict-column"),
    Column("Claimed", "number"),
    Column("Measured", "number"),
    Column("By", "arm-column"),
)


class LettaPage(OutputPublisher):
    """Writes `letta.html`."""

    name: ClassVar[str] = "letta"
    button_label: ClassVar[str] = TITLE
    description: ClassVar[str] = "Claims of MCP against Letta's SDK, and whether they hold"
    order: ClassVar[float] = 11

    @classmethod
    def publish(
        cls,
        conf: Configuration,
        repo: object,
        benchmarks: Iterable[str],
        graphs: Iterable[tuple[str, Any]],
        revisions: Mapping[str, int],
    ) -> None:
        """Write the page. asv calls this, once a publish."""
        judgements = judge_newest(Path(conf.results_dir))
        measured = {graph.benchmark_name for _, graph in graphs if graph.get_data()}
        page = render(conf.project, judgements, histories(measured))
        Path(conf.html_dir, PAGE).write_text(page, "utf-8")


def histories(benchmarks: Iterable[str]) -> list[str]:
    """Return the benchmarks that follow the comparison from commit to commit."""
    parts = ((name, name.split(".")) for name in benchmarks)
    return sorted(
        name for name, (top, *_, last) in parts if top == "letta" and last.startswith("track_")
    )


def render(project: str, judgements: Sequence[Judgement], followed: Sequence[str] = ()) -> str:
    """Return the page as text: no files, no clock."""
    sections = "".join(
        _section(judgement, is_first=judgement is judgements[0]) for judgement in judgements
    )
    body = f'<h1>{TITLE}</h1>\n<p class="lead">{LEAD}</p>\n{sections or NOTHING}'
    return frame(TITLE, project, body + _followed(followed))


def _section(judgement: Judgement, *, is_first: bool) -> str:
    samples = judgement.samples
    label, title = samples.backend.label, samples.backend.title
    parts = [
        _claims("Claims <small>· of the guide’s first table</small>", judgement.headline),
        forest(strips(judgement)),
        _why(judgement.headline),
        _claims("Also said <small>· typical times and resources</small>", judgement.others),
        _loads(judgement, is_open=is_first),
    ]
    return (
        f'<section class="machine" aria-labelledby="backend-{label}">\n'
        f'<header><h2 id="backend-{label}">{escape(title[:1].upper() + title[1:])}</h2>'
        f'<p class="counts">{escape(summary(judgement.rulings))}</p></header>\n'
        f'<p class="origin">{escape(origin(samples))}.'
        f" Samples: <code>results/{LETTA}/{escape(samples.file_name)}</code>."
        f" Again: <code>{escape(command(samples))}</code></p>\n{''.join(parts)}</section>\n"
    )


def _loads(judgement: Judgement, *, is_open: bool) -> str:
    """Return the tables of what is more than one call; folded away where they are not the news."""
    samples = judgement.samples
    tables = [
        letta_loads.workflow(judgement),
        letta_loads.scaling(samples),
        letta_loads.sustained(samples),
        letta_loads.processes(samples),
    ]
    if not any(tables):
        return ""
    opened = ' open=""' if is_open else ""
    return (
        f"<details{opened}><summary>Workflow, load and processes</summary>\n"
        f"{''.join(tables)}</details>\n"
    )


def _claims(caption: str, rulings: Sequence[Ruling]) -> str:
    rows = [
        (
            f"{escape(ruling.claim.name)}<small>“{escape(ruling.claim.said)}”</small>",
            _state(ruling.verdict),
            escape(ruling.claim.text),
            _measured(ruling),
            escape(arm_label(ruling.finding.arm)),
        )
        for ruling in rulings
    ]
    return table(caption, CLAIMS, rows) if rows else ""


def _state(verdict: Verdict) -> str:
    return f'<span class="state {STATES.get(verdict, "no-data")}">{verdict.value}</span>'


def _measured(ruling: Ruling) -> str:
    claim, estimate = ruling.claim, ruling.finding.estimate
    ends = interval(claim, estimate)
    return escape(figure(claim, estimate)) + (f"<small>{escape(ends)}</small>" if ends else "")


def _why(rulings: Sequence[Ruling]) -> str:
    items = "".join(
        f"<li><b>{escape(ruling.claim.name)}.</b>"
        f" {escape(' '.join(part for part in (why(ruling), naive(ruling)) if part))}</li>\n"
        for ruling in rulings
    )
    return f'<h3>Why</h3>\n<ul class="why">\n{items}</ul>\n' if items else ""


def strips(judgement: Judgement) -> list[Strip]:
    """Return the strips of the picture: each operation with a ratio to one SDK client."""
    claimed = {
        ruling.claim.operation: ruling.claim.value
        for ruling in judgement.rulings
        if ruling.claim.kind == "ratio"
    }
    found: dict[str, dict[str, Estimate]] = {}
    for comparison, estimate in judgement.comparisons.against(HEADLINE):
        found.setdefault(comparison.operation, {})[comparison.arm] = estimate
    return [
        Strip(operation_label(operation), found[operation], claimed.get(operation))
        for operation in in_order(found, OPERATIONS)
    ]


def _followed(names: Sequence[str]) -> str:
    if not names:
        return ""
    items = "".join(
        f'<li><a href="index.html#view=explore&amp;bench={quote(name)}">'
        f"<code>{escape(name)}</code></a></li>\n"
        for name in names
    )
    return (
        '<section class="machine"><header><h2>From commit to commit</h2>'
        '<p class="counts">on the stand-in</p></header>\n'
        f'<ul class="why">\n{items}</ul></section>\n'
    )
