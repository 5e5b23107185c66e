"""The live half of docs/evaluation.md. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tracker.evaluation.live_figures import Figures, Named, Power, Share

INTRODUCTION = """\
Known changes of this server, each a commit of its own, compared with the commit they were made of
through the whole gate of `./just compare`, one after the other. asv's answer is `asv compare`'s,
by asv's code, on the wall times of the very same processes.
"""


def section(parts: Mapping[str, Any], docs: Path) -> str:
    """Return Markdown: a heading, and a table a question; `parts` has ours under "live"."""
    given = parts["live"]
    live = Figures.model_validate(given["figures"])
    load = ", both cores kept busy" if given["loaded"] else ""
    about = (
        f"Commit {given['commit'][:8]}, machine `{given['machine']}`{load},"
        f" {given['measured_at'][:10]}, seed {given['seed']}: {given['trials']} trials."
    )
    made = [
        f"## Live\n\n{about}\n\n{INTRODUCTION}",
        _silence(live),
        "### Is a mistake named?\n\n" + _table(_NAMED, map(_named, live.named)),
        "### From which size on is more work found?\n\n" + _table(_POWER, map(_power, live.power)),
        "### Is the commit found?\n\n"
        + _table(
            ("looked for", "bisect", "asv find"),
            (
                (f"by {each.by}", _share(each.found), _share(each.asv_find))
                for each in live.searches
            ),
        ),
    ]
    if live.failed:
        listed = "\n".join(f"- {each}" for each in live.failed)
        made.append(f"### What came to nothing\n\n{listed}\n")
    return "\n".join(made)


_NAMED = ("mistake", "named by", "first in the report", "gate", "asv compare")
_POWER = ("benchmark", "put in", "found", "measured", "pairs", "asv compare")


def _silence(live: Figures) -> str:
    silence = live.silence
    said = (
        "### Is it silent where nothing has changed?\n\n"
        f"{silence.comparisons} comparisons of a commit with itself, or with one that renames"
        f" locals, adds functions nobody calls, comments, or moves imports: {silence.red.of}"
        " judgements.\n\n"
    )
    rows = [
        ("red", _share(silence.red)),
        ("yellow", _share(silence.yellow)),
        ("asv compare: slower or faster", _share(silence.asv)),
    ]
    return said + _table(("said", "of all judgements"), rows)


def _named(each: Named) -> Sequence[str]:
    first = f"`{each.first}`" + ("" if each.is_first_right else ", wrong") if each.first else "none"
    counter = f"`{each.counter}`" if each.counter else "nothing"
    return each.says, counter, first, each.colour or "green", each.asv or "not asked"


def _power(each: Power) -> Sequence[str]:
    measured = sorted(each.measured)
    middle = measured[len(measured) // 2] if measured else None
    spread = "" if middle is None else f"{middle:+.1%} ({measured[0]:+.1%} to {measured[-1]:+.1%})"
    return (
        f"`{each.benchmark}`",
        f"+{each.size:.0%}",
        _share(each.found),
        spread,
        f"{each.pairs:.0f}",
        _share(each.asv),
    )


def _share(share: Share) -> str:
    if not share.of:
        return "not tried"
    return f"{share.hits} of {share.of} ({share.low:.0%} to {share.high:.0%})"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
