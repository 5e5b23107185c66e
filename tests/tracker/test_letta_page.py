"""letta.html and its forest plot, as text."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from asv.config import Config
from asv.graph import GraphSet

from tests.tracker.validation.made import Maker, row, samples
from tests.tracker.validation.test_judging import arms
from tracker.pages.forest import Strip, forest
from tracker.pages.letta import LettaPage, histories, render
from tracker.validation import claims
from tracker.validation.bootstrap import Estimate
from tracker.validation.markdown import judged
from tracker.validation.samples import Samples

WANTED = claims.read()


def test_without_samples_it_says_so() -> None:
    page = render("ltmc-server", [])

    assert "Nothing has been measured yet" in page
    assert '<a href="letta.html" aria-current="page">SDK vs MCP</a>' in page


def test_a_whole_run_is_shown() -> None:
    judgement = judged(Samples.model_validate(Maker(turns=30).whole()), WANTED)

    page = render("ltmc-server", [judgement])

    assert page.count('<span class="state violated">does not hold</span>') == 4
    assert "“Agent List: 4x faster”" in page
    assert "Again: <code>./just validate --full --backend real</code>" in page
    for caption in ("Claims", "Also said", "Dealer workflow", "Clients at once", "Sustained load"):
        assert f"<caption>{caption}" in page
    assert page.count('<div class="strip"><span>') == 16
    body = page[page.index("<body>") : page.index("</html>")]
    assert ET.fromstring(body).tag == "body"  # noqa: S314  we wrote it


def test_what_an_arm_says_is_escaped() -> None:
    bad = row("dealer_workflow", "mcp_http", [], unavailable="<script>alert(1)</script>")
    judgement = judged(samples(*arms(sdk=1.0, mcp_stdio=1.0), bad), WANTED)

    page = render("ltmc-server", [judgement])

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_what_follows_the_commits_is_linked() -> None:
    names = ["letta.Ratio.track_list", "letta.Ratio.time_list", "work.Letta.track_x"]

    page = render("ltmc-server", [], histories(names))

    assert page.count("index.html#view=explore&amp;bench=") == 1
    assert "bench=letta.Ratio.track_list" in page


def test_what_was_never_measured_is_not_linked(tmp_path: Path) -> None:
    conf, graphs = Config(), GraphSet()
    conf.results_dir = conf.html_dir = str(tmp_path)
    graphs.get_graph("letta.Ratio.track_list", {}).add_data_point(1, 2.0)
    graphs.get_graph("letta.Ratio.track_tools", {})

    LettaPage.publish(conf, None, [], graphs, {})

    page = (tmp_path / "letta.html").read_text("utf-8")
    assert "bench=letta.Ratio.track_list" in page
    assert "track_tools" not in page


@pytest.mark.parametrize("ratios", [{}, {"mcp_stdio": Estimate(0.001, 0.0005, 2000.0, 9)}])
def test_every_mark_is_in_the_picture(ratios: dict[str, Estimate]) -> None:
    picture = forest([Strip("List", ratios, 4.0)])

    places = [float(each) for each in re.findall(r'(?:x1|x2|cx|x)="([-\d.]+)%"', picture)]
    assert places
    assert min(places) >= 0
    assert max(places) <= 100


def test_no_strips_no_picture() -> None:
    assert forest([]) == ""
