"""A report, written by anyone → a comment that can be shown under the bot's name; pure.

What is taken out can do harm under somebody else's name: mentions, which send mail to people who
asked for none; pictures and links, which lead off the site; HTML; invisible characters; our own
marker, by which a second comment could pass for the first.
"""

import re
import unicodedata
from typing import Final

MARKER: Final = "<!-- ltmc benchmarks: this comment is updated by each run -->"
"""By which we find our comment again. GitHub shows nothing of it."""

LENGTH_MAX: Final = 60_000
"""Characters; GitHub takes 65,536, and the frame needs some."""

ZERO_WIDTH_SPACE: Final = "\u200b"

ALLOWED_TAG: Final = re.compile(r"</?(?:details|summary|sub|sup|b|code)>|<details open>|<br ?/?>")

FOLDS_MAX: Final = 50
FENCE_LENGTH_MAX: Final = 20
"""What is opened has to be closed, which takes as much again."""

CLIPPED: Final = "*The report is longer than a comment may be. The rest is in the run's artifact.*"

FENCE: Final = re.compile(r"^ {0,3}(```+|~~~+)", re.MULTILINE)


def comment_body(report: str, head: str, run_url: str | None = None) -> str:
    """Return the comment: our marker, the report, and what it is of."""
    run = f", by [this run]({run_url})" if run_url else ""
    written = (
        f"<sub>Of {head[:8]}{run}. The pull request's own code measured this and wrote it.</sub>"
    )
    return f"{MARKER}\n{clipped(harmless(report))}\n\n{written}\n"


def harmless(report: str) -> str:
    """Return the report without what could act under our name."""
    visible = "".join(
        letter
        for letter in report
        if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co"}
    )
    uncommented = re.sub(r"<!--.*?-->\n?", "", visible, flags=re.DOTALL)
    text = re.sub(r"<[^<>\n]*>|<(?=[A-Za-z/!?])", _escaped, uncommented)
    text = re.sub(r"([`~])\1{19,}", lambda run: run[0][:FENCE_LENGTH_MAX], text)
    text = text.replace("@", f"@{ZERO_WIDTH_SPACE}")
    text = text.replace("![", "!\\[")
    # GitHub makes links of bare addresses, too.
    text = re.sub(r"(?i)(https?|ftp|mailto):", rf"\1{ZERO_WIDTH_SPACE}:", text)
    return re.sub(r"(?i)\bwww\.", f"www{ZERO_WIDTH_SPACE}.", text)


def clipped(text: str, length_max: int = LENGTH_MAX) -> str:
    """Return the text, cut after a whole line where it is too long, and what it opened closed."""
    text = text.strip("\n")
    if len(text) <= length_max:
        return _closed(text)
    kept = text[:length_max].rpartition("\n")[0] or text[:length_max]
    return f"{_closed(kept)}\n\n{CLIPPED}"


def _escaped(tag: re.Match[str]) -> str:
    return tag[0] if ALLOWED_TAG.fullmatch(tag[0]) else tag[0].replace("<", "&lt;")


def _closed(text: str) -> str:
    """Close the fence and the folds that were left open: ours would disappear in them."""
    open_fence = ""
    for fence in FENCE.finditer(text):
        mark = fence[1]
        if not open_fence:
            open_fence = mark
        elif mark[0] == open_fence[0] and len(mark) >= len(open_fence):
            open_fence = ""
    if open_fence:
        text += f"\n{open_fence}"
    folds = len(re.findall(r"<details(?: open)?>", text)) - text.count("</details>")
    if folds > FOLDS_MAX:
        return re.sub(r"</?details(?: open)?>", "", text)
    return text + "\n</details>" * max(0, folds)
