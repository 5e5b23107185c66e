"""Settings: what is refused, and what is never told."""

import os
import subprocess
import sys

import pytest
from pydantic import ValidationError

from ltmc_server.settings import Settings


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://127.0.0.1:6379/0",
        "rediss://user:p%40ss@redis.example:6380/3?ssl_cert_reqs=none",
        "redis://[::1]:6379",
        "unix:///run/redis.sock?db=1",
    ],
)
def test_an_address_of_redis_is_taken_as_it_is(url: str) -> None:
    assert Settings.model_validate({"redis_url": url}).redis() == url


@pytest.mark.parametrize("url", [None, ""])
def test_no_address_is_no_redis(url: str | None) -> None:
    assert Settings.model_validate({"redis_url": url}).redis() == ""


def test_without_a_cache_there_is_no_redis_either() -> None:
    assert Settings.model_validate({"redis_url": "redis://localhost", "cache": False}).redis() == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://:s3cret@localhost",
        "redis://:s3cret/x@localhost",
        "redis://:s3cret@localhost:port",
        "redis://:s3cret@localhost:6379/one",
        "s3cret",
        "redis://",
    ],
)
def test_what_is_no_address_is_refused_and_not_told(url: str) -> None:
    with pytest.raises(ValidationError, match="must be redis://") as refused:
        Settings.model_validate({"redis_url": url})

    assert "s3cret" not in str(refused.value)


def test_the_password_is_not_in_what_settings_print() -> None:
    settings = Settings.model_validate({"redis_url": "redis://:s3cret@localhost"})

    assert "s3cret" not in repr(settings) + settings.model_dump_json()


def test_the_command_refuses_an_address_without_telling_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ltmc_server"],
        env=os.environ | {"LTMC_REDIS_URL": "http://:s3cret@localhost"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.startswith("ltmc: LTMC_REDIS_URL: ")
    assert "s3cret" not in done.stderr
