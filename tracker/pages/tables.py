"""Tables that are a table on a desk and cards on a phone; the style does the turning."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and how its cells look."""

    label: str
    css: str = ""


def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells are HTML, the first of each row is its heading."""
    head = "".join(
        f'<th scope="col" role="columnheader" class="{column.css}">{escape(column.label)}</th>\n'
        for column in columns
    )
    body = "".join(_row(columns, row) for row in rows)
    return (
        f'<table role="table">\n<caption>{caption}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">\n{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{body}</tbody>\n</table>\n'
    )


def _row(columns: Sequence[Column], row: Sequence[str]) -> str:
    first, *others = row
    cells = "".join(
        f'<td role="cell" class="{column.css}" data-label="{escape(column.label)}">{cell}</td>\n'
        for column, cell in zip(columns[1:], others, strict=True)
    )
    return f'<tr role="row">\n<th scope="row" role="rowheader">{first}</th>\n{cells}</tr>\n'
