"""From a source to its tree, within a bound of size and of time.

Trees are walked with cursors and queries, never by recursion: a source may be nested as deep
as it is long.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache, cached_property
from importlib.resources import files
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import UnreadableSource
from ltmc_server.syntax.grammars import language as grammar, parser
from ltmc_server.syntax.outline import Fault
from ltmc_server.threads import breathe

if TYPE_CHECKING:
    from tree_sitter import Node, Query, Tree

SOURCE_BYTES_MAX: Final = 1_000_000
PARSING_S_MAX: Final = 5.0
"""For one source: twice what a megabyte of dense code takes, so only what is made to be slow."""

FAULTS_MAX: Final = 20
"""Places that are told where a source breaks its grammar; one slip may make many."""

FAULT_WIDTH_MAX: Final = 5_000
"""Pieces that one unreadable stretch may be in: queries take their square, and can not be stopped.
"""

_READ_BYTES: Final = 64 * 1024

_INHERITS: Final = {
    "javascript": ("javascript", "javascript_only"),
    "typescript": ("javascript", "typescript"),
    "tsx": ("javascript", "typescript"),
    "cpp": ("c", "cpp"),
}
"""Languages that have the constructs of another: its queries are asked of them too."""


@dataclass(frozen=True, slots=True)
class Found:
    """One match of a query: nodes by the names of its captures."""

    nodes: "Mapping[str, list[Node]]"

    def first(self, capture: str) -> "Node | None":
        """Return the first node of a capture, if it matched."""
        return next(iter(self.nodes.get(capture, ())), None)

    def sort(self, capture: str) -> str | None:
        """Return `kind` of a capture `capture.kind`; empty without one, None if it is not there.

        Directives such as `#set!` would say it too, but tree-sitter 0.26 crashes on some of them.
        """
        for name in self.nodes:
            head, _, kind = name.partition(".")
            if head == capture:
                return kind
        return None

    def one(self, capture: str) -> "Node | None":
        """Return the first node of `capture`, or of `capture.kind`."""
        kind = self.sort(capture)
        return None if kind is None else self.first(f"{capture}.{kind}" if kind else capture)


@dataclass(frozen=True)
class Source:
    """A source and its tree."""

    text: str
    """With line feeds for line breaks, see `source`."""
    language: str
    deadline: float = field(default_factory=lambda: monotonic() + PARSING_S_MAX)
    answers: dict[str, Sequence[Found]] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    """What other readers have made of it."""

    @cached_property
    def encoded(self) -> bytes:
        """The text as the tree's offsets count it; a lone surrogate is a `?`, as long as nothing.

        Raises:
            UnreadableSource: it is too long.
        """
        raw = self.text.encode("utf-8", "replace")
        if len(raw) > SOURCE_BYTES_MAX:
            raise UnreadableSource(
                f"it has {len(raw)} bytes; at most {SOURCE_BYTES_MAX} are read",
                "Send a part of it.",
            )
        return raw

    @cached_property
    def tree(self) -> "Tree":
        """The tree, with what is unreadable left aside.

        Raises:
            UnreadableSource: it takes too long, or nothing in it is of the language.
        """
        source = self.encoded
        try:
            # The callback also lets other threads run: the parser itself never does.
            tree = parser(self.language).parse(
                lambda at, _: source[at : at + _READ_BYTES],
                progress_callback=lambda *_: self._is_late(),
            )
        except ValueError as error:
            raise self._too_slow() from error
        for node in _broken(tree):
            if node.child_count > FAULT_WIDTH_MAX:
                raise UnreadableSource(
                    f"from line {line(node)} on it does not follow the grammar of {self.language}",
                    "Name its language, or send the part that is whole.",
                )
        return tree

    @cached_property
    def faults(self) -> list[Fault]:
        """Where it breaks its grammar; the first `FAULTS_MAX` lines."""
        found = {line(node) for node in _broken(self.tree) if node.is_error or node.is_missing}
        # What is missing at the end is missing after the last line.
        return [Fault(line=min(at, self.lines)) for at in sorted(found)[:FAULTS_MAX]]

    @cached_property
    def byte_lines(self) -> list[bytes]:
        """Its lines."""
        return self.encoded.split(b"\n")

    @property
    def lines(self) -> int:
        """How many lines it has; an empty source has one, as in an editor."""
        source = self.encoded
        return source.count(b"\n") + (not source.endswith(b"\n") or not source)

    def slice(self, node: "Node") -> str:
        """Return the text of a node."""
        return self.encoded[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def matches(self, question: str) -> Sequence[Found]:
        """Ask `queries/<language>-<question>.scm` of the tree, once.

        Raises:
            UnreadableSource: it takes too long.
        """
        if question not in self.answers:
            self.answers[question] = [
                found for query in _queries(self.language, question) for found in self._asked(query)
            ]
        return self.answers[question]

    def _asked(self, query: "Query") -> list[Found]:
        from tree_sitter import QueryCursor

        # Its own callback of progress crashes tree-sitter 0.26; `tree` keeps out what is slow.
        found = QueryCursor(query).matches(self.tree.root_node)
        self.check_time()
        return [Found(nodes) for _, nodes in found]

    def check_time(self) -> None:
        """Raise `UnreadableSource` when reading has taken too long; asked inside of long loops."""
        if self._is_late():
            raise self._too_slow()

    def _is_late(self) -> bool:
        return monotonic() > self.deadline

    def _too_slow(self) -> UnreadableSource:
        return UnreadableSource(
            f"reading it took more than {PARSING_S_MAX} s", "Send a part of it."
        )


def source(text: str, language: str) -> Source:
    """Return a source whose lines Python and tree-sitter count alike."""
    unmarked = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Source(unmarked, language)


def line(node: "Node") -> int:
    """Return the line that a node begins in."""
    return node.start_point[0] + 1


def last_line(node: "Node") -> int:
    """Return the line of a node's last character; some end with the line break itself."""
    row, column = node.end_point
    return row + 1 if column or row == node.start_point[0] else row


def walk(node: "Node", enters: "Callable[[Node], bool]") -> "Iterator[Node]":
    """Yield a node and all below it, in the order of the source; below those that it `enters`."""
    cursor = node.walk()
    while True:
        here = cursor.node
        assert here, "a cursor is at a node"
        yield here
        if enters(here) and cursor.goto_first_child():
            breathe()
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _broken(tree: "Tree") -> "Iterator[Node]":
    return (node for node in walk(tree.root_node, lambda node: node.has_error) if node.has_error)


@cache
def _queries(language: str, question: str) -> "list[Query]":
    from tree_sitter import Query

    folder = files("ltmc_server.syntax").joinpath("queries")
    scripts = [
        folder.joinpath(f"{name}-{question}.scm") for name in _INHERITS.get(language, (language,))
    ]
    return [
        Query(grammar(language), script.read_text("utf-8"))
        for script in scripts
        if script.is_file()
    ]
