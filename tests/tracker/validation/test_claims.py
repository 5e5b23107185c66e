"""The file of claims."""

from pathlib import Path

import pytest

from tracker.errors import InvalidClaims
from tracker.validation import claims

GOOD = """
[[claim]]
name = "List"
kind = "ratio"
operation = "agent_list"
at_least = 4
said = "4x"
"""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD + "at_most = 5", "List:  give one of at_least and at_most"),
        (GOOD.replace("at_least = 4", ""), "give one of"),
        (GOOD.replace("4\n", "-4\n"), "List: at_least"),
        (GOOD.replace('"ratio"', '"memory"'), "of a process"),
        (GOOD + "clients = 3", "throughput"),
        (GOOD + "colour = 3", "List: colour"),
        ("", "it has no [[claim]]"),
        ("[[claim]", "claims.toml is not valid"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "claims.toml").write_text(text, "utf-8")

    with pytest.raises(InvalidClaims) as refused:
        claims.read(tmp_path / "claims.toml")

    assert problem in str(refused.value)


def test_every_claim_is_in_the_words_of_whoever_claimed_it() -> None:
    for claim in claims.read():
        assert f"{claim.value:g}".removesuffix(".0") in claim.said or claim.name == "Message send"
