"""What is said of a run: which way is better, what is level, what is missing."""

from collections.abc import Sequence
from math import inf
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given, strategies as st

from tests.tracker.peers.made import FAST, GONE, LITERAL, OURS, SLOW, WITHOUT, row, run
from tracker.evaluation.page import replaced
from tracker.peers import page, picture, samples
from tracker.peers.errors import NothingMeasured
from tracker.peers.figures import (
    FIGURES,
    Figure,
    Pairing,
    Standing,
    Times,
    advantage,
    beside,
    judged,
    missing,
    p95,
    pairings,
)

ROOT = Path(__file__).parents[3]

TIME = Figure("store, median", "store_s", "s")
RATE = Figure("stores a second", "rate", "a second", less_is_better=False)
SHARE = Figure("recall@5", "share", "share", less_is_better=False)

POSITIVE = st.floats(min_value=1e-6, max_value=1e6)


@given(ours=POSITIVE, theirs=POSITIVE)
def test_who_is_ahead_is_ahead_from_either_side(ours: float, theirs: float) -> None:
    for figure in (TIME, RATE, SHARE):
        times, back = advantage(figure, ours, theirs), advantage(figure, theirs, ours)
        assert times is not None
        assert back is not None
        assert times * back == pytest.approx(1)
        assert (times > 1) == (ours < theirs if figure.less_is_better else ours > theirs)


@pytest.mark.parametrize(
    ("figure", "ours", "theirs", "times"),
    [
        (TIME, 0.001, 0.01, 10),
        (RATE, 100, 50, 2),
        (RATE, 100, 0, inf),
        (RATE, 0, 100, 0),
        (SHARE, 0, 0, 1),
        (TIME, None, 0.01, None),
        (TIME, 0.01, None, None),
    ],
)
def test_how_many_times_as_good(
    figure: Figure, ours: float | None, theirs: float | None, times: float | None
) -> None:
    assert advantage(figure, ours, theirs) == pytest.approx(times)


@pytest.mark.parametrize(
    ("times", "standing"),
    [
        (Times(1.2, (1.1, 1.3)), Standing.AHEAD),
        (Times(1.2, (0.9, 1.3)), Standing.LEVEL),
        (Times(0.98, (0.97, 0.99)), Standing.BEHIND),
        (Times(1.0, (1.0, 1.0)), Standing.LEVEL),
        # Of one turn: what noise could be is level.
        (Times(1.04), Standing.LEVEL),
        (Times(0.96), Standing.LEVEL),
        (Times(0.94), Standing.BEHIND),
        (Times(1.06), Standing.AHEAD),
        (Times(inf), Standing.AHEAD),
        (Times(0), Standing.BEHIND),
    ],
)
def test_an_interval_that_holds_1_is_no_difference(times: Times, standing: Standing) -> None:
    assert times.standing is standing


@given(st.lists(POSITIVE, min_size=1, max_size=50))
def test_the_95th_percentile_lies_above_the_median(values: Sequence[float]) -> None:
    assert median(values) <= p95(values) * (1 + 1e-9)
    assert p95(values) <= max(values) * (1 + 1e-9)


def test_the_interval_is_that_of_the_figure_over_the_turns_of_both() -> None:
    ours = row("ours", {"store_s": ((0.001,), (0.002,)), "memory": (1.0,)}, is_ours=True)
    theirs = row("fast", {"store_s": ((0.002,), (0.004,)), "memory": (1.0,)})

    assert Pairing(ours, theirs).times(TIME) == Times(2, (2, 2))
    assert Pairing(ours, theirs).times(RATE) is None
    assert Pairing(ours, theirs).times(Figure("memory", "memory", "bytes")) == Times(1, None)


def test_who_finds_by_words_is_compared_with_ours_set_alike_too() -> None:
    samples = run(OURS, WITHOUT, FAST, SLOW)

    assert [pairing.ours.name for pairing in pairings(samples, FAST)] == ["ours", "ours, set alike"]
    assert [pairing.ours.name for pairing in pairings(samples, SLOW)] == ["ours"]


def test_who_looks_for_a_piece_of_text_is_compared_with_ours_asked_for_that_too() -> None:
    plain = row("plain", {"store_s": (0.0004,)}, finds_by="text")
    samples = run(OURS, WITHOUT, LITERAL, FAST, plain)

    names = [pairing.ours.name for pairing in pairings(samples, plain)]
    assert names == ["ours", "ours, set alike", "ours, literally"]
    assert [peer.name for peer in beside(samples, "words")] == ["fast", "plain"]
    assert [peer.name for peer in beside(samples, "text")] == ["plain"]
    told = page.section(samples)
    words, text = (told.index(f"### {heading}") for heading, _ in page.LESS.values())
    assert told.index("| plain |", words) < text < told.index("| plain |", text)


def test_where_ours_is_behind_is_said() -> None:
    assert list(page.behind(run(OURS, WITHOUT, FAST, SLOW))) == [
        "- **store, median**, ours 1 ms: fast 500 µs (0.5×)",
        "- **store, 95 %**, ours 1 ms: fast 500 µs (0.5×)",
    ]
    assert list(page.behind(run(OURS, SLOW))) == ["Nowhere in this run."]


def test_who_waits_for_the_disk_is_said_beside_the_times() -> None:
    waits = row("ours", {"disk.fsyncs": (1.0,)}, is_ours=True)
    does_not = row("fast", {"disk.fsyncs": (0.0,)})

    told = list(page.disk(run(waits, does_not, row("uncounted"))))

    assert told[1:] == [
        "For the disk wait, with so many fsyncs a store: ours (1.0).",
        "Nobody else waits for it: fast.",
    ]
    assert list(page.disk(run(does_not))) == []


def test_who_did_not_store_all_notes_or_hear_all_questions_is_not_judged() -> None:
    stored = {"store_s": (0.001,) * 500, "quality.recall@5": (0.9,) * 208}
    cut = {"store_s": (0.001,) * 499, "quality.recall@5": (0.9,) * 208}
    unheard = {"store_s": (0.001,) * 500, "quality.recall@5": (0.9,) * 207}

    found = judged(run(row("whole", stored), row("short", cut), row("deaf", unheard)))

    assert [set(each.samples) for each in found.rows] == [
        {"store_s", "quality.recall@5"},
        {"store_s"},
        {"store_s"},
    ]


def test_a_loss_of_ours_is_said() -> None:
    losses = {"killed": {"wanted": 40, "acknowledged": 40, "looked_for": 40, "lost": 3}}
    lossy = row("ours", is_ours=True, losses=losses)

    assert list(page.behind(run(lossy))) == [
        "- **lost, `kill -9` with ten stores under way**: ours lost 3 acknowledged notes"
    ]


def test_what_is_missing_is_named() -> None:
    everything: dict[str, tuple[float, ...]] = {each.samples: (1.0,) for each in FIGURES}
    everything |= {"disk.fsyncs": (0.0,), "store_s": (1.0,) * 500, "retrieve_s": (1.0,) * 228}
    everything |= {each: (1.0,) * 208 for each in everything if each.startswith("quality.")}
    losses = {
        name: {"wanted": 1, "acknowledged": 1, "looked_for": 1, "lost": 0}
        for name in ("at once", "together", "killed")
    }
    whole = row("whole", everything, losses=losses)
    cut = row("cut", everything | {"store_s": (1.0,) * 471}, losses=losses)
    without = {name: turns for name, turns in everything.items() if not name.startswith("sdk")}

    found = missing(
        run(whole, cut, row("short", without, losses={"killed": losses["killed"]}), GONE)
    )

    assert {each.name: labels for each, labels in found} == {
        "cut": ["29 of 500 notes", "nDCG@10", "hit@10", "recall@5"],
        "short": [
            "store through `mcp.Client`, median", "retrieve through `mcp.Client`, median",
            "ten at once in one process", "four processes on one folder",
        ],
        "gone": ["everything"],
    }  # fmt: skip


def test_the_section_has_every_server_and_every_figure() -> None:
    said = page.section(run(OURS, WITHOUT, FAST, SLOW, GONE))

    lines = said.splitlines()
    assert "| **ours** | somehow | – | 1 ms | 4 ms | – | – | – | – | – | 0 of 200 |" in lines
    assert "| gone | not measured, see below | – | – | – | – | – | – | – | – | – |" in lines
    assert "| store, median | **0.5×** | 200× |" in lines
    assert "| retrieve, median | 1× | – |" in lines
    assert "| store, median | 1× |" in lines
    assert "| store, median | 1 ms (2) | 500 µs | 500 µs | 200 ms (3) |" in lines
    assert "| fast | – | **57** of 150 of 200 | 0 of 40 (12 looked for) of 40 | 0 of 0 |" in lines
    assert "  - Not measured: `it 'ended': no module`" in lines
    assert "  - `ask: | it hung`" in lines
    assert all(sum(line.startswith(f"| {each.label} |") for line in lines) == 3 for each in FIGURES)


def test_a_run_is_kept_and_read_again(tmp_path: Path) -> None:
    kept = run(OURS, FAST, GONE, row("turns", {"store_s": ((0.001, 0.002), (0.003,))}))

    samples.write(kept, tmp_path / "peers.json")

    assert samples.read(tmp_path / "peers.json") == kept
    lines = (tmp_path / "peers.json").read_text("utf-8").splitlines()
    assert any(line.endswith("[0.001, 0.002],") for line in lines)


def test_without_a_run_the_way_out_is_said(tmp_path: Path) -> None:
    with pytest.raises(NothingMeasured, match=r"\./just peers"):
        page.write(tmp_path)


def test_the_picture_is_drawn_also_of_what_is_missing(tmp_path: Path) -> None:
    with_turns = row("turns", {"store_s": ((0.1, 0.2), (0.3,))}, finds_by="meaning")
    ours = row("ours", {"store_s": ((0.1, 0.1), (0.2,))}, finds_by="meaning", is_ours=True)

    picture.draw(run(ours, WITHOUT, FAST, SLOW, GONE, with_turns), tmp_path / "peers.png")

    assert (tmp_path / "peers.png").read_bytes().startswith(b"\x89PNG")


def test_the_committed_page_is_what_the_samples_give() -> None:
    kept = samples.read(ROOT / page.FILE)
    text = (ROOT / page.PAGE).read_text("utf-8")

    assert replaced(text, page.SECTION, page.section(kept)) == text, "./just peers --report"
    assert (ROOT / page.PICTURE).is_file()
