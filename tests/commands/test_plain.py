"""What is taken for a plain command line, the parser takes for the same."""

import pytest
from hypothesis import given, strategies as st

from ltmc_server.commands.line import parsed
from ltmc_server.commands.plain import FLAGS, SWITCHES, is_plain
from ltmc_server.configuration.masking import is_secret
from ltmc_server.settings import Settings

parsed([])  # Making the parser takes longer than an example may.

flags = st.sampled_from(sorted(FLAGS))
values = st.sampled_from(["x", "serve", "", "a b", "-", "-1", "--x", "--data-dir", "a=b", "config"])
words = st.one_of(
    st.tuples(flags, values),
    st.builds(lambda flag, value: (f"{flag}={value}",), flags, values),
    st.sampled_from([(each,) for each in (*sorted(SWITCHES), "serve", "config", "", "--")]),
    st.sampled_from([("--transport", "stdio"), ("--transport=stdio",), ("--cache=1",)]),
    st.sampled_from([("--transport", "sdk-stdio"), ("--http",), ("--help",), ("--version",)]),
)


def test_every_setting_that_has_a_flag_may_be_on_a_plain_line() -> None:
    named = {name for name, field in Settings.model_fields.items() if not is_secret(field)}
    switches = {name for name in named if Settings.model_fields[name].annotation is bool}

    assert {f"--{name.replace('_', '-')}" for name in named - switches} == FLAGS
    assert {
        f"--{no}{name.replace('_', '-')}" for name in switches for no in ("", "no-")
    } == SWITCHES


@given(st.lists(words, max_size=4).map(lambda parts: [each for part in parts for each in part]))
def test_the_parser_agrees(arguments: list[str]) -> None:
    if is_plain(arguments):
        options = vars(parsed(arguments))  # Or the process would end.

        assert options.pop("command") in (None, "serve")
        assert options.pop("transport", "stdio") == "stdio"
        assert set(options) <= set(Settings.model_fields)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["serve"],
        ["--data-dir", "x", "serve", "--log-level=DEBUG", "--no-cache"],
        ["--transport", "stdio"],
    ],
)
def test_a_plain_line_is_known(arguments: list[str]) -> None:
    assert is_plain(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["verify"],
        ["serve", "serve"],
        ["--data-dir"],
        ["--dta-dir", "x"],
        ["--redis-url", "redis://x"],
        ["--http"],
        ["--transport", "sdk-stdio"],
    ],
)
def test_all_else_is_left_to_the_parser(arguments: list[str]) -> None:
    assert not is_plain(arguments)
