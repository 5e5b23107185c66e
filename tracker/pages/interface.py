"""The site's interface: asv-tachyon over asv's figures, linked with our own pages.

asv's own interface loads its scripts from four other hosts and is blank without them, so its
files are taken away. What it shows, asv-tachyon shows.
"""

import json
import shutil
from collections.abc import Iterable, Mapping, MutableMapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import ClassVar, Final

from asv.publishing import OutputPublisher

from tracker import results
from tracker.errors import TemplateChanged
from tracker.history import History
from tracker.pages.frame import PAGES
from tracker.pages.targets import Configuration

ANCHOR: Final = '<div id="root"></div>'
"""Where asv-tachyon draws itself; our links come before it."""

TITLE: Final = "<title>asv · tachyon</title>"

LINKS: Final = """\
<style>
  .pages { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; padding: .55rem 1.25rem;
    font-size: .85rem;
    border-bottom: 1px solid var(--line); background: var(--bg1); position: relative; z-index: 1 }
  .pages a { color: var(--text-dim); text-decoration: none }
  .pages a:hover, .pages a[aria-current] { color: var(--text) }
  .pages a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px }
  .pages a[aria-current] { font-weight: 600 }
  .skip { position: absolute; left: -99rem }
  .skip:focus { left: 1rem; top: .3rem; padding: .2rem .6rem; background: var(--bg1);
    color: var(--text); z-index: 2 }
  .without { margin: 2rem 1.25rem; font-family: system-ui, sans-serif }
</style>
"""

# The address is the interface's own: following a link to #root would lead its router astray.
SKIP: Final = """\
    <a class="skip" href="#root" onclick="root.focus(); return false">Skip to the content</a>
"""

WITHOUT: Final = """\
    <noscript><p class="without">Drawn with JavaScript; the other pages do without.</p></noscript>
"""


class Interface(OutputPublisher):
    """Replaces asv's interface by asv-tachyon's."""

    name: ClassVar[str] = "interface"
    button_label: ClassVar[str] = "Interface"
    description: ClassVar[str] = "asv-tachyon, with the links to our pages"
    order: ClassVar[float] = 20

    @classmethod
    def publish(
        cls,
        conf: Configuration,
        repo: object,
        benchmarks: MutableMapping[str, object],
        graphs: Iterable[tuple[str, object]],
        revisions: Mapping[str, int],
    ) -> None:
        """Install the interface. asv calls this, once a publish.

        asv-tachyon's own command wants asv's index, which is only written after all publishers.
        """
        site = Path(conf.html_dir)
        _remove_asv_interface(site)
        with as_file(files("asv_tachyon").joinpath("static")) as static:
            shutil.copytree(static, site, dirs_exist_ok=True)
        index = site / "index.html"
        index.write_text(link_pages(index.read_text("utf-8"), conf.project), "utf-8")
        results.forget_points()  # this is the last page
        leave_out_unmeasured(benchmarks, (path for path, _ in graphs))
        _write_what_it_asks_for(site, sorted(revisions, key=revisions.__getitem__))


def leave_out_unmeasured(benchmarks: MutableMapping[str, object], paths: Iterable[str]) -> None:
    """Take benchmarks without a graph off the list, which asv writes after all publishers.

    The interface asks for the graph of each that is listed, and a new one has none yet.
    """
    drawn = {Path(path).name for path in paths}
    for name in set(benchmarks) - drawn:
        del benchmarks[name]


def link_pages(page: str, project: str) -> str:
    """Return asv-tachyon's page with our pages in reach, named for the project."""
    for part in (ANCHOR, TITLE):
        if page.count(part) != 1:
            raise TemplateChanged("index.html", part)
    (here, label), *others = PAGES
    links = f'<a href="{here}" aria-current="page">{label}</a>' + "".join(
        f'<a href="{file}">{name}</a>' for file, name in others
    )
    navigation = f'    <nav class="pages" aria-label="Pages">{links}</nav>\n'
    root = ANCHOR.replace("></div>", ' tabindex="-1" style="outline: 0"></div>')
    begin = f"{LINKS}{SKIP}{navigation}{WITHOUT}    {root}"
    return page.replace(ANCHOR, begin).replace(TITLE, f"<title>Speed of {project}</title>")


def _remove_asv_interface(site: Path) -> None:
    with as_file(files("asv").joinpath("www")) as www:
        for part in www.iterdir():
            ours = site / part.name
            if ours.is_dir():
                shutil.rmtree(ours)
            else:
                ours.unlink(missing_ok=True)


def _write_what_it_asks_for(site: Path, commits: list[str]) -> None:
    """Answer its optional questions: a 404 works, but is an error in the browser's console."""
    optional = {
        "commits.json": {"by_hash": History(Path.cwd()).subjects(commits)},
        "profiles.json": {},
        "regressions-ignore.json": [],
    }
    for name, content in optional.items():
        (site / name).write_text(json.dumps(content), "utf-8")
