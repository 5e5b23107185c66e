"""asv-tachyon's page, and our links in it."""

from importlib.resources import files

import pytest

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
