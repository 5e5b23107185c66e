"""targets.html, as text."""

import re

import pytest
from inline_snapshot import snapshot

from tests.tracker.rows import point
from tracker.pages.frame import PAGES
from tracker.pages.targets import Machine, render
from tracker.targets import Floor, Target, judge
from tracker.units import readable

ORDER = {"a" * 40: 0, "b" * 40: 1}

SEARCH = Target(
    name="A search takes <5 ms",
    benchmark="recall.ByVector.time_search",
    params=(1000, "sqlite"),
    bound=5,
    unit="ms",
    kind="promise",
    note="The ten nearest of a thousand.",
)


def body(page: str) -> str:
    """Return what is between the page's frame and its end."""
    match = re.search(r'<main id="content">\n(.*)</main>', page, re.DOTALL)
    assert match
    return match[1]


def test_a_machine_has_a_table_of_its_targets() -> None:
    points = [
        point("a" * 40, 0.004, parameters=("1000", "'sqlite'")),
        point("b" * 40, 0.006, parameters=("1000", "'sqlite'")),
    ]
    machine = Machine("reference", (judge(SEARCH, points, ORDER),))

    page = render("ltmc-server", [machine], "https://example.org/commit/")

    assert body(page) == snapshot("""\
<h1>Targets</h1>
<p class="lead">The figures this project answers for. Each is the latest measured commit’s; the line shows its history, the dashes its bound.</p>
<section class="machine" aria-labelledby="machine-reference">
<header><h2 id="machine-reference">Machine <code>reference</code></h2><p class="counts">1 violated</p></header>
<table role="table">
<caption>Promises <small>· what users may rely on</small></caption>
<thead role="rowgroup"><tr role="row">
<th scope="col" role="columnheader" class="state-column">State</th>
<th scope="col" role="columnheader" class="">Target</th>
<th scope="col" role="columnheader" class="number number-column">Bound</th>
<th scope="col" role="columnheader" class="number number-column">Measured</th>
<th scope="col" role="columnheader" class="history-column">History</th>
<th scope="col" role="columnheader" class="since-column">Since</th>
</tr></thead>
<tbody role="rowgroup">
<tr role="row">
<td role="cell"><span class="state violated">violated</span></td>
<th scope="row" role="rowheader">A search takes &lt;5 ms<small>The ten nearest of a thousand.</small><span class="aside"><code>recall.ByVector.time_search(1000, &#x27;sqlite&#x27;)</code></span></th>
<td role="cell" class="number" data-label="Bound">≤&nbsp;5&nbsp;ms</td>
<td role="cell" class="number" data-label="Measured">6&nbsp;ms<small>5.4 to 6.6</small></td>
<td role="cell" data-label="History"><svg role="img" aria-label="2 commits, from 4 to 6 ms, bound 5 ms" width="132" height="34" viewBox="0 0 132 34"><line class="bound" x1="0" x2="132" y1="17.0" y2="17.0"/><polyline class="track" points="3.0,31.0 129.0,3.0"/><circle class="dot violated" cx="129.0" cy="3.0" r="3"/></svg></td>
<td role="cell" data-label="Since"><a href="https://example.org/commit/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"><code>bbbbbbbb</code></a></td>
</tr>
</tbody>
</table>
</section>
""")


def test_a_target_without_data_says_why() -> None:
    machine = Machine("reference", (judge(SEARCH, [], ORDER),))

    page = render("ltmc-server", [machine], "#")

    assert '<span class="state no-data">no data</span>' in page
    assert "no result of this benchmark" in page


def test_a_missed_bound_has_its_reason_and_its_floor() -> None:
    target = SEARCH.model_copy(
        update={"missed": "Each vector is compared.", "floor": Floor(benchmark="floors.OfFinding")}
    )
    floor = point("a" * 40, 0.0021, benchmark="floors.OfFinding")
    slow, fast = (point("a" * 40, s, parameters=("1000", "'sqlite'")) for s in (0.006, 0.003))
    pages = [
        render("x", [Machine("reference", (judge(target, [each, floor], ORDER),))], "#")
        for each in (slow, fast)
    ]

    assert ["Each vector is compared." in page for page in pages] == [True, False]
    assert all('<small title="floors.OfFinding">floor 2.1&nbsp;ms</small>' in p for p in pages)


def test_without_an_address_of_commits_there_are_no_links() -> None:
    standing = judge(SEARCH, [point("a" * 40, 0.004, parameters=("1000", "'sqlite'"))], ORDER)

    page = render("ltmc-server", [Machine("reference", (standing,))], "#")

    assert '<td role="cell" data-label="Since"><code>aaaaaaaa</code></td>' in page


def test_violations_come_first() -> None:
    kept = SEARCH.model_copy(update={"name": "kept", "bound": 9})
    broken = SEARCH.model_copy(update={"name": "broken"})
    points = [point("a" * 40, 0.006, parameters=("1000", "'sqlite'"))]
    standings = tuple(judge(target, points, ORDER) for target in (kept, broken))

    page = render("ltmc-server", [Machine("reference", standings)], "#")

    assert page.index("broken") < page.index("kept")


def test_a_page_without_targets_says_how_to_write_them() -> None:
    assert "benchmarks/targets.toml" in render("ltmc-server", [], "#")


def test_the_page_loads_nothing() -> None:
    page = render("ltmc-server", [], "#")

    addresses = re.findall(r"""(?:src|href)=["']([^"']*)|url\(""", page)
    outside = [a for a in addresses if not a.startswith(("data:", "#"))]
    assert outside == [file for file, _ in PAGES]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.00121, "s", "1.21 ms"),
        (0.5, "s", "500 ms"),
        (2.0, "s", "2 s"),
        (137.0, "MB", "137 MB"),
        (1500.0, "MB", "1.5 GB"),
        (0.0, "s", "0 s"),
        (11.9, "× the floor", "11.9 × the floor"),
    ],
)
def test_a_figure_is_shown_in_a_unit_that_reads_well(value: float, unit: str, shown: str) -> None:
    best, scale = readable(value, unit)

    assert f"{value * scale:.3g} {best}" == shown
