"""The score of code and what is said of it."""

import pytest

from ltmc_server.documentation.consistency import add_document, consistency
from ltmc_server.documentation.references import Known, dead_references, references
from ltmc_server.documentation.rendering import rendered
from tests.documentation.sources import SHOP, made


def kinds(code: str, path: str = "src/shop.py") -> list[tuple[str, str]]:
    return [(one.kind, one.name) for one in consistency([made(code, path)]).issues]


def test_what_is_right_scores_one() -> None:
    code = 'class A:\n    """An a."""\n\n    def b(self) -> int:\n        """Return b."""\n'

    result = consistency([made(code)])

    assert (result.score, result.level) == (1.0, "excellent")
    assert result.parts == {"documented": 1.0, "returns": 1.0}
    assert result.issues == []


def test_nothing_to_judge_is_no_score() -> None:
    result = consistency([made("x = 1\n")])

    assert (result.score, result.level, result.parts) == (None, "nothing to judge", {})


def test_the_score_is_the_mean_of_its_parts() -> None:
    result = consistency([made(SHOP)])

    assert kinds(SHOP) == [("undocumented", "close")]
    assert result.parts == {"documented": 0.8, "parameters": 1.0, "returns": 1.0, "errors": 1.0}
    assert result.score == 0.95


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("what: str", "thing: str", "unknown_parameter"),
        ("what: str, *,", "what: str, other: int, *,", "missing_parameter"),
        ("SoldOut(what)", "Closed(what)", "missing_error"),
        ("Returns:\n            The price.", "", "missing_return"),
        ("-> float", "-> None", "unknown_return"),
        ('"""Whether it is open."""', "pass", "undocumented"),
    ],
)
def test_each_thing_amiss_is_named_where_it_is(old: str, new: str, kind: str) -> None:
    assert old in SHOP
    result = consistency([made(SHOP.replace(old, new))])

    [issue] = [one for one in result.issues if one.kind == kind and one.name != "close"]
    assert issue.file == "src/shop.py"
    assert issue.line in (13, 20)


def test_a_constructor_is_told_by_its_class() -> None:
    assert kinds('class A:\n    """An a."""\n\n    def __init__(self, b): ...\n') == []


def test_a_pattern_may_have_any_name() -> None:
    code = "/** Draw.\n * @param options how\n */\nexport function draw({ a, b }) {}\n"

    assert kinds(code, "a.js") == []


def test_a_document_is_judged_by_what_it_tells() -> None:
    shop = made(SHOP)
    text = rendered(made(SHOP.replace("def close", "def _close")))
    by_hand = "`Shop` has `open`, `sell(what)` and `__init__`; `closed` is another.\n"
    for document, lacks in ((text, ["close"]), (by_hand, ["close"])):
        result = consistency([])
        add_document(result, document, [shop], "api.md")
        assert [one.name for one in result.issues] == lacks
        assert result.parts == {"covered": 0.8}


def dead(text: str, removed: frozenset[str] = frozenset()) -> list[tuple[str, int]]:
    found, _ = dead_references(references(text), Known.of([made(SHOP)]), removed, {})
    return [(one.name, one.line) for one in found]


def test_references_to_what_is_not_there_are_dead() -> None:
    text = (
        "`Shop.sell` and `Shop.buy`, `print()`, `anything`, `Shop.goods`\n"
        "`shop.shut()` and `shop.close()` and `Shop::haggle`\n"
        "```\n`Shop.fenced`\n```\n"
    )

    assert dead(text) == [("Shop.buy", 1), ("shop.shut", 2), ("Shop::haggle", 2)]


def test_what_the_document_had_is_dead_when_it_goes() -> None:
    text = "Use `Shop.lend` or `lend()`; `sell` is there, `Other.thing` is not ours.\n"

    assert dead(text, frozenset({"Shop.lend", "Old.sell"})) == [("Shop.lend", 1), ("lend", 1)]


def test_lines_of_references_count_what_is_generated() -> None:
    text = f"one\n{rendered(made(SHOP))}`Shop.buy`\n"

    [(_, line)] = dead(text)
    assert text.split("\n")[line - 1] == "`Shop.buy`"


def test_of_a_docstring_that_is_cut_only_its_being_there_is_judged() -> None:
    long = SHOP.replace("count: how many.", f"count: how many.{' more' * 500}")

    assert consistency([made(long)]).parts == {"documented": 0.8}
