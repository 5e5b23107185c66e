"""A secret is not shown, wherever it is kept."""

import pytest
from hypothesis import given, strategies as some
from pydantic import RedisDsn, SecretStr

from ltmc_server.configuration.masking import is_secret, masked
from ltmc_server.settings import Settings
from tests.configuration.samples import CANARY, Sample


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (SecretStr(CANARY), "***"),
        (SecretStr(""), ""),
        (RedisDsn(f"redis://user:{CANARY}@host:1/0"), "redis://user:***@host:1/0"),
        (f"redis://:{CANARY}@host", "redis://:***@host"),
        (f"bolt+s://neo:{CANARY}@with@host/x", "bolt+s://neo:***@host/x"),
        (f"https://{CANARY}@host/path", "https://***@host/path"),
        (f"https://host/v1?api_key={CANARY}&x=1", "https://host/v1?api_key=***&x=1"),
        ("http://host:8080/path?q=1", "http://host:8080/path?q=1"),
        ([SecretStr(CANARY), {"a": f"x://u:{CANARY}@h"}], ["***", {"a": "x://u:***@h"}]),
        ("an@address", "an@address"),
        ("a\udcffb", "a\\udcffb"),
        (None, None),
        (7, 7),
    ],
    ids=str,
)
def test_what_is_shown(value: object, shown: object) -> None:
    assert masked(value) == shown


@given(some.text(min_size=8).filter(str.isalnum), some.sampled_from(["", "me", "a.b"]))
def test_no_password_of_a_url_is_shown(password: str, user: str) -> None:
    assert password not in masked(f"redis://{user}:{password}@host/0").replace("redis", "")


def test_secrets_are_known_by_their_type() -> None:
    secret = {name for name, field in Sample.model_fields.items() if is_secret(field)}

    assert secret == {"password", "keys"}


def test_our_settings_keep_what_sounds_secret_as_secrets() -> None:
    sounding = [
        field
        for name, field in Settings.model_fields.items()
        if name.endswith(("password", "secret", "token", "key")) and field.annotation is not bool
    ]

    assert all(is_secret(field) for field in sounding)
