"""How well code and what is said of it agree: a score with its parts, and each thing amiss."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import Final, Literal, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.documentation.docstrings import Told, names_word, told
from ltmc_server.documentation.names import Module, PublicName
from ltmc_server.documentation.references import Dead, references
from ltmc_server.documentation.sections import names_in, sections
from ltmc_server.syntax.remarks import COMMENT_CHARS_MAX
from ltmc_server.threads import breathe

Part: TypeAlias = Literal["documented", "parameters", "returns", "errors", "covered", "references"]

Level: TypeAlias = Literal["excellent", "good", "fair", "poor", "nothing to judge"]
LEVELS: Final[tuple[tuple[float, Level], ...]] = (
    (0.9, "excellent"),
    (0.7, "good"),
    (0.5, "fair"),
    (0.0, "poor"),
)

_NOTHING: Final = frozenset({"None", "void", "()", "NoReturn", "Never", "never", "undefined"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that is not as it should be."""

    kind: str
    name: str
    file: str
    line: int
    why: str


@dataclass(slots=True)
class Consistency:
    """What was looked at, and what of it is right."""

    right: Counter[Part] = field(default_factory=Counter)
    judged: Counter[Part] = field(default_factory=Counter)
    issues: list[Issue] = field(default_factory=list)

    @property
    def parts(self) -> dict[Part, float]:
        """The share that is right of each part that there was something to judge of."""
        return {part: round(self.right[part] / n, 4) for part, n in self.judged.items() if n}

    @property
    def score(self) -> float | None:
        """The mean of the parts; None where there is nothing to judge."""
        parts = self.parts
        return round(sum(parts.values()) / len(parts), 4) if parts else None

    @property
    def level(self) -> Level:
        """The score in a word."""
        score = self.score
        if score is None:
            return "nothing to judge"
        return next(word for least, word in LEVELS if score >= least)

    def count(self, part: Part, right: int, judged: int) -> None:
        """Add to a part."""
        self.right[part] += right
        self.judged[part] += judged


def consistency(modules: Iterable[Module]) -> Consistency:
    """Return how the docstrings of some sources fit what they are about."""
    result = Consistency()
    for module in modules:
        breathe()
        described = {one.qualified_name for one in module.names if one.docs}
        for name in module.names:
            is_told = bool(name.docs) or (name.kind == "constructor" and name.owner in described)
            result.count("documented", is_told, 1)
            if not is_told:
                result.issues.append(
                    _issue(module, name, "undocumented", "it has no docstring or comment before it")
                )
            if name.docs and not name.is_class:
                _judge(result, module, name, name.docs)
    return result


def add_document(result: Consistency, text: str, modules: Sequence[Module], file: str) -> None:
    """Judge whether a document tells of every public name: in its section, or by hand."""
    by_hand = {re.split(r"[.#:]", one.text)[-1] for one in references(text)}
    by_path: dict[str, set[str]] = {}
    for section in sections(text):
        by_path.setdefault(section.path, set()).update(names_in(section))
    for module in modules:
        written = by_path.get(module.path, set())
        for name in module.names:
            simple = name.qualified_name.rpartition(".")[2]
            # What is written by hand may leave out the owners.
            has = name.qualified_name in written or (not written and simple in by_hand)
            result.count("covered", has, 1)
            if not has:
                why = f"{file} does not tell of it"
                result.issues.append(_issue(module, name, "not_in_document", why))


def add_references(result: Consistency, dead: Sequence[Dead], judged: int, file: str) -> None:
    """Judge what a document refers to."""
    result.count("references", judged - len(dead), judged)
    result.issues += [
        Issue(kind="dead_reference", name=one.name, file=file, line=one.line, why=one.why)
        for one in dead
    ]


def _judge(result: Consistency, module: Module, name: PublicName, docs: str) -> None:
    """Judge one docstring against the signature below it."""
    # The end of a long docstring is not kept, and may tell the rest.
    if len(docs) >= COMMENT_CHARS_MAX:
        return
    said = told(docs)
    checks: tuple[tuple[Part, Iterator[tuple[bool, str, str]]], ...] = (
        ("parameters", _of_parameters(said, name)),
        ("returns", _of_returns(said, name)),
        ("errors", _of_errors(name, docs)),
    )
    for part, found in checks:
        for is_right, kind, why in found:
            result.count(part, is_right, 1)
            if not is_right:
                result.issues.append(_issue(module, name, kind, why))


def _of_parameters(said: Told, name: PublicName) -> Iterator[tuple[bool, str, str]]:
    """Yield whether each parameter that is there or described is both; if any is described."""
    if not said.parameters:
        return
    there = set(name.parameters)
    for one in dict.fromkeys((*said.parameters, *name.parameters)):
        if not one.isidentifier():
            continue
        if one in there:
            yield one in said.parameters, "missing_parameter", f"{one!r} is not described"
        # A pattern such as `{a, b}` may be described under any name.
        elif all(each.isidentifier() for each in there):
            yield False, "unknown_parameter", f"{one!r} is described and is no parameter"


def _of_returns(said: Told, name: PublicName) -> Iterator[tuple[bool, str, str]]:
    """Yield whether the result is described where parameters are, and where there is one."""
    returns = (name.returns or "").strip("\"'")
    if said.describes_returns and returns in _NOTHING:
        yield False, "unknown_return", f"a result is described, and it returns {returns}"
    elif (
        returns
        and returns not in _NOTHING
        and name.kind != "constructor"
        and (said.parameters or said.returns)
    ):
        yield said.returns, "missing_return", f"the result, {returns}, is not described"


def _of_errors(name: PublicName, docs: str) -> Iterator[tuple[bool, str, str]]:
    """Yield whether each error that it raises by name is named."""
    for error in name.raises:
        yield names_word(docs, error), "missing_error", f"{error} is raised and not named"


def _issue(module: Module, name: PublicName, kind: str, why: str) -> Issue:
    return Issue(kind=kind, name=name.qualified_name, file=module.path, line=name.line, why=why)
