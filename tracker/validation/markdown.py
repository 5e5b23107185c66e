"""The report as text: pure, so that the tests are the picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.validation import figures
from tracker.validation.claims import Claim
from tracker.validation.comparing import Comparisons, median_s, server_share
from tracker.validation.explaining import naive, summary, why
from tracker.validation.judging import Finding, Ruling, judge
from tracker.validation.names import (
    ARMS,
    BASELINES,
    HEADLINE,
    OPERATIONS,
    SHARING,
    arm_label,
    in_order,
    operation_label,
)
from tracker.validation.samples import Samples
from tracker.validation.wording import (
    amount,
    duration,
    figure,
    interval,
    number,
    percent,
    size,
    times,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A file of samples, and all that follows from it."""

    samples: Samples
    comparisons: Comparisons
    rulings: tuple[Ruling, ...]

    @property
    def headline(self) -> list[Ruling]:
        """What became of the claims that everyone quotes."""
        return [ruling for ruling in self.rulings if ruling.claim.is_headline]

    @property
    def others(self) -> list[Ruling]:
        """What became of all that the guide says besides."""
        return [ruling for ruling in self.rulings if not ruling.claim.is_headline]


def judged(samples: Samples, claims: Sequence[Claim]) -> Judgement:
    """Judge every claim by one file of samples."""
    comparisons = Comparisons(samples)
    return Judgement(samples, comparisons, tuple(judge(claim, comparisons) for claim in claims))


def report(judgement: Judgement, pictures: Sequence[str] = ()) -> str:
    """Return the sections on one file of samples, from the second level of headings on."""
    parts = [
        _verdicts(judgement),
        _every_arm(judgement),
        _operations(judgement),
        _scaling(judgement.samples),
        _sustained(judgement.samples),
        _processes(judgement.samples),
        "\n\n".join(f"![{_caption(name)}]({name})" for name in pictures),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def command(samples: Samples) -> str:
    """Return what one types to measure the same again."""
    flag = {"comparative": "--comparative-only"}.get(samples.set, f"--{samples.set}")
    backend = f"--backend {samples.backend.kind}"
    profile = f" --profile {samples.backend.profile}" if samples.backend.profile else ""
    return f"./just validate {flag} {backend}{profile}"


def origin(samples: Samples) -> str:
    """Say where, when and of what the samples are, in one line."""
    backend = samples.backend
    told = [
        backend.title,
        f"{backend.agents} agents" if backend.agents is not None else "",
        "" if backend.pooling is None else f"pooling {'on' if backend.pooling else 'off'}",
        f"model answers in {backend.llm_ms:g} ms" if backend.llm_ms is not None else "",
        f"commit {samples.commit[:8] or 'unknown'}{'' if samples.is_clean else ', changed'}",
        samples.measured_at.strftime("%Y-%m-%d"),
    ]
    packages = (f"{name} {version}" for name, version in samples.packages.items())
    return " · ".join(part for part in (*told, *packages) if part)


def _verdicts(judgement: Judgement) -> str:
    lines = [f"**{summary(judgement.rulings)}**", ""]
    for rulings, title in (
        (judgement.headline, "claim"),
        (judgement.others, "also said"),
    ):
        if rulings:
            lines += _rulings(rulings, title)
    for ruling in judgement.headline:
        said = " ".join(part for part in (why(ruling), naive(ruling)) if part)
        lines.append(f"- **{ruling.claim.name}**, {ruling.verdict.value}. {said}")
    return "\n".join(lines)


def _rulings(rulings: Iterable[Ruling], title: str) -> list[str]:
    rows = [
        (
            ruling.claim.name,
            ruling.claim.text,
            figure(ruling.claim, ruling.finding.estimate),
            interval(ruling.claim, ruling.finding.estimate) or "–",
            arm_label(ruling.finding.arm),
            f"**{ruling.verdict.value}**",
        )
        for ruling in rulings
    ]
    head = (title, "claimed", "measured:", "95 % interval:", "arm", "verdict")
    return [_table(head, rows), ""]


def _every_arm(judgement: Judgement) -> str:
    rows = [
        (
            ruling.claim.name,
            arm_label(finding.arm),
            figure(ruling.claim, finding.estimate),
            interval(ruling.claim, finding.estimate) or "–",
            str(finding.estimate.n) if finding.estimate else "–",
            finding.verdict.value + (f": {finding.reason}" if finding.reason else ""),
        )
        for ruling in judgement.headline
        for finding in _all_findings(ruling)
    ]
    head = ("claim", "arm", "ratio:", "95 % interval:", "turns:", "by this arm it")
    return f"## Arm by arm\n\nAgainst {arm_label(HEADLINE)}.\n\n" + _table(head, rows)


def _all_findings(ruling: Ruling) -> tuple[Finding, ...]:
    return ruling.findings or (ruling.finding,)


def _operations(judgement: Judgement) -> str:
    samples, comparisons = judgement.samples, judgement.comparisons
    rows = []
    for operation in in_order((row.operation for row in samples.operations), OPERATIONS):
        arms = (row.arm for row in samples.operations if row.operation == operation)
        for arm in in_order(arms, ARMS):
            row = samples.timed(operation, arm)
            assert row is not None
            against = comparisons.of(operation, arm, HEADLINE).estimate
            is_ratio = against and arm not in BASELINES
            rows.append(
                (
                    operation_label(operation),
                    arm_label(arm) + (f": {row.unavailable}" if row.unavailable else ""),
                    duration(median_s(row)),
                    times(against.point) if against and is_ratio else "–",
                    percent(server_share(row)),
                    amount(row.requests),
                    amount(row.connections),
                    size(row.bytes),
                    str(len(row.failures)),
                )
            )
    head = ("operation", "arm", "median:", "ratio:", "in Letta:", "requests:", "connections:",
            "bytes:", "failed:")  # fmt: skip
    return "## Operation by operation\n\n" + _table(head, rows)


def _scaling(samples: Samples) -> str:
    rows = []
    for row in samples.scaling:
        load = figures.of_scaling(row)
        rows.append(
            (
                operation_label(row.operation),
                arm_label(row.arm),
                str(row.clients),
                duration(load.median_s),
                duration(load.p95_s),
                number(load.a_second),
                str(load.failures),
            )
        )
    head = ("operation", "arm", "clients:", "median:", "p95:", "a second:", "failed:")
    return f"## Clients at once\n\n{SHARING}\n\n" + _table(head, rows) if rows else ""


def _sustained(samples: Samples) -> str:
    rows = []
    for row in samples.sustained:
        load = figures.of_sustained(row)
        rows.append(
            (
                operation_label(row.operation),
                arm_label(row.arm),
                f"{row.duration_s:g} s, one each {row.interval_s:g} s",
                duration(load.median_s),
                duration(load.p95_s),
                str(load.failures),
            )
        )
    head = ("operation", "arm", "load", "median:", "p95:", "failed:")
    return "## Sustained load\n\n" + _table(head, rows) if rows else ""


def _processes(samples: Samples) -> str:
    rows = []
    for row in samples.processes:
        cpu = figures.cpu_percent(row)
        rows.append(
            (
                arm_label(row.arm),
                f"{number(figures.steady_mb(row))} MB" if row.rss_bytes else "–",
                f"{number(row.peak_bytes / figures.MEGABYTE)} MB",
                "–" if cpu is None else f"{number(cpu)} %",
                str(row.operations),
            )
        )
    head = ("server of", "memory, steady:", "peak:", "of one processor:", "calls:")
    return "## The server's process\n\n" + _table(head, rows) if rows else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a column whose name ends in a colon stands to the right."""
    rule = ("--:" if name.endswith(":") else "---" for name in head)
    lines = [[name.rstrip(":") for name in head], list(rule), *(map(_cell, row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _caption(picture: str) -> str:
    return picture.rpartition("/")[2].removesuffix(".png").replace("-", " ")
