"""results/judging/peers.json → the section of docs/peers.md that is made, and its picture."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tracker.evaluation.page import replaced
from tracker.peers import picture, samples as kept, tables
from tracker.peers.catalogue import FindsBy
from tracker.peers.figures import (
    FSYNCS,
    LOSSES,
    Standing,
    beside,
    judged,
    missing,
    ours_by,
    peers,
    standings,
)
from tracker.peers.samples import Row, Samples
from tracker.peers.tables import plain, times_worded
from tracker.result_files import JUDGING

FILE: Final = Path("results") / JUDGING / "peers.json"
PAGE: Final = Path("docs/peers.md")
PICTURE: Final = Path("docs/peers.png")

SECTION: Final = "peers"
"""Its name in the markers of the page."""

READING: Final = (
    "Above 1 ours is ahead, below 1 it is behind, whichever way the figure is better;"
    " in brackets the 95 % interval that the turns leave.\n"
    "**Bold**: behind, all of the interval. Where it holds 1, no difference was seen."
)

LESS: Final[Mapping[FindsBy, tuple[str, str]]] = {
    "words": (
        "Set as those are that find by words",
        (
            "Those that find by words have no model and do not wait for the disk."
            " Set so, ours stands beside them like this; it is not how it comes."
        ),
    ),
    "text": (
        "Asked as those are that look for a piece of text",
        (
            "They find notes that hold the whole question, letter for letter, and rank nothing."
            " Set as before, and asked for that with the question in quotes, ours does no more:"
        ),
    ),
}
"""Where ours does less than it comes with: a heading, and what to know of it."""

LOST: Final = (
    "Notes that were acknowledged and are not found afterwards, of those acknowledged,"
    " of those that were to be stored. Calls that failed were refused, or had no answer in time."
)


def write(folder: Path) -> Path:
    """Write the section and the picture of a repository anew from its samples; return the page.

    Raises:
        NothingMeasured: there are no samples.
    """
    samples = kept.read(folder / FILE)
    page = folder / PAGE
    page.write_text(replaced(page.read_text("utf-8"), SECTION, section(samples)), "utf-8")
    picture.draw(samples, folder / PICTURE)
    return page


def section(samples: Samples) -> str:
    """Return what the page says of one run."""
    samples = judged(samples)
    ours = ours_by(samples, "meaning")
    parts = [
        origin(samples),
        tables.short(samples),
        "\n".join(disk(samples)),
        f"![How many times as good ours is, figure by figure]({PICTURE.name})",
        "## Where ours is behind\n\n" + "\n".join(behind(samples)),
    ]
    if ours:
        parts.append("## How many times as good is ours?\n\n" + READING)
        parts.append(tables.ratios(ours, peers(samples)))
    parts += _less(samples)
    parts += [
        "## All figures\n\n" + tables.figures(samples),
        "## Lost, and failed\n\n" + LOST + "\n\n" + tables.losses(samples),
        "## Not measured\n\n" + "\n".join(_missing(samples)),
        "## The servers, and how each is set\n\n" + "\n".join(_servers(samples)),
    ]
    return "\n\n".join(part for part in parts if part)


def _less(samples: Samples) -> Iterator[str]:
    """Yield the tables of ours doing less, each beside those that do no more."""
    for way, (heading, told) in LESS.items():
        ours, others = ours_by(samples, way), beside(samples, way)
        if ours and others:
            yield f"### {heading}\n\n{told}"
            yield tables.ratios(ours, others)


def origin(samples: Samples) -> str:
    """Say where, when and of what the samples are."""
    machine = samples.machine
    client = ", ".join(f"{name} {version}" for name, version in samples.client.items())
    return (
        f"Measured {samples.measured_at:%Y-%m-%d} at commit"
        f" {samples.commit[:8] or 'unknown'}{'' if samples.is_clean else ', changed'},"
        f" in {samples.took_s / 60:.0f} minutes, on {machine.processors} processors"
        f" ({machine.processor}) with {machine.memory_bytes / 2**30:.0f} GB, {machine.system};"
        f" load before the run {machine.load_before:.1f}.\n"
        f"{samples.notes} notes, {samples.questions} questions. Asked by {client}."
    )


def disk(samples: Samples) -> Iterator[str]:
    """Say beside the times who waits for the disk, and who does not."""
    counted = [(row, FSYNCS.of(row)) for row in samples.rows]
    waits = [f"{row.title} ({count:.1f})" for row, count in counted if count]
    does_not = [row.title for row, count in counted if count == 0]
    if waits:
        yield (
            "Of the times of a store mind this: with an fsync a note outlasts a power cut, without"
            " one it outlasts the end of the process only."
        )
        yield f"For the disk wait, with so many fsyncs a store: {', '.join(waits)}."
        yield f"Nobody else waits for it{': ' if does_not else ''}{', '.join(does_not)}."


def behind(samples: Samples) -> Iterator[str]:
    """Yield a line for each figure in which others are better than one of ours: all of them."""
    better: dict[tuple[str, str], list[str]] = {}
    for figure, pairing, times in standings(samples):
        if times.standing is Standing.BEHIND:
            ours, theirs = (figure.worded(figure.of(row)) for row in (pairing.ours, pairing.theirs))
            key = figure.label, f"{pairing.ours.title} {ours}"
            said = f"{pairing.theirs.title} {theirs} ({times_worded(times)})"
            better.setdefault(key, []).append(said)
    yield from (f"- **{label}**, {ours}: {', '.join(who)}" for (label, ours), who in better.items())
    some = bool(better)
    for name, label in LOSSES.items():
        for row in samples.rows:
            loss = row.losses.get(name)
            if row.is_ours and loss and loss.lost:
                some = True
                yield f"- **lost, {label}**: {row.title} lost {loss.lost} acknowledged notes"
    if not some:
        yield "Nowhere in this run."


def _missing(samples: Samples) -> Iterator[str]:
    found = [f"- **{row.title}**: {', '.join(labels)}" for row, labels in missing(samples)]
    yield from found or ["Nothing: each server has every row."]


def _servers(samples: Samples) -> Iterator[str]:
    for row in samples.rows:
        told = ", ".join(f"{name} {version}" for name, version in sorted(row.versions.items()))
        yield f"- **{row.title}**{f' ({told})' if told else ''}. {row.about}".rstrip()
        yield from (f"  - `{name}={each.value}`: {each.why}" for name, each in row.settings.items())
        yield from (f"  - {remark}" for remark in _remarks(row))


def _remarks(row: Row) -> Iterator[str]:
    if row.unavailable:
        yield f"Not measured: {plain(row.unavailable)}"
    yield from (plain(remark) for remark in row.remarks)
    yield from (
        f"{LOSSES[name]}: {plain(each.why)}" for name, each in row.losses.items() if each.why
    )
