"""Which boxes lead to each other, directly or not?"""

from collections.abc import Iterable, Mapping, Sequence

Edges = Iterable[tuple[str, str]]


def knots(edges: Edges) -> list[list[str]]:
    """Return the sets of two and more that all lead to each other, each in order, largest first.

    Source:  Tarjan's strongly connected components, without recursion.
    Cost:    linear.
    """
    leads: dict[str, list[str]] = {}
    for source, target in edges:
        leads.setdefault(source, []).append(target)
        leads.setdefault(target, [])
    search = _Search(leads)
    for name in leads:
        search.enter(name)
    return sorted((sorted(one) for one in search.found if len(one) > 1), key=lambda k: (-len(k), k))


class _Search:
    """One walk over the graph."""

    def __init__(self, leads: Mapping[str, Sequence[str]]) -> None:
        self.leads = leads
        self.found: list[list[str]] = []
        self.number: dict[str, int] = {}
        self.lowest: dict[str, int] = {}
        self.open: dict[str, None] = {}

    def enter(self, first: str) -> None:
        """Find all that can be reached from `first` and was not seen yet."""
        if first in self.number:
            return
        self._number(first)
        pending = [(first, iter(self.leads[first]))]
        while pending:
            here, there = pending[-1]
            for next_one in there:
                if next_one not in self.number:
                    self._number(next_one)
                    pending.append((next_one, iter(self.leads[next_one])))
                    break
                if next_one in self.open:
                    self.lowest[here] = min(self.lowest[here], self.number[next_one])
            else:
                pending.pop()
                self._leave(here, pending[-1][0] if pending else None)

    def _number(self, name: str) -> None:
        self.number[name] = self.lowest[name] = len(self.number)
        self.open[name] = None

    def _leave(self, here: str, came_from: str | None) -> None:
        if came_from is not None:
            self.lowest[came_from] = min(self.lowest[came_from], self.lowest[here])
        if self.lowest[here] != self.number[here]:
            return
        knot: list[str] = []
        while not knot or knot[-1] != here:
            knot.append(self.open.popitem()[0])
        self.found.append(knot)
