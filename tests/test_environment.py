"""Settings that are variables: which of them, and what comes before what."""

from typing import ClassVar

import pytest
from pydantic import ValidationError

from ltmc_server.environment import FromEnvironment


class Tea(FromEnvironment):
    """Settings of a kettle."""

    prefix: ClassVar[str] = "TEA_"

    degrees: int = 70
    kind: str = "green"


def test_code_comes_before_variables_and_these_before_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEA_DEGREES", "80")

    assert (Tea().degrees, Tea(degrees=90).degrees, Tea().kind) == (80, 90, "green")
    assert Tea.model_validate({}).degrees == 80
    assert Tea(degrees=90).model_fields_set == {"degrees"}


def test_a_variable_may_be_written_in_small_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("tea_Kind", "black")

    assert Tea().kind == "black"


def test_a_variable_of_something_else_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEA_POT", "large")
    monkeypatch.setenv("KIND", "black")

    assert Tea() == Tea(degrees=70, kind="green")


def test_a_variable_that_will_not_do_is_refused_unless_code_says_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEA_DEGREES", "hot")

    assert Tea(degrees=90).degrees == 90
    with pytest.raises(ValidationError, match="degrees"):
        Tea()


def test_code_may_not_say_what_is_no_setting_nor_change_one() -> None:
    with pytest.raises(ValidationError, match="pot"):
        Tea.model_validate({"pot": "large"})
    with pytest.raises(ValidationError, match="frozen"):
        Tea().__setattr__("kind", "black")
