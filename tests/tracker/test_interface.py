"""asv-tachyon's page, and our links in it."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from tests.tracker.toy import Toy
from tracker.errors import TemplateChanged
from tracker.pages.interface import link_pages

SHIPPED = files("asv_tachyon").joinpath("static", "index.html").read_text("utf-8")


def test_our_pages_are_linked() -> None:
    page = link_pages(SHIPPED, "ltmc-server")

    assert '<a href="targets.html">Targets</a>' in page
    assert page.index("targets.html") < page.index('<div id="root"')
    assert "<title>Speed of ltmc-server</title>" in page


def test_a_changed_template_is_reported() -> None:
    with pytest.raises(TemplateChanged, match="asv-tachyon has no"):
        link_pages(SHIPPED.replace('id="root"', 'id="app"'), "ltmc-server")


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_benchmark_that_nobody_has_measured_is_not_listed(tracked: Toy, tmp_path: Path) -> None:
    toy = tracked.copy(tmp_path)
    known = json.loads((toy.root / "results/benchmarks.json").read_text("utf-8"))
    new = {**known["speed.Work.track_steps"], "name": "speed.Work.track_new"}
    toy.write("results/benchmarks.json", json.dumps({**known, "speed.Work.track_new": new}))

    toy.asv("publish", "--no-pull")

    listed = toy.published("index.json")["benchmarks"]
    assert isinstance(listed, dict)
    assert "speed.Work.track_steps" in listed
    assert "speed.Work.track_new" not in listed
