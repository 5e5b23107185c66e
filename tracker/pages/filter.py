"""A bar that hides what does not match. Without a script there is no bar, and all is shown."""

from collections.abc import Iterable
from html import escape
from importlib.resources import files


def filter_bar(label: str, groups: Iterable[str]) -> str:
    """Return the bar: words to look for, and one group of `data-group` to stay with."""
    script = files("tracker.pages").joinpath("filter.js").read_text("utf-8")
    options = "".join(f"<option>{escape(group)}</option>" for group in sorted(groups))
    return (
        '<form class="filter" role="search" hidden>\n'
        '<label>Filter <input type="search" name="words" placeholder="memory store"></label>\n'
        f'<label>{escape(label)} <select name="group"><option value="">all</option>{options}'
        '</select></label>\n<output aria-live="polite"></output>\n</form>\n'
        f"<script>\n{script}</script>\n"
    )
