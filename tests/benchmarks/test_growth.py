"""What is said of growth is measured on what it says: vectors, nearest ones, tables."""

from pathlib import Path

import numpy as np

from benchmarks.filling import BLOCK, exact, fill, make_ready, questions, vectors, view_of
from benchmarks.growth import recall_at_10
from benchmarks.growth_table import draw, table
from benchmarks.in_process import Server

FIGURES = {
    1_000: {"retrieve_s": 0.001234, "recall": 1.0, "load_s": 0.01, "ready_bytes": 9e7},
    100_000: {"retrieve_s": 0.004, "recall": 0.987, "load_s": 0.2, "made_s": 21.3},
}


def test_a_vector_is_the_same_whatever_the_count() -> None:
    [few] = vectors(20)
    first, second = vectors(BLOCK + 20)

    assert np.array_equal(few, first[:20])
    assert len(second) == 20
    assert not np.array_equal(second, few)
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=1e-5)


def test_the_nearest_are_the_nearest() -> None:
    asked = questions(5)

    found = exact(2 * BLOCK + 7, asked, 10)

    every = np.concatenate(list(vectors(2 * BLOCK + 7)))
    for question, places in zip(asked, found, strict=True):
        best = np.argsort(-(every @ question))[:10]
        assert len(set(best.tolist()) & set(places.tolist())) >= 9, "float16 may swap the last"


def test_a_filled_folder_is_searched_by_the_vectors_it_was_filled_with(tmp_path: Path) -> None:
    fill(tmp_path, 300)

    with Server(tmp_path) as server:
        make_ready(server)
        assert len(view_of(server)) == 300
        assert recall_at_10(server, 300, 10) == 1.0


def test_figures_are_shown_in_their_units_and_what_is_lacking_is_left_out() -> None:
    head, line, few, many = table(FIGURES).splitlines()

    assert head == (
        "| texts | hybrid retrieve, ms | recall@10 | memory ready, MB | first answer, kept, ms "
        "| index made in, s |"
    )
    assert line == "| --: | --: | --: | --: | --: | --: |"
    assert few == "| 1,000 | 1.23 | 1 | 90 | 10 | – |"
    assert many == "| 100,000 | 4 | 0.987 | – | 200 | 21.3 |"


def test_a_chart_is_drawn(tmp_path: Path) -> None:
    draw(FIGURES, tmp_path / "chart.png")

    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
