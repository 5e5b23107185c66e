"""The section "On labelled histories" of docs/evaluation.md."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracker.evaluation import series_pictures
from tracker.evaluation.series import GROUPS
from tracker.evaluation.series_terminal import creep_line


def section(parts: Mapping[str, Any], docs: Path) -> str:
    """Draw the pictures into `docs`; return the section."""
    figures = parts["series"]
    series_pictures.save(figures, docs)
    lines = ["## On labelled histories", ""]
    lines += [
        (
            f"{figures['counted']:,} series. Rows named *simulated* measure each suspect again by"
            " drawing from the noise of a lockstep pair; no program ran for them."
        ),
        "",
    ]
    for part in (*GROUPS, "total"):
        lines += [f"### {part[0].upper()}{part[1:]}", "", *_table(figures["detectors"], part), ""]
    lines += ["### Halves", "", *_halves(figures["detectors"]), ""]
    lines += ["### Delay", "", *_delays(figures["delays"]), ""]
    lines += ["### Creep", "", f"Creep: {creep_line(parts['creep'])}.", ""]
    lines += [f"![{words}]({name})\n" for name, words in series_pictures.WORDS.items()]
    return "\n".join(lines)


def _table(detectors: Mapping[str, Any], part: str) -> list[str]:
    lines = [
        "| detector | precision | recall | F1 | F1 up | unchanged flagged | false / 100 series |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, by_part in detectors.items():
        both, up = by_part[part]["both"], by_part[part]["up"]
        lines.append(
            f"| {name} | {both['precision']:.3f} | {both['recall']:.3f} | {both['f1']:.3f}"
            f" | {up['f1']:.3f} | {100 * both['nulls_flagged']:.1f} %"
            f" | {both['false_per_100_series']:.1f} |"
        )
    return lines


def _halves(detectors: Mapping[str, Any]) -> list[str]:
    lines = [
        "| detector | group | F1, even series | F1, odd series |",
        "|---|---|--:|--:|",
    ]
    for name, by_part in detectors.items():
        for group in GROUPS[:2]:
            even = by_part[f"{group}, even"]["both"]["f1"]
            odd = by_part[f"{group}, odd"]["both"]["f1"]
            lines.append(f"| {name} | {group} | {even:.3f} | {odd:.3f} |")
    return lines


def _delays(delays: Mapping[str, Any]) -> list[str]:
    lines = ["| detector | median of all, commits | found within 15 | tried |", "|---|--:|--:|--:|"]
    for name, wait in delays.items():
        middle = "over 15" if wait["median_commits"] is None else wait["median_commits"]
        lines.append(f"| {name} | {middle} | {wait['found']} | {wait['series']} |")
    return lines
