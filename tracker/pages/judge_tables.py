"""Tables of judge.html."""

from html import escape
from typing import Final

from tracker.pages.bars import bar
from tracker.pages.evaluation import Creep, Directions, LabelledSeries, Live, Score, Share
from tracker.pages.tables import Column, table

OURS: Final = "ours"
TOTAL: Final = "total"

ONLY_UP: Final = frozenset({"asv, regressions"})
"""They never say that something became faster: judged on changes for the worse alone."""

SHARE_COLUMN: Final = "number share-column"
WIDE: Final = "number wide-column"


def history(found: LabelledSeries) -> str:
    """Return how the detectors did on labelled series: in total, by make, by size, and how soon."""
    parts = list(dict.fromkeys(part for each in found.detectors.values() for part in each))
    groups = [TOTAL, *(part for part in parts if part != TOTAL and ":" not in part)]
    tables = [_scores(found, part, is_open=part == TOTAL) for part in groups]
    return f"{tables[0]}{_sizes(found)}{_delays(found)}{''.join(tables[1:])}"


def _scores(found: LabelledSeries, part: str, *, is_open: bool) -> str:
    rows, count = [], 0
    for name, every in found.detectors.items():
        if part not in every:
            continue
        score = _direction(name, every[part])
        count = max(count, score.series)
        rows.append(
            (
                _detector(name),
                _bar(score.f1, name),
                _bar(score.precision, name),
                _bar(score.recall, name),
                f"{_percent(score.nulls_flagged)}<small>of {score.nulls}</small>",
                f"{score.false_per_100_commits:.2g}",
            )
        )
    columns = (
        Column("Detector", "detector-column"),
        Column("F1", SHARE_COLUMN),
        Column("Precision", SHARE_COLUMN),
        Column("Recall", SHARE_COLUMN),
        Column("Quiet series flagged", "number"),
        Column("False in 100 commits", "number"),
    )
    title = "All labelled series" if part == TOTAL else part[:1].upper() + part[1:]
    made = table(f"{escape(title)} <small>· {count:,} series</small>", columns, rows)
    return made if is_open else f"<details><summary>{escape(title)}</summary>\n{made}</details>\n"


def _sizes(found: LabelledSeries) -> str:
    """Return the recall of changes of each size."""
    every = {
        name: _direction(name, parts[TOTAL]).recall_by_size
        for name, parts in found.detectors.items()
        if TOTAL in parts
    }
    sizes = sorted({size for recall in every.values() for size in recall}, key=_leading)
    rows = [
        (_detector(name), *(_bar(recall[size], name) if size in recall else "–" for size in sizes))
        for name, recall in every.items()
    ]
    columns = (Column("Detector", "detector-column"),
               *(Column(f"{size} %", SHARE_COLUMN) for size in sizes))  # fmt: skip
    caption = (
        "Found, by the size of the change <small>· of the slower level over the faster</small>"
    )
    return table(caption, columns, rows) if sizes else ""


def _delays(found: LabelledSeries) -> str:
    if not found.delays:
        return ""
    rows = [
        (
            _detector(name),
            "–" if delay.median_commits is None else f"{delay.median_commits:g}",
            f"{delay.found} of {delay.series}",
        )
        for name, delay in found.delays.items()
    ]
    columns = (Column("Detector"), Column("Commits, median", "number"), Column("Found", "number"))
    caption = "How soon <small>· commits of the new level it had to see</small>"
    return table(caption, columns, rows)


def creep(found: Creep) -> str:
    """Return how much creep is found, and how often a step is taken for it."""
    rows = [
        (f"+{escape(rate)} a commit", _bar(share, OURS))
        for rate, share in found.recall_by_rate.items()
    ]
    rows.append((f"no creep: called so <small>of {found.others:,} other series</small>",
                 _bar(found.others_called_creep, "")))  # fmt: skip
    columns = (Column("Series"), Column("Called creep", WIDE))
    caption = f"Creep <small>· {found.series:,} series that grow worse a little at a time</small>"
    return table(caption, columns, rows)


def live(found: Live) -> str:
    """Return what the judge of pull requests said of commits that were made for it."""
    parts = [_silence(found), _power(found), _named(found), _searches(found)]
    if found.failed:
        listed = "".join(f"<li>{escape(each)}</li>" for each in found.failed)
        parts.append(f"<details><summary>Came to nothing: {len(found.failed)}</summary>\n"
                     f'<ul class="why">{listed}</ul></details>\n')  # fmt: skip
    return "".join(parts)


def _silence(found: Live) -> str:
    silence = found.silence
    rows = [
        ("called slower: red", _share(silence.red, OURS)),
        ("worth a look: yellow", _share(silence.yellow, OURS)),
        ("asv compare: slower or faster", _share(silence.asv, "")),
    ]
    columns = (Column("Said"), Column("False alarms", WIDE))
    compared = f"{silence.comparisons} comparisons of commits between which nothing changed"
    return table(f"Is it silent? <small>· {compared}</small>", columns, rows)


def _power(found: Live) -> str:
    rows = [
        (f"<code>{escape(each.benchmark)}</code>", f"+{_percent(each.size)}",
         _share(each.found, OURS),
         _share(each.asv, ""), f"{each.pairs:.0f}")
        for each in found.power
    ]  # fmt: skip
    columns = (
        Column("Benchmark"),
        Column("Put in", "number pairs-column"),
        Column("Found", WIDE),
        Column("By asv compare", WIDE),
        Column("Pairs", "number pairs-column"),
    )
    caption = "Power <small>· from which size on is more work found?</small>"
    return table(caption, columns, rows) if rows else ""


def _named(found: Live) -> str:
    rows = [
        (
            escape(each.says),
            (
                f'<span class="state {"passing" if each.colour else "violated"}">'
                f"{escape(each.colour) or 'missed'}</span>"
            ),
            f"<code>{escape(each.counter)}</code>" if each.counter else "nothing",
            "yes" if each.is_first_right else "no",
            escape(each.asv) or "not asked",
        )
        for each in found.named
    ]
    columns = (Column("Mistake put into the server"), Column("Gate"), Column("Named by"),
               Column("First in the report"), Column("asv compare"))  # fmt: skip
    return table("Is a mistake found, and its cause named?", columns, rows) if rows else ""


def _searches(found: Live) -> str:
    rows = [
        (f"by {escape(each.by)}", _share(each.found, OURS), _share(each.asv_find, ""))
        for each in found.searches
    ]
    columns = (Column("Looked for"), Column("bisect", WIDE), Column("asv find", WIDE))
    return table("Is the commit to blame found?", columns, rows) if rows else ""


def _share(share: Share, name: str) -> str:
    """Return a share as a bar with its interval, and of how many."""
    if not share.of:
        return "not tried"
    found = share.hits / share.of
    said = f"{share.hits} of {share.of:,}, {100 * share.low:.3g} to {_percent(share.high)}"
    drawn = bar(found, _css(name), (share.low, share.high))
    return f"{_percent(found)}<small>{said}</small>{drawn}"


def _bar(share: float, name: str) -> str:
    return f"{_percent(share)}{bar(share, _css(name))}"


def _detector(name: str) -> str:
    kind, _, rest = name.partition(" (")
    aside = f"<small>{escape(rest.removesuffix(')'))}</small>" if rest else ""
    return f"{escape(kind)}{aside}"


def _direction(name: str, both: Directions) -> Score:
    return both.up if name in ONLY_UP else both.both


def _css(name: str) -> str:
    return "ours" if name.startswith(OURS) else "other"


def _percent(share: float) -> str:
    return f"{100 * share:.3g}&nbsp;%"


def _leading(size: str) -> float:
    try:
        return float(size)
    except ValueError:
        return float("inf")
